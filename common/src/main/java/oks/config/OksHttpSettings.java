package oks.config;

import java.nio.file.Path;
import java.time.Duration;

/** The settings of oks-http: oks-http.conf(5). Sizes are in bytes and fit an int, paths are absolute. */
public record OksHttpSettings(
        Configuration configuration, Listen listen, Oksd oksd, Http http, Search search, Process process, LogSettings log) {

    /** {@code [listen]}; port 0 takes any free port. */
    public record Listen(String address, int port) {}

    /** {@code [oksd]}. */
    public record Oksd(Path socket, int maxInFlight, Duration timeout) {}

    /** {@code [http]}. */
    public record Http(int maxBody, int maxUrl, int maxHeader, Duration readTimeout, int maxConnections) {}

    /** {@code [search]}. */
    public record Search(int maxResults) {}

    /** {@code [process]}. */
    public record Process(Path pidFile) {}

    /**
     * Reads oks-http.conf.
     *
     * @throws oks.fault.OperatorFault USAGE, with a line of text for everything that is wrong with the file
     */
    public static OksHttpSettings read(Path file) {
        return of(ConfigFile.read(file, OksHttpTable.TABLE));
    }

    /** The defaults, with relative paths below a prefix. */
    public static OksHttpSettings standard(Path prefix) {
        return of(Configuration.standard(OksHttpTable.TABLE, prefix));
    }

    /** All settings of oks-http. */
    public static SettingsTable table() {
        return OksHttpTable.TABLE;
    }

    private static OksHttpSettings of(Configuration values) {
        return new OksHttpSettings(
                values,
                new Listen(values.get(OksHttpTable.LISTEN_ADDRESS), values.get(OksHttpTable.LISTEN_PORT)),
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
                new Search(values.get(OksHttpTable.SEARCH_MAX_RESULTS)),
                new Process(values.get(OksHttpTable.PROCESS_PID_FILE)),
                LogSettings.of(values));
    }
}
