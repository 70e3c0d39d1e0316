package oks.openpgp;

/** Bytes that are not what they claim to be; the message is for the uploader and never repeats them. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String text) {
        super(text, null, false, false); // input decides how many there are: without the cost of a stack trace
    }
}
