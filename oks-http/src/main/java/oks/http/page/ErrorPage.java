package oks.http.page;

/**
 * Why there is no other page, as its template sees it.
 *
 * @param text one sentence, without a full stop
 * @param english whether the sentence is in English on a page in another language
 * @param search what was searched for and not found, to be corrected; empty for other errors
 * @param advice what to do now; may be empty
 */
public record ErrorPage(String title, String text, boolean english, String search, String advice) {
    private static final String UPLOADS = "/pks/add";

    /**
     * The page for a fault.
     *
     * @param line the fault's line
     * @param path where the request went
     * @param search what it searched for, or empty
     * @param byWords whether words find every certificate that has them
     */
    public static ErrorPage of(int status, String line, String path, String search, boolean byWords, Words words) {
        String text = words.of(line);
        return new ErrorPage(
                words.of(title(status)),
                Character.toUpperCase(text.charAt(0)) + text.substring(1),
                !words.has(line),
                status == 404 ? search : "",
                words.of(advice(status, path, !search.isEmpty(), byWords)));
    }

    private static String title(int status) {
        return switch (status) {
            case 404 -> "Not found";
            case 413 -> "Too large";
            case 429 -> "Too many requests";
            case 501 -> "Not offered here";
            case 503 -> "Not just now";
            default -> status >= 500 ? "An error on this server" : "That did not work";
        };
    }

    private static String advice(int status, String path, boolean searched, boolean byWords) {
        return switch (status) {
            case 404 ->
                !searched
                        ? ""
                        : byWords
                                ? "Only whole words are found; ali* finds all that begin with ali. Perhaps it was "
                                        + "never published here."
                                : "Only whole e-mail addresses are found here, and fingerprints. Perhaps it was "
                                        + "never published here.";
            case 422 ->
                path.equals(UPLOADS)
                        ? "Publish all of what \"gpg --armor --export ADDRESS\" prints, from the line with BEGIN to "
                                + "the line with END."
                        : "";
            case 429 -> "Wait some seconds, then try again.";
            case 503 -> "Try again in some minutes. What was published is safe.";
            default -> "";
        };
    }
}
