package oks.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.json.Bounds;
import oks.json.WrongMember;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.recovery.RecoveryFileName;
import oks.recovery.Timeline;

/**
 * The members of a manifest in their order, which is part of the format; specified in oks-archive(5).
 *
 * @param sha256 read only: it is checked against the text before, and written after the others by {@link ManifestText}
 */
record ManifestMembers(
        @Bounds(min = 1, max = Manifest.FORMAT) int format,
        String program,
        Instant created,
        String database,
        UUID uuid,
        Branch timeline,
        Lsn lsn,
        Digest digest,
        Hash chain,
        long certificates,

        @Bounds(min = 1, max = RecoveryFileName.LAST_ORDINAL)
        long firstRecoveryOrdinal,

        List<ArchivedFile> files,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<List<BaseArchive>> bases,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> sha256) {

    ManifestMembers {
        if (!RecoveryFileName.isTimestamp(created)) { // no recovery file can have it, so no name could be made of it
            throw WrongMember.of("created", created.toString(), "a time that fits a file's name");
        }
        if (bases.isPresent() == (format == Manifest.SELF_CONTAINED)
                || bases.filter(List::isEmpty).isPresent()) {
            throw WrongMember.of("format", Integer.toString(format), "2 with bases, or 1 without");
        }
    }

    /** The timeline. */
    record Branch(
            @Bounds(min = 1, max = Timeline.MOST) int number,
            UUID id,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Origin> fork) {
        static Branch of(Timeline timeline) {
            return new Branch(
                    timeline.number(),
                    timeline.id(),
                    timeline.fork().map(fork -> new Origin(fork.parent(), fork.last(), fork.digest())));
        }

        Timeline timeline() {
            return new Timeline(
                    number, id, fork.map(from -> new Timeline.Fork(from.parent(), from.lsn(), from.digest())));
        }
    }

    /** The place at which the timeline left its parent. */
    record Origin(UUID parent, Lsn lsn, Digest digest) {}

    static ManifestMembers of(Manifest manifest) {
        ArchivedState state = manifest.state();
        DatabaseIdentity identity = state.identity();
        return new ManifestMembers(
                manifest.format(),
                manifest.program(),
                manifest.created(),
                identity.name(),
                identity.database(),
                Branch.of(identity.timeline()),
                state.lsn(),
                state.digest(),
                state.chain(),
                state.certificates(),
                state.firstRecoveryOrdinal(),
                manifest.files(),
                Optional.of(manifest.bases()).filter(bases -> !bases.isEmpty()),
                Optional.empty());
    }

    Manifest manifest() {
        DatabaseIdentity identity = new DatabaseIdentity(database, uuid, timeline.timeline());
        return new Manifest(
                program,
                created,
                new ArchivedState(identity, lsn, digest, chain, certificates, firstRecoveryOrdinal),
                files,
                bases.orElse(List.of()));
    }
}
