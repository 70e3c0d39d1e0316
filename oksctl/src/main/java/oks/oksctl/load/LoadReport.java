package oks.oksctl.load;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.json.OrNull;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;

/** The report of a load: a line of JSON per certificate, in the order of the files. One thread at a time. */
final class LoadReport implements Closeable {
    private final Path file;
    private final FileChannel channel;
    private final BufferedWriter out;

    private LoadReport(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
        this.out = channel == null ? null : new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
    }

    /** Where it is written; null for no report. */
    Path file() {
        return file;
    }

    /**
     * @param file appended to; null for no report
     * @param accounted the bytes of it that belong to what need not be loaded again: what follows, perhaps half a line,
     *     is cut off; empty to keep all
     */
    static LoadReport open(Path file, OptionalLong accounted) {
        try {
            if (file == null) {
                return new LoadReport(null, null);
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.truncate(Math.min(channel.size(), accounted.orElse(Long.MAX_VALUE)));
            channel.position(channel.size());
            return new LoadReport(file, channel);
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.FAILED, "report \"%s\" cannot be written: %s", file, IoReason.of(e))
                    .kept("nothing was loaded")
                    .next("name another file with --report FILE")
                    .because(e);
        }
    }

    /** A line of the report, for one certificate; see oks-json(7). */
    private record Line(
            Path path,
            long number,
            String fingerprint,
            Outcome result,
            @OrNull String reason,
            Optional<Long> lsn,
            @OrNull String text,
            LeftOutCounts.Counts leftOut,
            List<String> examples) {}

    void add(Path file, long number, String fingerprint, String reason, UploadResult result) throws IOException {
        if (out == null) {
            return;
        }
        LeftOutCounts leftOut = new LeftOutCounts();
        result.detail().leftOut().forEach(leftOut::add);
        Line line = new Line(
                file,
                number,
                fingerprint,
                result.outcome(),
                reason,
                result.lsn() == 0 ? Optional.empty() : Optional.of(result.lsn()),
                result.comment(),
                leftOut.counts(),
                result.detail().examples());
        out.write(Json.STANDARD.tree(line).toString());
        out.write('\n');
    }

    /** Writes what was added; returns the bytes of the report. */
    long flush() throws IOException {
        if (out == null) {
            return 0;
        }
        out.flush();
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
