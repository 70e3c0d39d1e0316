package oks.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import oks.archive.ArchiveContents;
import oks.archive.Manifest;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.store.CertificateStore;
import oks.store.Replay;
import oks.store.StoreCheck;
import oks.store.StoreOptions;

/**
 * Rebuilds a database: checks the archive and every recovery file, unpacks, replays, proves, publishes. What fails before
 * the end leaves the target as it was.
 */
final class Restore {
    private static final int CACHE = 64 << 20;
    private static final int WRITE_BUFFER = 64 << 20;
    private static final int SHOWN_DIFFERENCES = 3;

    private final Disk disk;
    private final OutputOptions options;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /** @param ids gives the new timeline its identity */
    Restore(Disk disk, OutputOptions options, InstantSource clock, Supplier<UUID> ids) {
        this.disk = disk;
        this.options = options;
        this.clock = clock;
        this.ids = ids;
    }

    /** Restores to the end of the log. */
    RestoreProof run(ArchiveInput archive, RecoverySources sources, RestoreTarget target) throws IOException {
        Instant begun = clock.instant();
        Optional<LogReading> verified = archive.isFile() ? checkFirst(archive, sources, target) : Optional.empty();
        try (RestoreStaging staging = target.begin("restore of " + archive.name() + " begun " + begun)) {
            ArchiveContents contents = archive.unpack(staging.unpacked(), options);
            staging.adoptStore(contents.directory());
            Built built = build(staging, contents, sources, verified);
            DatabaseIdentity identity = continued(contents.identity(), built.position());
            staging.publish(identity);
            return new RestoreProof(
                    target.directory(), identity, archive.name(), contents.manifest(), built,
                    Duration.between(begun, clock.instant()));
        }
    }

    /**
     * What the restore came to.
     *
     * @param log the recovery files, as they were replayed
     * @param position where the restored store stands
     */
    record Built(LogReading log, ChainEnd end, Optional<LeftOut> leftOut, LogPosition position, StoreCheck check) {}

    /**
     * Reads everything that can be read without unpacking.
     *
     * @return the recovery files, verified; empty when only the unpacked store knows where the archive stands
     */
    private Optional<LogReading> checkFirst(ArchiveInput archive, RecoverySources sources, RestoreTarget target)
            throws IOException {
        ArchiveContents contents = archive.check(options);
        Optional<LogReading> log = Optional.empty();
        if (contents.manifest().isPresent()) {
            log = Optional.of(log(contents, sources, List.of(), contents.manifest().get().state().position()));
            log.get().verify();
        }
        target.requireSpace(contents.bytes() + (log.isPresent() ? log.get().bytes() : 0));
        return log;
    }

    private LogReading log(ArchiveContents contents, RecoverySources sources, List<Path> inArchive, LogPosition from)
            throws IOException {
        DatabaseIdentity identity = contents.identity();
        return new LogReading(
                disk, sources.with(inArchive, identity.name()), identity.database(), from, options);
    }

    private Built build(
            RestoreStaging staging, ArchiveContents contents, RecoverySources sources, Optional<LogReading> verified)
            throws IOException {
        StoreOptions storeOptions = new StoreOptions(CACHE, WRITE_BUFFER, Optional.of(staging.logs()));
        try (CertificateStore store = CertificateStore.open(staging.store(), storeOptions)) {
            contents.manifest().ifPresent(manifest -> compare(store, manifest));
            LogReading log;
            if (verified.isPresent()) {
                log = verified.get();
            } else {
                List<Path> inArchive =
                        contents.recoveryFiles().stream().map(staging.unpacked()::resolve).toList();
                log = log(contents, sources, inArchive, store.position());
                log.verify();
            }
            ChainEnd end = replay(store, log);
            store.flush();
            return new Built(log, end, LogReading.leftOut(end), store.position(), prove(store));
        }
    }

    private static void compare(CertificateStore store, Manifest manifest) {
        LogPosition position = store.position();
        var state = manifest.state();
        if (!position.last().equals(state.lsn())
                || !position.digest().equals(state.digest())
                || store.certificates() != state.certificates()) {
            throw damaged("the store in the archive stands at LSN %s with %d certificates and state digest %.16s…, "
                            + "but the manifest says LSN %s, %d and %.16s…",
                    position.last(), store.certificates(), position.digest(),
                    state.lsn(), state.certificates(), state.digest());
        }
    }

    private ChainEnd replay(CertificateStore store, LogReading log) throws IOException {
        Replay replay = new Replay(store);
        ChainEnd end = log.replay(replay);
        replay.finish();
        boolean sameChange = end.position().last().equals(store.position().last());
        if (sameChange && end.position().ordinal() > store.position().ordinal()
                || sameChange && end.position().length() > store.position().length()) {
            store.moveTo(end.position()); // the next recovery file follows the last one that was read
        }
        return end;
    }

    private StoreCheck prove(CertificateStore store) {
        try (ProgressDisplay display = options.progress("proving", store.certificates(), "certificates")) {
            StoreCheck check = store.check(display::to);
            if (!check.sound()) {
                throw damaged("the restored store is not sound: %s",
                        String.join("; ", check.differences().stream().limit(SHOWN_DIFFERENCES).toList()));
            }
            return check;
        }
    }

    /** Every restore begins a timeline: nobody can know whether the old history went on elsewhere. */
    private DatabaseIdentity continued(DatabaseIdentity identity, LogPosition end) {
        return new DatabaseIdentity(
                identity.name(), identity.database(), identity.timeline().fork(ids.get(), end.last(), end.digest()));
    }

    private static OperatorFault damaged(String format, Object... values) {
        return OperatorFault.of(ExitCode.DAMAGED, format, values)
                .kept("the target directory was not made")
                .next("restore from another archive");
    }
}
