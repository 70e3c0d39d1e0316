package oks.http;

import java.util.List;

/** What became of an upload, as its template sees it. */
record UploadPage(List<Result> results) {
    /**
     * What became of one certificate.
     *
     * @param fingerprint in groups of four digits; empty when it was not even that
     * @param page        where it is shown; empty when it is not here
     * @param comment     why; may be empty
     */
    record Result(String outcome, String fingerprint, String page, String comment) { }
}
