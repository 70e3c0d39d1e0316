package oks.http.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import oks.fault.IoReason;
import oks.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history of the database's size: a sample an hour, in a file of lines such as
 * {@code {"time":"2026-11-22T10:00:00Z","certificates":6500000,"changes":7100042}}. The number of changes is the LSN,
 * so what happened between two samples is known exactly, whichever gateway was running.
 *
 * <p>A line that is broken is skipped, and a file that cannot be written is warned of: figures stop no keyserver.
 * Thread-safe.
 */
public final class SizeHistory {
    private static final Logger LOG = LoggerFactory.getLogger(SizeHistory.class);
    private static final Duration BETWEEN_SAMPLES = Duration.ofHours(1);
    /** Of samples older than this, the last of each day is kept. */
    private static final Duration IN_DETAIL = Duration.ofDays(7);

    private final Optional<Path> file;
    private final List<Sample> samples;
    private boolean warned;

    /**
     * The database at a time.
     *
     * @param changes ever made to it
     */
    public record Sample(Instant time, long certificates, long changes) {}

    private SizeHistory(Optional<Path> file, List<Sample> samples) {
        this.file = file;
        this.samples = samples;
    }

    /**
     * Reads the samples that there are, and forgets what is too detailed.
     *
     * @param file empty when nothing is to outlive this process
     */
    public static SizeHistory open(Optional<Path> file, Instant now) {
        List<Sample> read = file.map(SizeHistory::read).orElse(List.of());
        SizeHistory growth = new SizeHistory(file, thinned(read, now.minus(IN_DETAIL)));
        if (growth.samples.size() < read.size()) {
            growth.rewrite();
        }
        return growth;
    }

    /** Whether the last sample is too old. */
    public synchronized boolean isDue(Instant now) {
        return samples.isEmpty() || !now.isBefore(last().time().plus(BETWEEN_SAMPLES));
    }

    /** Keeps a sample, if one is due. */
    public synchronized void record(Sample sample) {
        if (!isDue(sample.time())) {
            return;
        }
        samples.add(sample);
        file.ifPresent(known -> append(known, sample));
    }

    /** All samples, the oldest first. */
    public synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    private Sample last() {
        return samples.get(samples.size() - 1);
    }

    private static List<Sample> read(Path file) {
        List<Sample> read = new ArrayList<>();
        try {
            int broken = 0;
            for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                Optional<Sample> sample = parse(line);
                sample.ifPresent(read::add);
                broken += sample.isPresent() ? 0 : 1;
            }
            if (broken > 0) {
                LOG.warn("file \"{}\": lines that are no figures and were skipped: {}", file, broken);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("file \"{}\" begins now", file);
        } catch (IOException e) {
            LOG.warn("could not read the figures in file \"{}\": {}", file, e.getMessage());
        }
        read.sort(Comparator.comparing(Sample::time));
        return read;
    }

    private static Optional<Sample> parse(String line) {
        try {
            return Json.object(line).map(object -> Json.STANDARD.readKnown(object, Sample.class));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Sample> thinned(List<Sample> all, Instant detailed) {
        TreeMap<Instant, Sample> kept = new TreeMap<>(); // a day's last one replaces those before it
        for (Sample sample : all) {
            boolean old = sample.time().isBefore(detailed);
            kept.put(old ? sample.time().truncatedTo(ChronoUnit.DAYS) : sample.time(), sample);
        }
        return new ArrayList<>(kept.values());
    }

    private static String line(Sample sample) {
        return Json.STANDARD.tree(sample) + "\n";
    }

    private void append(Path known, Sample sample) {
        try {
            Files.writeString(known, line(sample), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            warn(known, e);
        }
    }

    private void rewrite() {
        Path known = file.orElseThrow();
        Path fresh = known.resolveSibling(known.getFileName() + ".new");
        try {
            Files.writeString(fresh, samples.stream().map(SizeHistory::line).collect(Collectors.joining()));
            Files.move(fresh, known, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            warn(known, e);
        }
    }

    private void warn(Path known, IOException e) {
        if (!warned) {
            LOG.warn(
                    "could not write figures to file \"{}\", so they are only those since the start: {}",
                    known,
                    IoReason.withFile(e));
        }
        warned = true;
    }
}
