package oks.cli;

import oks.control.Progress;
import oks.control.ProgressListener;

/** Shows the progress lines of a command to oksd. Used by the thread that waits for the answer. */
public final class ControlProgress implements ProgressListener, AutoCloseable {
    private final OutputOptions options;
    private String text = "";
    private ProgressDisplay display;

    ControlProgress(OutputOptions options) {
        this.options = options;
    }

    @Override
    public void progress(Progress progress) {
        if (display == null || !text.equals(progress.text())) {
            close();
            text = progress.text();
            display = options.progress(text, progress.total(), progress.unit());
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
