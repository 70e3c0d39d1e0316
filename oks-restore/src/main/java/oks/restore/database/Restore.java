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
import oks.recovery.ArchivedPoint;
import oks.recovery.Change;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.restore.database.Phases.Phase;
import oks.restore.log.Branch;
import oks.restore.log.Goal;
import oks.restore.log.LogReading;
import oks.restore.log.RecoverySources;
import oks.restore.log.Wanted;
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

    /** @param ids gives the new timeline its identity */
    public Restore(Disk disk, OutputOptions options, InstantSource clock, Supplier<UUID> ids) {
        this.disk = disk;
        this.options = options;
        this.clock = clock;
        this.ids = ids;
        this.phases = new Phases(clock);
    }

    public RestoreProof run(ArchiveInput archive, RecoverySources sources, Wanted wanted, RestoreTarget target)
            throws IOException {
        Instant begun = clock.instant();
        Optional<Verified> verified =
                archive.isFile() ? checkFirst(archive, sources, wanted, target) : Optional.empty();
        try (RestoreStaging staging =
                RestoreStaging.begin(disk, target, "restore of " + archive.name() + " begun " + begun)) {
            ArchiveContents contents = phases.measure(Phase.UNPACK, () -> archive.unpack(staging.unpacked(), options));
            staging.adoptStore(contents.directory());
            RestoredDatabase built = build(staging, archive, contents, sources, wanted, verified);
            Optional<Path> aside =
                    phases.measure(Phase.FORCE, () -> staging.publish(built.identity(), clock.instant()));
            return new RestoreProof(
                    target.directory(),
                    aside,
                    archive.name(),
                    archive.file(),
                    contents.manifest(),
                    built,
                    Duration.between(begun, clock.instant()),
                    phases);
        }
    }

    /** Recovery files that were verified, and the change that the target means in them. */
    private record Verified(LogReading log, Goal goal) {}

    /**
     * Reads everything that can be read without unpacking.
     *
     * @return the recovery files, verified; empty when only the unpacked store knows where the archive stands
     */
    private Optional<Verified> checkFirst(
            ArchiveInput archive, RecoverySources sources, Wanted wanted, RestoreTarget target) throws IOException {
        ArchiveContents contents = phases.measure(Phase.CHECK_ARCHIVE, () -> archive.check(options));
        Optional<Verified> verified = Optional.empty();
        if (contents.manifest().isPresent()) {
            LogPosition archived = contents.manifest().get().state().position();
            verified = Optional.of(verified(archive.name(), contents, sources, wanted, List.of(), archived));
        }
        target.requireSpace(
                contents.bytes() + (verified.isPresent() ? verified.get().log().bytes() : 0));
        return verified;
    }

    private Verified verified(
            String archive,
            ArchiveContents contents,
            RecoverySources sources,
            Wanted wanted,
            List<Path> inArchive,
            LogPosition from)
            throws IOException {
        DatabaseIdentity identity = contents.identity();
        Branch branch = Branch.after(
                disk,
                sources.with(inArchive, identity.name()),
                identity.database(),
                sources.archives(disk, identity.database()),
                new ArchivedPoint(archive, identity.timeline(), from.last()),
                wanted.timeline());
        LogReading log = new LogReading(disk, branch, identity.database(), from, options);
        LogReading.Survey survey = phases.measure(
                Phase.CHECK_RECOVERY,
                () -> log.survey(wanted.target(), contents.manifest().map(Manifest::created)));
        return new Verified(log, log.goal(survey, wanted));
    }

    private RestoredDatabase build(
            RestoreStaging staging,
            ArchiveInput archive,
            ArchiveContents contents,
            RecoverySources sources,
            Wanted wanted,
            Optional<Verified> checked)
            throws IOException {
        try {
            return build(staging, archive.name(), contents, sources, wanted, checked);
        } catch (OperatorFault fault) {
            throw StoreDamage.of(fault)
                    .map(damage -> ProvenStore.damaged(
                                    "archive \"%s\" holds a damaged store: %s%s",
                                    archive.name(),
                                    damage.file()
                                            .map(file -> "file \"" + file + "\": ")
                                            .orElse(""),
                                    damage.reason())
                            .because(fault))
                    .orElse(fault);
        }
    }

    private RestoredDatabase build(
            RestoreStaging staging,
            String archive,
            ArchiveContents contents,
            RecoverySources sources,
            Wanted wanted,
            Optional<Verified> checked)
            throws IOException {
        StoreOptions storeOptions = StoreOptions.forReplay(Optional.of(staging.logs()));
        try (CertificateStore store = CertificateStore.open(staging.store(), storeOptions)) {
            contents.manifest().ifPresent(manifest -> compare(store, manifest));
            List<Path> inArchive = contents.recoveryFiles().stream()
                    .map(staging.unpacked()::resolve)
                    .toList();
            Verified verified = checked.isPresent()
                    ? checked.get()
                    : verified(archive, contents, sources, wanted, inArchive, store.position());
            DatabaseIdentity identity =
                    phases.measure(Phase.REPLAY, () -> bringForward(store, staging, contents, verified));
            ProvenStore proven = phases.measure(Phase.PROVE, () -> ProvenStore.prove(store, options));
            return new RestoredDatabase(identity, verified.log(), verified.goal(), store.position(), proven);
        }
    }

    /** Replays and begins the new timeline; everything applied is on disk then. */
    private DatabaseIdentity bringForward(
            CertificateStore store, RestoreStaging staging, ArchiveContents contents, Verified verified)
            throws IOException {
        List<Change> part = verified.log().replay(store, verified.goal());
        DatabaseIdentity identity =
                new NewTimeline(contents, verified.log().branch()).after(store.position(), ids.get());
        TimelineHead.write(disk, staging.directory(), identity, store, part, verified.goal(), clock);
        store.flush();
        return identity;
    }

    private static void compare(CertificateStore store, Manifest manifest) {
        LogPosition position = store.position();
        var state = manifest.state();
        if (!position.last().equals(state.lsn())
                || !position.digest().equals(state.digest())
                || store.certificates() != state.certificates()) {
            throw ProvenStore.damaged(
                    "the store in the archive stands at LSN %s with %s and state digest %.16s…, "
                            + "but the manifest says LSN %s, %d and %.16s…",
                    position.last(),
                    Count.of(store.certificates(), "certificate"),
                    position.digest(),
                    state.lsn(),
                    state.certificates(),
                    state.digest());
        }
    }
}
