package oks.oksctl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.service.ServiceAnswer.Outcome;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** The report of a load: a line of JSON per certificate, in the order of the files. One thread at a time. */
final class LoadReport implements Closeable {
    private final BufferedWriter out;

    private LoadReport(BufferedWriter out) {
        this.out = out;
    }

    /** @param file appended to; null for no report */
    static LoadReport open(Path file) {
        try {
            return new LoadReport(file == null
                    ? null
                    : Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.FAILED, "report \"%s\" cannot be written: %s", file, e)
                    .kept("nothing was loaded").next("name another file with --report").because(e);
        }
    }

    void add(Path file, long number, String fingerprint, Outcome outcome, String reason, long lsn, String text)
            throws IOException {
        if (out == null) {
            return;
        }
        out.write(JsonNodeFactory.instance.objectNode()
                .put("file", file.toString())
                .put("number", number)
                .put("fingerprint", fingerprint)
                .put("result", outcome.name().toLowerCase(Locale.ROOT))
                .put("reason", reason)
                .put("lsn", lsn)
                .put("text", text)
                .toString());
        out.write('\n');
    }

    void flush() throws IOException {
        if (out != null) {
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
