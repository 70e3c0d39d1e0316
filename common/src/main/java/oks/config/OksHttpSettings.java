package oks.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The settings of oks-http: oks-http.conf(5). Sizes are in bytes and fit an int, paths are absolute. */
public record OksHttpSettings(
        Configuration configuration,
        Listen listen,
        Tls tls,
        Oksd oksd,
        Http http,
        Search search,
        Limits limits,
        Pages pages,
        Statistics statistics,
        Access access,
        Process process,
        LogSettings log) {

    /** {@code [listen]}; port 0 takes any free port. */
    public record Listen(String address, int port) {}

    /** {@code [tls]}; an empty certificate is no TLS, an empty key stands in the certificate's file. */
    public record Tls(String certificate, String key, String address, int port) {
        /** Whether clients can connect with TLS at all. */
        public boolean wanted() {
            return !certificate.isEmpty();
        }
    }

    /** {@code [oksd]}. */
    public record Oksd(Path socket, int maxInFlight, Duration timeout) {}

    /** {@code [http]}. */
    public record Http(int maxBody, int maxUrl, int maxHeader, Duration readTimeout, int maxConnections) {}

    /** {@code [search]}. */
    public record Search(int maxResults, SearchWords words, List<String> domains) {}

    /** {@code [limits]}; 0 is no limit. */
    public record Limits(
            int lookupsPerSecond,
            int uploadsPerSecond,
            int connectionsPerAddress,
            List<String> proxies,
            ClientHeader clientHeader,
            boolean proxyProtocol,
            List<String> exempt,
            List<String> metrics) {
        public Limits {
            proxies = List.copyOf(proxies);
            exempt = List.copyOf(exempt);
            metrics = List.copyOf(metrics);
        }
    }

    /**
     * {@code [pages]}; an empty directory or contact is none. At least one language, the one first that everybody else
     * gets.
     */
    public record Pages(String directory, String name, List<String> languages, String contact) {
        public Pages {
            languages = List.copyOf(languages);
        }
    }

    /** {@code [statistics]}; an empty file is none. */
    public record Statistics(String file) {}

    /** {@code [access]}; an empty file is none. */
    public record Access(String file, Addresses addresses) {}

    /** {@code [process]}. */
    public record Process(Path pidFile, boolean allowRoot) {}

    /**
     * Reads oks-http.conf, and this process's environment, which has the last word.
     *
     * @throws oks.fault.OperatorFault USAGE, with a line of text for everything that is wrong
     */
    public static OksHttpSettings read(Path file) {
        return read(file, System.getenv());
    }

    /** The same with another environment. */
    public static OksHttpSettings read(Path file, Map<String, String> environment) {
        return of(ConfigFile.read(file, OksHttpTable.TABLE, environment));
    }

    /** The defaults, with relative paths below a prefix. */
    public static OksHttpSettings standard(Path prefix) {
        return standard(prefix, Map.of());
    }

    /**
     * The settings without a file: the environment, and the defaults of all that it does not name.
     *
     * @throws oks.fault.OperatorFault USAGE, with a line of text for everything that is wrong
     */
    public static OksHttpSettings standard(Path prefix, Map<String, String> environment) {
        return of(ConfigFile.none(prefix, OksHttpTable.TABLE, environment));
    }

    /** All settings of oks-http. */
    public static SettingsTable table() {
        return OksHttpTable.TABLE;
    }

    private static OksHttpSettings of(Configuration values) {
        return new OksHttpSettings(
                values,
                new Listen(values.get(OksHttpTable.LISTEN_ADDRESS), values.get(OksHttpTable.LISTEN_PORT)),
                new Tls(
                        values.get(OksHttpTable.TLS_CERTIFICATE),
                        values.get(OksHttpTable.TLS_KEY),
                        values.get(OksHttpTable.TLS_ADDRESS),
                        values.get(OksHttpTable.TLS_PORT)),
                new Oksd(
                        values.get(OksHttpTable.OKSD_SOCKET),
                        values.get(OksHttpTable.OKSD_MAX_IN_FLIGHT),
                        values.get(OksHttpTable.OKSD_TIMEOUT)),
                new Http(
                        Math.toIntExact(values.get(OksHttpTable.HTTP_MAX_BODY)),
                        Math.toIntExact(values.get(OksHttpTable.HTTP_MAX_URL)),
                        Math.toIntExact(values.get(OksHttpTable.HTTP_MAX_HEADER)),
                        values.get(OksHttpTable.HTTP_READ_TIMEOUT),
                        values.get(OksHttpTable.HTTP_MAX_CONNECTIONS)),
                search(values),
                new Limits(
                        values.get(OksHttpTable.LIMITS_LOOKUPS),
                        values.get(OksHttpTable.LIMITS_UPLOADS),
                        values.get(OksHttpTable.LIMITS_CONNECTIONS),
                        values.get(OksHttpTable.LIMITS_PROXIES),
                        values.get(OksHttpTable.LIMITS_CLIENT_HEADER),
                        values.get(OksHttpTable.LIMITS_PROXY_PROTOCOL),
                        values.get(OksHttpTable.LIMITS_EXEMPT),
                        values.get(OksHttpTable.LIMITS_METRICS)),
                new Pages(
                        values.get(OksHttpTable.PAGES_DIRECTORY),
                        values.get(OksHttpTable.PAGES_NAME),
                        values.get(OksHttpTable.PAGES_LANGUAGES),
                        values.get(OksHttpTable.PAGES_CONTACT)),
                new Statistics(values.get(OksHttpTable.STATISTICS_FILE)),
                new Access(values.get(OksHttpTable.ACCESS_FILE), values.get(OksHttpTable.ACCESS_ADDRESSES)),
                new Process(values.get(OksHttpTable.PROCESS_PID_FILE), values.get(OksHttpTable.PROCESS_ALLOW_ROOT)),
                LogSettings.of(values));
    }

    private static Search search(Configuration values) {
        return new Search(
                values.get(OksHttpTable.SEARCH_MAX_RESULTS),
                values.get(OksHttpTable.SEARCH_WORDS),
                values.get(OksHttpTable.SEARCH_DOMAINS).stream()
                        .map(domain -> domain.toLowerCase(Locale.ROOT))
                        .distinct()
                        .toList());
    }
}
