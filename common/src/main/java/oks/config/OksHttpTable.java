package oks.config;

import static oks.config.Setting.Change.RELOAD;
import static oks.config.Setting.Change.RESTART;
import static oks.config.SettingTypes.choice;
import static oks.config.SettingTypes.duration;
import static oks.config.SettingTypes.integer;
import static oks.config.SettingTypes.listOfText;
import static oks.config.SettingTypes.path;
import static oks.config.SettingTypes.pathOrNothing;
import static oks.config.SettingTypes.size;
import static oks.config.SettingTypes.text;
import static oks.config.SettingTypes.trueOrFalse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings of oks-http, as oks-http.conf(5) lists them. */
final class OksHttpTable {
    private static final String ADDRESSES = "[0-9A-Za-z:.%_-]{1,255}";
    private static final String ADDRESSES_EXPECTED = "an address or host name such as \"127.0.0.1\" or \"::\"";

    private static final String CONTACT = "([!#-~&&[^@<>]]{1,64}@[0-9A-Za-z.-]{1,255}|https://[!#-~&&[^<>]]{1,255})?";
    private static final String CONTACT_EXPECTED =
            "an e-mail address, a link such as \"https://example.org/\", or \"\"";

    static final Setting<String> LISTEN_ADDRESS = new Setting<>(
            "listen.address",
            text(ADDRESSES, ADDRESSES_EXPECTED),
            "127.0.0.1",
            RESTART,
            "The address on which HKP requests are accepted.");
    static final Setting<Integer> LISTEN_PORT = new Setting<>(
            "listen.port",
            integer(0, 65535),
            11371L,
            RESTART,
            "The TCP port on which HKP requests are accepted; 0 takes any free one.");

    static final Setting<String> TLS_CERTIFICATE = new Setting<>(
            "tls.certificate",
            pathOrNothing(),
            "",
            RELOAD,
            "The PEM file with the certificate for TLS and those that lead to its root; \"\" for no TLS; to begin or "
                    + "end TLS takes a"
                    + " restart.");
    static final Setting<String> TLS_KEY = new Setting<>(
            "tls.key",
            pathOrNothing(),
            "",
            RELOAD,
            "The PEM file with the certificate's private key (PKCS #8, no passphrase); \"\" where tls.certificate "
                    + "holds it, too.");
    static final Setting<String> TLS_ADDRESS = new Setting<>(
            "tls.address",
            text(ADDRESSES, ADDRESSES_EXPECTED),
            "127.0.0.1",
            RESTART,
            "The address on which HKP requests over TLS are accepted.");
    static final Setting<Integer> TLS_PORT = new Setting<>(
            "tls.port",
            integer(0, 65535),
            11372L,
            RESTART,
            "The TCP port for TLS, where gpg's hkps expects 443; 0 takes any free one.");

    static final Setting<Path> OKSD_SOCKET =
            new Setting<>("oksd.socket", path(), "var/run/oksd.sock", RESTART, "The service socket of oksd.");
    static final Setting<Integer> OKSD_MAX_IN_FLIGHT = new Setting<>(
            "oksd.max_in_flight", integer(1, 65536), 4096L, RESTART, "How many requests may wait for oksd's answer.");
    static final Setting<Duration> OKSD_TIMEOUT = new Setting<>(
            "oksd.timeout", duration("100ms", "10m"), "10s", RESTART, "How long a request waits for oksd's answer.");

    static final Setting<Long> HTTP_MAX_BODY =
            new Setting<>("http.max_body", size("1KiB", "60MiB"), "32MiB", RESTART, "The largest body of a request.");
    static final Setting<Long> HTTP_MAX_URL = new Setting<>(
            "http.max_url", size("256B", "1MiB"), "8KiB", RESTART, "The longest first line of a request.");
    static final Setting<Long> HTTP_MAX_HEADER = new Setting<>(
            "http.max_header", size("1KiB", "1MiB"), "16KiB", RESTART, "The largest header of a request.");
    static final Setting<Duration> HTTP_READ_TIMEOUT = new Setting<>(
            "http.read_timeout",
            duration("1s", "1h"),
            "30s",
            RESTART,
            "How long a client may take to send the next part of a request.");
    static final Setting<Integer> HTTP_MAX_CONNECTIONS = new Setting<>(
            "http.max_connections",
            integer(1, 1_000_000),
            10_000L,
            RESTART,
            "How many connections of clients may be open.");

