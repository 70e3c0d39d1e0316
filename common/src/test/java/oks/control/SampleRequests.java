package oks.control;

/** One request of each kind, as a line of the control socket. */
public final class SampleRequests {
    private static final String FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567";

    private SampleRequests() {}

    /** A request that the server can read; what it names does not exist. */
    public static ControlRequest of(ControlRequest.Kind kind) {
        return RequestLine.parse(line(kind));
    }

    /** A request as it is sent, without the line's end. */
    public static String line(ControlRequest request) {
        return RequestLine.of(request);
    }

    static String line(ControlRequest.Kind kind) {
        String arguments = switch (kind) {
            case RELEASE, EXPORT_NEXT -> ",\"id\":\"x\"";
            case ARCHIVED -> ",\"ordinal\":1";
            case ARCHIVE_VERIFIED -> ",\"begun\":\"2026-11-22T03:00:00Z\"";
            case POINT -> ",\"name\":\"x\"";
            case DELETE -> ",\"fingerprint\":\"" + FINGERPRINT + "\",\"reason\":\"x\"";
            case UNBLOCK, HISTORY -> ",\"fingerprint\":\"" + FINGERPRINT + "\"";
            case LOAD, EXPORT, STATUS, PAUSE, RESUME, ROTATE, DUMP, STOP, RELOAD, CONFIG, SNAPSHOT, CHECK -> "";
        };
        return "{\"command\":\"" + kind.word() + "\"" + arguments + "}";
    }
}
