package oks.http.page;

import java.util.List;

/** The result of an upload; the members of its template. */
public record UploadPage(List<Result> results) {
    /**
     * The result for one certificate.
     *
     * @param fingerprint in groups of four digits; empty when it was not even that
     * @param page where it is shown; empty when it is not here
     * @param comment why, in English; may be empty
     * @param keyId by which it is found, too; empty when it is not here
     * @param hasUserIds whether user IDs of the upload were kept
     * @param userIds the first of them
     * @param moreUserIds how many there are besides
     * @param hasAddresses whether it is found by e-mail addresses
     * @param addresses those of the user IDs shown
     * @param hasLeftOut whether something was left out
     * @param leftOut what, and how much of it
     * @param hasExamples whether there is more to tell
     * @param examples the first parts that were left out, and why, in English
     */
    public record Result(
            String outcome,
            String fingerprint,
            String page,
            String comment,
            String keyId,
            boolean hasUserIds,
            List<String> userIds,
            int moreUserIds,
            boolean hasAddresses,
            List<String> addresses,
            boolean hasLeftOut,
            List<LeftOut> leftOut,
            boolean hasExamples,
            List<String> examples) {
        public Result {
            userIds = List.copyOf(userIds);
            addresses = List.copyOf(addresses);
            leftOut = List.copyOf(leftOut);
            examples = List.copyOf(examples);
        }

        /** One of which nothing is here. */
        public static Result refused(String outcome, String fingerprint, String comment) {
            return new Result(
                    outcome,
                    fingerprint,
                    "",
                    comment,
                    "",
                    false,
                    List.of(),
                    0,
                    false,
                    List.of(),
                    false,
                    List.of(),
                    false,
                    List.of());
        }
    }

    /**
     * The parts that one rule left out.
     *
     * @param setting of the server that decides; empty where none does
     */
    public record LeftOut(String what, String count, String setting) {}
}
