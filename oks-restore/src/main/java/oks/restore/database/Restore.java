package oks.restore.database;

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
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryFile;
import oks.restore.database.Phases.Phase;
import oks.restore.log.CheckedLog;
import oks.restore.log.ReplayedLog;
import oks.store.CertificateStore;
import oks.store.StoreDamage;
import oks.store.StoreOptions;

/**
 * Rebuilds a database: checks the archive and every recovery file, unpacks, replays, proves, publishes. What fails
 * before the end leaves the target as it was.
 */
public final class Restore {
    private final Disk disk;
    private final OutputOptions options;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final Phases phases;
    private final RestoreCheck check;

    /** @param ids gives the new timeline its identity */
    public Restore(Disk disk, OutputOptions options, InstantSource clock, Supplier<UUID> ids) {
        this.disk = disk;
        this.options = options;
        this.clock = clock;
        this.ids = ids;
        this.phases = new Phases(clock);
        this.check = new RestoreCheck(disk, options, phases);
    }

    /**
     * Checks, then restores.
     *
     * @throws OperatorFault what {@code --plan} would have told, or what only unpacking could find
     */
    public RestoreProof run(RestoreRequest request) throws IOException {
        Instant begun = clock.instant();
        ArchiveInput archive = request.archive();
        Optional<CheckedLog> checked = archive.isFile() ? check.check(request).requireNoProblem() : Optional.empty();
        try (RestoreStaging staging =
                RestoreStaging.begin(disk, request.target(), "restore of " + archive.name() + " begun " + begun)) {
            ArchiveContents contents = phases.measure(Phase.UNPACK, () -> archive.unpack(staging.unpacked(), options));
            staging.adoptStore(contents.directory());
            RestoredDatabase built = build(staging, request, contents, checked);
            Optional<Path> aside =
                    phases.measure(Phase.FORCE, () -> staging.publish(built.identity(), clock.instant()));
            return new RestoreProof(
                    request.target().directory(),
                    aside,
                    archive.name(),
                    archive.file(),
                    contents.manifest(),
                    built,
                    Duration.between(begun, clock.instant()),
                    phases);
        }
    }

    private RestoredDatabase build(
            RestoreStaging staging, RestoreRequest request, ArchiveContents contents, Optional<CheckedLog> checked)
            throws IOException {
        try {
            return open(staging, request, contents, checked);
        } catch (OperatorFault fault) {
            throw StoreDamage.of(fault)
                    .map(damage -> DamagedArchive.of(ProvenStore.damaged(
                                    "archive \"%s\" holds a damaged store: %s%s",
                                    request.archive().name(),
                                    damage.file()
                                            .map(file -> "file \"" + file + "\": ")
                                            .orElse(""),
                                    damage.reason())
                            .because(fault)))
                    .orElse(fault);
        }
    }

    private RestoredDatabase open(
            RestoreStaging staging, RestoreRequest request, ArchiveContents contents, Optional<CheckedLog> checked)
            throws IOException {
        StoreOptions storeOptions = StoreOptions.forReplay(Optional.of(staging.logs()));
        try (CertificateStore store = CertificateStore.open(staging.directory().store(), storeOptions)) {
            contents.manifest().ifPresent(manifest -> compare(store, manifest));
            CheckedLog log = checked.isPresent()
                    ? checked.get()
                    : checkUnpacked(request, contents, staging.unpacked(), store.position());
            ReplayedLog replayed = phases.measure(Phase.REPLAY, () -> log.replay(store));
            DatabaseIdentity identity =
                    phases.measure(Phase.REPLAY, () -> beginTimeline(store, staging, contents, log, replayed));
            ProvenStore proven = phases.measure(Phase.PROVE, () -> ProvenStore.prove(store, options));
            return new RestoredDatabase(identity, log, replayed, store.position(), proven);
        }
    }

    /** Checks what could not be checked before the archive was unpacked: its own recovery files, too, and the space. */
    private CheckedLog checkUnpacked(
            RestoreRequest request, ArchiveContents contents, Path unpacked, LogPosition archived) throws IOException {
        List<RecoveryFile> inArchive = contents.recoveryFiles().stream()
                .flatMap(file -> request.sources().file(unpacked.resolve(file)).stream())
                .toList();
        CheckedLog log = check.log(request, contents, inArchive, archived);
        log.goal();
        TargetDirectory target = request.target();
        Optional<OperatorFault> lack = target.lackOfSpace(log.bytes(), target.usableBytes());
        if (lack.isPresent()) {
            throw lack.get();
        }
        return log;
    }

    /** Everything applied is on disk then. */
    private DatabaseIdentity beginTimeline(
            CertificateStore store,
            RestoreStaging staging,
            ArchiveContents contents,
            CheckedLog log,
            ReplayedLog replayed)
            throws IOException {
        DatabaseIdentity identity = new NewTimeline(contents, log.branch()).after(store.position(), ids.get());
        TimelineHead.write(staging.directory().recoveryFiles(), identity, store, replayed.part(), log.goal(), clock);
        store.flush();
        return identity;
    }

    private static void compare(CertificateStore store, Manifest manifest) {
        LogPosition position = store.position();
        var state = manifest.state();
        if (!position.last().equals(state.lsn())
                || !position.digest().equals(state.digest())
                || store.certificates() != state.certificates()) {
            throw DamagedArchive.of(ProvenStore.damaged(
                    "the store in the archive stands at LSN %s with %s and state digest %.16s…, "
                            + "but the manifest says LSN %s, %d and %.16s…",
                    position.last(),
                    Count.of(store.certificates(), "certificate"),
                    position.digest(),
                    state.lsn(),
                    state.certificates(),
                    state.digest()));
        }
    }
}
