package oks.http.page;

import java.util.List;

/** The result of an upload; the members of its template. */
public record UploadPage(List<Result> results) {
    /**
     * The result for one certificate.
     *
     * @param fingerprint in groups of four digits; empty when it was not even that
     * @param page where it is shown; empty when it is not here
     * @param comment why; may be empty
     * @param english whether that is in English on a page in another language
     * @param keyId by which it is found, too; empty when it is not here
     * @param userIds the first user IDs of the upload that were kept
     * @param moreUserIds how many there are besides
     * @param addresses those of the user IDs shown
     * @param leftOut what, and how much of it
     * @param examples the first parts that were left out, and why, in English
     */
    public record Result(
            String outcome,
            String fingerprint,
            String page,
            String comment,
            boolean english,
            String keyId,
            List<String> userIds,
            int moreUserIds,
            List<String> addresses,
            List<LeftOut> leftOut,
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
                    outcome, fingerprint, "", comment, true, "", List.of(), 0, List.of(), List.of(), List.of());
        }

        /** Whether there is a list to show. */
        public boolean hasUserIds() {
            return !userIds.isEmpty();
        }

        /** Whether there is a list to show. */
        public boolean hasAddresses() {
            return !addresses.isEmpty();
        }

        /** Whether there is a list to show. */
        public boolean hasLeftOut() {
            return !leftOut.isEmpty();
        }

        /** Whether there is a list to show. */
        public boolean hasExamples() {
            return !examples.isEmpty();
        }
    }

    /**
     * The parts that one rule left out.
     *
     * @param setting of the server that decides; empty where none does
     */
    public record LeftOut(String what, String count, String setting) {}
}
