package oks.control;

/** Hears how far a command has come; called on the thread that waits for the command's answer. */
@FunctionalInterface
public interface ProgressListener {
    /** For who does not want to know. */
    ProgressListener NONE = progress -> {};

    void progress(Progress progress);
}
