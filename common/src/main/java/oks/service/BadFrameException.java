package oks.service;

/**
 * The peer broke the protocol; its connection ends. The message says how, in lower case, and holds no uploaded bytes.
 */
final class BadFrameException extends Exception {
    private static final long serialVersionUID = 1;

    BadFrameException(String message) {
        super(message);
    }
}
