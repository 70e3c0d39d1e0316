package oks.config;

import static oks.config.Setting.Change.RESTART;
import static oks.config.SettingTypes.duration;
import static oks.config.SettingTypes.integer;
import static oks.config.SettingTypes.path;
import static oks.config.SettingTypes.size;
import static oks.config.SettingTypes.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings of oks-http, as oks-http.conf(5) lists them. */
final class OksHttpTable {
    static final Setting<String> LISTEN_ADDRESS = new Setting<>("listen.address",
            text("[0-9A-Za-z:.%_-]{1,255}", "an address or host name such as \"127.0.0.1\" or \"::\""), "127.0.0.1",
            RESTART, "The address on which HKP requests are accepted.");
    static final Setting<Integer> LISTEN_PORT = new Setting<>("listen.port", integer(0, 65535), 11371L, RESTART,
            "The TCP port on which HKP requests are accepted; 0 takes any free one.");

    static final Setting<Path> OKSD_SOCKET = new Setting<>("oksd.socket", path(), "var/run/oksd.sock", RESTART,
            "The service socket of oksd.");
    static final Setting<Integer> OKSD_MAX_IN_FLIGHT = new Setting<>("oksd.max_in_flight", integer(1, 65536), 4096L,
            RESTART, "How many requests may wait for oksd's answer.");
    static final Setting<Duration> OKSD_TIMEOUT = new Setting<>("oksd.timeout", duration("100ms", "10m"), "10s", RESTART,
            "How long a request waits for oksd's answer.");

    static final Setting<Long> HTTP_MAX_BODY = new Setting<>("http.max_body", size("1KiB", "60MiB"), "32MiB", RESTART,
            "The largest body of a request.");
    static final Setting<Long> HTTP_MAX_URL = new Setting<>("http.max_url", size("256B", "1MiB"), "8KiB", RESTART,
            "The longest first line of a request.");
    static final Setting<Long> HTTP_MAX_HEADER = new Setting<>("http.max_header", size("1KiB", "1MiB"), "16KiB", RESTART,
            "The largest header of a request.");
    static final Setting<Duration> HTTP_READ_TIMEOUT = new Setting<>("http.read_timeout", duration("1s", "1h"), "30s",
            RESTART, "How long a client may take to send the next part of a request.");
    static final Setting<Integer> HTTP_MAX_CONNECTIONS = new Setting<>("http.max_connections", integer(1, 1_000_000),
            10_000L, RESTART, "How many connections of clients may be open.");

    static final Setting<Integer> SEARCH_MAX_RESULTS = new Setting<>("search.max_results", integer(1, 65535), 100L, RESTART,
            "How many certificates an answer may list.");

    static final Setting<Path> PROCESS_PID_FILE = new Setting<>("process.pid_file", path(), "var/run/oks-http.pid", RESTART,
            "The file that holds oks-http's process ID while it runs.");

    static final SettingsTable TABLE = new SettingsTable("oks-http", tables(), settings());

    private OksHttpTable() {}

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("listen", "where clients connect");
        tables.put("oksd", "the way to the database");
        tables.put("http", "limits of a request and of a connection");
        tables.put("search", "limits of an answer");
        tables.put("process", "the process itself");
        tables.put(LogSettings.TABLE, LogSettings.ABOUT);
        return tables;
    }

    private static List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>(List.of(
                LISTEN_ADDRESS, LISTEN_PORT,
                OKSD_SOCKET, OKSD_MAX_IN_FLIGHT, OKSD_TIMEOUT,
                HTTP_MAX_BODY, HTTP_MAX_URL, HTTP_MAX_HEADER, HTTP_READ_TIMEOUT, HTTP_MAX_CONNECTIONS,
                SEARCH_MAX_RESULTS,
                PROCESS_PID_FILE));
        all.addAll(LogSettings.SETTINGS);
        return all;
    }
}
