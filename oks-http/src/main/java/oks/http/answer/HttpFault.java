package oks.http.answer;

/**
 * Why a request gets no answer but a status and one line of text. The statuses are those of draft-ietf-openpgp-hkp and
 * of what dirmngr makes of them: 400, 403, 404, 405, 408, 413, 414, 415, 422, 429, 431, 500, 501, 503.
 */
public final class HttpFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String header;
    private final String value;

    private HttpFault(int status, String text, String header, String value) {
        super(text, null, false, false); // told to the client, not a defect: no stack trace
        this.status = status;
        this.header = header;
        this.value = value;
    }

    public static HttpFault of(int status, String text) {
        return new HttpFault(status, text, "", "");
    }

    /** 503: ask again after some seconds. */
    public static HttpFault later(int seconds, String text) {
        return new HttpFault(503, text, "Retry-After", Integer.toString(Math.max(1, seconds)));
    }

    /** 429: the client asks too often; it may go on after some seconds. */
    public static HttpFault tooOften(int seconds) {
        return new HttpFault(429, "too many requests from your address", "Retry-After", Integer.toString(seconds));
    }

    /** 405, with the methods that there are. */
    public static HttpFault method(String allowed) {
        return new HttpFault(405, "only " + allowed + " can be used here", "Allow", allowed);
    }

    /** 415, with the codings that are taken. */
    public static HttpFault coding(String accepted, String text) {
        return new HttpFault(415, text, "Accept-Encoding", accepted);
    }

    /** The fault as an answer: plain text, one line. */
    public Answer answer() {
        return headed(Answer.text(status, line() + "\n"));
    }

    /** The status, such as 404. */
    public int status() {
        return status;
    }

    /** What is told, in one line. */
    public String line() {
        return getMessage().replaceAll("\\p{Cntrl}+", " ").strip();
    }

    /** This answer with the header that the fault gives, such as Retry-After. */
    public Answer headed(Answer answer) {
        return header.isEmpty() ? answer : answer.with(header, value);
    }
}
