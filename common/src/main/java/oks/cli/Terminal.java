package oks.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard error on a terminal, with a line that is drawn again and again in the same place. Whatever else is written
 * takes the line away first, so that nothing of it is left over. Any thread.
 */
final class Terminal extends PrintStream {
    private static final String ERASE = "\r\u001b[K";

    private final OutputStream to;
    private final boolean dumb;
    private int drawn;
    private boolean ended;

    /** @param dumb whether the terminal knows no escape sequences */
    Terminal(OutputStream to, boolean dumb) {
        super(to, true, StandardCharsets.UTF_8);
        this.to = to;
        this.dumb = dumb;
    }

    /** Shows a line in place of the one before; the cursor stays at its begin, where a "^C" is taken away with it. */
    synchronized void draw(String line) {
        if (!ended) {
            String padding = dumb ? " ".repeat(Math.max(0, drawn - line.length())) : "";
            send((dumb ? "\r" : ERASE) + line + padding + "\r");
            drawn = line.length();
        }
    }

    /** Takes the line away. */
    synchronized void erase() {
        if (drawn > 0) {
            send(dumb ? "\r" + " ".repeat(drawn) + "\r" : ERASE);
            drawn = 0;
        }
    }

    /** Takes the line away for ever: the process ends. */
    synchronized void end() {
        erase();
        ended = true;
    }

    private void send(String text) {
        try {
            to.write(text.getBytes(StandardCharsets.UTF_8));
            to.flush();
        } catch (IOException e) {
            setError(); // the terminal is gone; there is nobody to tell
        }
    }

    @Override
    public synchronized void write(int one) {
        erase();
        super.write(one);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        erase();
        super.write(bytes, from, length);
    }
}
