package oks.config;

/** A value of a configuration file that its setting does not accept; the reader adds file, line and key. */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1;

    /** @param expected what would have been accepted, such as {@code a duration such as "10s"} */
    BadValue(String expected) {
        super(expected);
    }

    String expected() {
        return getMessage();
    }
}
