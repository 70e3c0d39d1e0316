package oks.openpgp;

/** Why a block of armor is not read, each with what somebody can do about it. */
enum ArmorFault {
    COLON("a colon stands before \"-----BEGIN PGP\": gpg puts it there so that nobody revokes a key by accident; "
            + "to revoke the key for ever, remove the colon and send the revocation again"),
    TEXT_BEFORE(
            "text stands before \"-----BEGIN PGP\" on its line: remove it, a block of armor begins at the beginning "
                    + "of a line"),
    FIRST_LINE("the armor's first line is broken: it has to be \"-----BEGIN PGP PUBLIC KEY BLOCK-----\""),
    LINE_BREAKS("the armor's line breaks were lost on the way: send the file as it is, "
            + "with curl as --data-urlencode keytext@FILE"),
    QUOTATION("some lines of the armor are quoted as in mail, others are not: remove the quotation marks"),
    PLUS_SIGNS("the armor has spaces among its digits, as when the plus signs were lost on the way: "
            + "with curl, use --data-urlencode keytext@FILE"),
    NOT_BASE64("the armor contains something else than base64"),
    MISSING_DIGIT("the armor's base64 has a digit too few or too many"),
    AFTER_END("the armor goes on after the end of its base64"),
    NO_LAST_LINE("the armor has no last line");

    private final String text;

    ArmorFault(String text) {
        this.text = text;
    }

    /** Whether nothing is lost when the certificates come out whole: inside of base64, white space means nothing. */
    boolean isHarmlessIfWhole() {
        return this == PLUS_SIGNS;
    }

    /** One sentence for whoever sent it. */
    String text() {
        return text;
    }
}
