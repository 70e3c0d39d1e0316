package oks.cli;

import oks.control.Progress;
import oks.control.ProgressListener;

/** Shows the progress lines of a command to oksd. Used by the thread that waits for the answer. */
public final class ControlProgress implements ProgressListener, AutoCloseable {
    private final Displays displays;
    private String text = "";
    private ProgressDisplay display;

    ControlProgress(Displays displays) {
        this.displays = displays;
    }

    /** Begins the display of some work. */
    interface Displays {
        ProgressDisplay begin(String text, long total, String unit);
    }

    @Override
    public void progress(Progress progress) {
        if (display == null || !text.equals(progress.text())) {
            close();
            text = progress.text();
            display = displays.begin(text, progress.total(), progress.unit());
        }
        display.to(progress.done(), progress.total());
    }

    @Override
    public void close() {
        if (display != null) {
            display.close();
            display = null;
        }
    }
}