    static final Setting<Integer> SEARCH_MAX_RESULTS = new Setting<>(
            "search.max_results", integer(1, 65535), 100L, RESTART, "How many certificates an answer may list.");

    static final Setting<SearchWords> SEARCH_WORDS = new Setting<>(
            "search.words",
            choice(SearchWords.class),
            "all",
            RESTART,
            "Which certificates words of user IDs may find: all, those with an address at one of search.domains, or "
                    + "none; addresses, whole user IDs, fingerprints and key IDs find all.");
    static final Setting<List<String>> SEARCH_DOMAINS = new Setting<>(
            "search.domains",
            listOfText(
                    "[A-Za-z0-9]([A-Za-z0-9-]{0,62}[.])+[A-Za-z0-9-]{1,63}",
                    "a list of domains such as [\"example.org\"], names beyond ASCII in their form \"xn--...\""),
            List.of(),
            RESTART,
            "The domains for search.words = \"domains\"; those below them are named themselves.");

    private static final String NETWORKS = "[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?";
    private static final String NETWORKS_EXPECTED = "a list of addresses such as [\"192.0.2.1\", \"2001:db8::/32\"]";

    static final Setting<Integer> LIMITS_LOOKUPS = new Setting<>(
            "limits.lookups_per_second",
            integer(0, 1_000_000),
            50L,
            RESTART,
            "How many lookups a second an IPv4 address or IPv6 /64 may make, ten times as many at once; 0 for no "
                    + "limit.");
    static final Setting<Integer> LIMITS_UPLOADS = new Setting<>(
            "limits.uploads_per_second",
            integer(0, 1_000_000),
            5L,
            RESTART,
            "How many uploads a second an IPv4 address or IPv6 /64 may make, ten times as many at once; 0 for no "
                    + "limit.");
    static final Setting<Integer> LIMITS_CONNECTIONS = new Setting<>(
            "limits.connections_per_address",
            integer(0, 1_000_000),
            100L,
            RESTART,
            "How many connections an IPv4 address or IPv6 /64 may have open; 0 for no limit.");
    static final Setting<List<String>> LIMITS_PROXIES = new Setting<>(
            "limits.proxies",
            listOfText(NETWORKS, NETWORKS_EXPECTED),
            List.of(),
            RESTART,
            "Proxies whose limits.client_header, or PROXY protocol, is believed.");
    static final Setting<ClientHeader> LIMITS_CLIENT_HEADER = new Setting<>(
            "limits.client_header",
            choice(ClientHeader.class),
            "x-forwarded-for",
            RESTART,
            "The header in which the proxies tell whom they forward; they must set it, and clients can send the "
                    + "others.");
    static final Setting<Boolean> LIMITS_PROXY_PROTOCOL = new Setting<>(
            "limits.proxy_protocol",
            trueOrFalse(),
            false,
            RESTART,
            "Whether every connection begins with the PROXY protocol, version 1 or 2, which is taken from "
                    + "limits.proxies only.");
    static final Setting<List<String>> LIMITS_EXEMPT = new Setting<>(
            "limits.exempt",
            listOfText(NETWORKS, NETWORKS_EXPECTED),
            List.of("127.0.0.0/8", "::1"),
            RESTART,
            "Addresses that are not limited, unless they forward without being in proxies.");

    static final Setting<List<String>> LIMITS_METRICS = new Setting<>(
            "limits.metrics",
            listOfText(NETWORKS, NETWORKS_EXPECTED),
            List.of("127.0.0.0/8", "::1"),
            RESTART,
            "Addresses that may read /metrics.");

    static final Setting<String> PAGES_DIRECTORY = new Setting<>(
            "pages.directory",
            pathOrNothing(),
            "",
            RELOAD,
            "A directory with templates and files that replace those of the program; \"\" for none.");

