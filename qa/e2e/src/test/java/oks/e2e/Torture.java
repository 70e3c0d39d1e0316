package oks.e2e;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.io.FileUtils;
import org.slf4j.LoggerFactory;

/** The soak behind qa/torture/run: random faults on real processes until the time is over or a change is lost. */
final class Torture {
    private static final int ROUNDS_OF_A_DATABASE = 25;
    private static final int KILLS_PER_DISK_FAULT = 10;
    private static final Duration REPORT = Duration.ofSeconds(10);

    private final long seed;
    private final long endNanos;
    private final int maxKills;
    private final Path scratch;
    private final PrintStream out;
    private final Random random;
    private final long beganNanos = System.nanoTime();
    private final Map<Kills.During, Integer> kills = new EnumMap<>(Kills.During.class);
    private final Map<String, Integer> faults = new LinkedHashMap<>();
    private long acknowledged;
    private long acknowledgedByHttp;
    private long reportedNanos = beganNanos;

    private Torture(long seed, Duration limit, int maxKills, Path scratch, PrintStream out) {
        this.seed = seed;
        this.endNanos = beganNanos + limit.toNanos();
        this.maxKills = maxKills;
        this.scratch = scratch;
        this.out = out;
        this.random = new Random(seed);
    }

    private interface Round {
        void run(DiskFaults faults) throws IOException, InterruptedException;
    }

    private record Fault(String name, Round round) {}

    /** Arguments: seed, minutes, kills (0 for no limit), an empty directory. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.setProperty("oks.classes", Path.of(args[3], "classes").toString()); // before the first start
        // That oksd is away is what this is about: its own log tells the rest, and is kept when a round fails.
        ((Logger) LoggerFactory.getLogger("oks.service")).setLevel(Level.ERROR);
        Torture torture = new Torture(
                Long.parseLong(args[0]),
                Duration.ofMinutes(Long.parseLong(args[1])),
                Integer.parseInt(args[2]),
                Path.of(args[3]),
                System.out);
        System.exit(torture.run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        int lost = 0;
        boolean failed = false;
        try {
            List<Fault> disks = possibleFaults();
            for (int database = 1; !over(); database++) {
                killRounds(scratch.resolve("db" + database), disks);
            }
        } catch (Scene.Lost e) {
            lost = e.changes();
            out.println("torture: error: " + e.getMessage());
        } catch (AssertionError | RuntimeException e) {
            failed = true;
            e.printStackTrace(out);
        }
        report();
        if (lost > 0 || failed) {
            out.println("torture: next: run it again with --seed " + seed + "; everything is kept in " + scratch);
        }
        String unproven = failed && lost == 0 ? " up to the round that failed, which was not proven" : "";
        out.println(points() + " points, " + lost + " acknowledged changes lost" + unproven);
        return lost == 0 && !failed;
    }

    /** One database from its first start on, killed again and again; in between, a disk that fails. */
    private void killRounds(Path prefix, List<Fault> disks) throws IOException, InterruptedException {
        try (Scene scene = Scene.in(prefix, "", random.nextLong(1L << 40))) {
            scene.keyserver().startOksd();
            scene.withGateway();
            Kills round = new Kills(scene, random);
            for (int i = 0; i < ROUNDS_OF_A_DATABASE && !over(); i++) {
                Kills.During during = during();
                int before = scene.acknowledged().changes();
                int httpBefore = scene.hkp().accepted();
                kills.merge(during, round.kill(during), Integer::sum);
                acknowledged += scene.acknowledged().changes() - before;
                acknowledgedByHttp += scene.hkp().accepted() - httpBefore;
                progress();
                if (!disks.isEmpty() && random.nextInt(KILLS_PER_DISK_FAULT) == 0) {
                    disk(disks.get(random.nextInt(disks.size())));
                }
            }
        }
        FileUtils.deleteDirectory(prefix.toFile());
    }

    /** A backup takes seconds, so it is chosen more seldom. */
    private Kills.During during() {
        Kills.During[] all = Kills.During.values();
        Kills.During chosen = all[random.nextInt(all.length)];
        return chosen == Kills.During.BACKUP && random.nextBoolean() ? Kills.During.TWICE_IN_A_ROW : chosen;
    }

    private void disk(Fault fault) throws IOException, InterruptedException {
        Path directory = Files.createDirectory(scratch.resolve(
                "disk" + faults.values().stream().mapToInt(n -> n).sum()));
        fault.round().run(new DiskFaults(directory, random));
        faults.merge(fault.name(), 1, Integer::sum);
        FileUtils.deleteDirectory(directory.toFile());
        progress();
    }

    private List<Fault> possibleFaults() throws IOException, InterruptedException {
        List<Fault> possible = new ArrayList<>();
        Optional<String> noTmpfs = Mount.whyNoTmpfs(scratch);
        Optional<String> noLoop = Mount.whyNoLoop(scratch).or(() -> missing("xfs_io", "xfsprogs"));
        add(possible, noTmpfs, new Fault("recovery disk full", DiskFaults::recoveryDiskFull));
        add(possible, noTmpfs, new Fault("rotation fails", DiskFaults::rotationFails));
        add(possible, noTmpfs, new Fault("free space floor", DiskFaults::freeSpaceFloor));
        add(possible, noTmpfs, new Fault("store disk full", DiskFaults::storeDiskFull));
        add(possible, noLoop, new Fault("power cut", DiskFaults::powerCut));
        add(possible, missing("strace", "strace"), new Fault("EIO on fdatasync", DiskFaults::forceFails));
        add(possible, missing("strace", "strace"), new Fault("EIO at a start", DiskFaults::startFails));
        add(possible, missing("faketime", "faketime"), new Fault("clock set back", DiskFaults::clockSetBack));
        return possible;
    }

    private void add(List<Fault> possible, Optional<String> whyNot, Fault fault) {
        whyNot.ifPresentOrElse(why -> out.println("skipped: " + fault.name() + ": " + why), () -> possible.add(fault));
    }

    private static Optional<String> missing(String program, String debianPackage) {
        for (String directory : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return Optional.empty();
            }
        }
        return Optional.of("program " + program + " is missing: apt-get install " + debianPackage);
    }

    private boolean over() {
        return System.nanoTime() - endNanos >= 0 || maxKills > 0 && killed() >= maxKills;
    }

    private int killed() {
        return kills.values().stream().mapToInt(n -> n).sum();
    }

    private int points() {
        return killed() + faults.values().stream().mapToInt(n -> n).sum();
    }

    private void progress() {
        if (System.nanoTime() - reportedNanos >= REPORT.toNanos()) {
            reportedNanos = System.nanoTime();
            report();
        }
    }

    private void report() {
        out.printf(
                Locale.ROOT,
                "seed %d, %d s: %d kills %s, disk and clock %s, %d changes acknowledged, %d of them through oks-http%n",
                seed,
                Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds(),
                killed(),
                kills,
                faults,
                acknowledged,
                acknowledgedByHttp);
    }
}