    static final Setting<String> PAGES_NAME = new Setting<>(
            "pages.name",
            text("[^\\p{Cntrl}]{1,100}", "a name of 1 to 100 characters"),
            "OpenPGP keyserver",
            RELOAD,
            "What the server is called on its pages.");
    static final Setting<List<String>> PAGES_LANGUAGES = new Setting<>(
            "pages.languages",
            listOfText("[a-z]{2,3}", 1, "a list of languages such as [\"en\", \"de\"]"),
            List.of("en", "de"),
            RELOAD,
            "The languages of the pages, of which each client gets the one that it prefers, and the first one "
                    + "without a preference.");
    static final Setting<String> PAGES_CONTACT = new Setting<>(
            "pages.contact",
            text(CONTACT, CONTACT_EXPECTED),
            "",
            RELOAD,
            "Whom the help page names for removals: an e-mail address or a Web page; \"\" for nobody.");

    static final Setting<String> STATISTICS_FILE = new Setting<>(
            "statistics.file",
            pathOrNothing(),
            "var/oks-http.figures",
            RESTART,
            "The file to which a line an hour is appended, from which the statistics page is drawn; \"\" for none.");

    static final Setting<String> ACCESS_FILE = new Setting<>(
            "access.file",
            pathOrNothing(),
            "",
            RESTART,
            "The file to which a line per request is appended; \"\" for none, and a HUP goes on in a new file after "
                    + "a rename.");
    static final Setting<Addresses> ACCESS_ADDRESSES = new Setting<>(
            "access.addresses",
            choice(Addresses.class),
            "truncated",
            RESTART,
            "How much of a client's address the access log holds, where truncated keeps the network only.");

    static final Setting<Path> PROCESS_PID_FILE = new Setting<>(
            "process.pid_file",
            path(),
            "var/run/oks-http.pid",
            RESTART,
            "The file that holds oks-http's process ID while it runs.");
    static final Setting<Boolean> PROCESS_ALLOW_ROOT = new Setting<>(
            "process.allow_root", trueOrFalse(), false, RESTART, "Whether oks-http starts when its user is root.");

    static final SettingsTable TABLE = new SettingsTable("oks-http", tables(), settings());

    private OksHttpTable() {}

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("listen", "where clients connect");
        tables.put("tls", "where clients connect with TLS, over HTTP/2 or HTTP/1");
        tables.put("oksd", "the way to the database");
        tables.put("http", "limits of a request and of a connection");
        tables.put("search", "what is found, and limits of an answer");
        tables.put("limits", "what one client may do");
        tables.put("pages", "what people see in a browser");
        tables.put("statistics", "how the database grew");
        tables.put("access", "the log of requests");
        tables.put("process", "the process itself");
        tables.put(LogSettings.TABLE, LogSettings.ABOUT);
        return tables;
    }

    private static List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>(List.of(
                LISTEN_ADDRESS,
                LISTEN_PORT,
                TLS_CERTIFICATE,
                TLS_KEY,
                TLS_ADDRESS,
                TLS_PORT,
                OKSD_SOCKET,
                OKSD_MAX_IN_FLIGHT,
                OKSD_TIMEOUT,
                HTTP_MAX_BODY,
                HTTP_MAX_URL,
                HTTP_MAX_HEADER,
                HTTP_READ_TIMEOUT,
                HTTP_MAX_CONNECTIONS,
                SEARCH_MAX_RESULTS,
                SEARCH_WORDS,
                SEARCH_DOMAINS,
                LIMITS_LOOKUPS,
                LIMITS_UPLOADS,
                LIMITS_CONNECTIONS,
                LIMITS_PROXIES,
                LIMITS_CLIENT_HEADER,
                LIMITS_PROXY_PROTOCOL,
                LIMITS_EXEMPT,
                LIMITS_METRICS,
                PAGES_DIRECTORY,
                PAGES_NAME,
                PAGES_LANGUAGES,
                PAGES_CONTACT,
                STATISTICS_FILE,
                ACCESS_FILE,
                ACCESS_ADDRESSES,
                PROCESS_PID_FILE,
                PROCESS_ALLOW_ROOT));
        all.addAll(LogSettings.SETTINGS);
        return all;
    }
}
