package oks.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.json.OrNull;

/**
 * The results of the commands that have no type of their own; specified in oks-control(5). Digests and fingerprints are
 * hexadecimal, an LSN is the number of a change.
 */
public final class ControlResults {
    private ControlResults() {}

    /** Of {@code pause}: what became of the recovery file, and when the pause ends by itself. */
    public record Paused(@JsonUnwrapped Rotation rotation, Instant until) {}

    /** Of {@code resume}; the reason is empty when a pause was ended. */
    public record Resumed(boolean resumed, @OrNull String reason) {}

    /** Of {@code stop}. */
    public record Stopping(boolean stopping) {}

    /** Of {@code reload}: the settings that have changed, and those that need a restart. */
    public record Reloaded(List<String> changed, List<String> restart) {}

    /** Of {@code release}. */
    public record Released(boolean released) {}

    /** Of {@code archived}: the greatest ordinal that is known to be copied elsewhere. */
    public record Archived(long ordinal) {}

    /** Of {@code archive_verified}: when the newest archive was begun that is known to be verified. */
    public record ArchiveVerified(Instant archiveVerified) {}

    /** Of {@code check}. */
    public record Checked(long certificates, long tombstones, long indexEntries, long lsn, String digest) {}

    /** Of {@code check} with {@code repair}: what a check found after so many index entries were added and removed. */
    public record Repaired(@JsonUnwrapped Checked checked, long added, long removed, boolean recounted) {}

    /** Of {@code point}. */
    public record Point(long lsn, String name, Instant time) {}

    /** Of {@code delete}: whether there was something to remove, and whether uploads are refused now. */
    public record Deleted(long lsn, String fingerprint, boolean deleted, boolean blocked) {}

    /** Of {@code unblock}. */
    public record Unblocked(long lsn, String fingerprint, boolean unblocked) {}

    /**
     * Of {@code load}.
     *
     * @param socket the service socket
     * @param maxBytes the largest upload
     * @param upload what decides which parts of certificates are left out
     * @param ticket for uploads without verification, where it was asked for
     */
    public record Load(
            Path socket,
            long maxBytes,
            UploadSettings upload,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> ticket) {}

    /** The settings {@code upload.*} by which parts of certificates are left out, by name. */
    public record UploadSettings(
            String thirdParty,
            String weakHashes,
            long maxUserId,
            long maxUserAttribute,
            long maxPacket,
            long maxSignature,
            long maxCertificate,
            long maxCertificateCost) {}

    /** Of {@code export}: how many certificates there are, and the state they are of. */
    public record Export(String id, long lsn, String digest, long certificates) {}

    /**
     * Of {@code export_next}.
     *
     * @param lengths of the certificates in {@code packets}
     * @param looked how many certificates were looked at
     * @param last whether nothing follows
     * @param packets the certificates one after the other
     */
    public record ExportPage(List<Integer> lengths, long looked, boolean last, byte[] packets) {}

    /** Of {@code history} with {@code export}: one version, armored. */
    public record Exported(String fingerprint, long lsn, String armored) {}

    /**
     * Of {@code history}.
     *
     * @param storedLsn of the version in the database, if there is one
     * @param versions oldest first
     * @param missing LSNs of versions that were replaced, but are in no recovery file here
     * @param notes what an operator should know about the recovery files
     */
    public record History(
            String fingerprint,
            Optional<Long> storedLsn,
            List<Version> versions,
            List<Long> missing,
            List<String> notes) {}

    /** A recorded version of a certificate. */
    @JsonTypeInfo(
            use = JsonTypeInfo.Id.NAME,
            include = JsonTypeInfo.As.EXISTING_PROPERTY,
            property = "kind",
            visible = true)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Put.class, name = "put"),
        @JsonSubTypes.Type(value = Delete.class, name = "delete")
    })
    public sealed interface Version {
        /** The kind of a change of a certificate. */
        enum Kind {
            /** It was stored. */
            PUT,
            /** It was deleted, or its block was set or taken back. */
            DELETE
        }

        /** Number of the change. */
        long lsn();

        /** When it was made. */
        Instant time();

        /** The kind of the change. */
        Kind kind();
    }

    /**
     * A certificate was stored.
     *
     * @param origin where it came from; empty when that is not known
     * @param bytes length of the certificate
     * @param file the recovery file that has it; empty where only the store has it
     * @param partsAdded and removed, in words, where the version before is known
     */
    public record Put(
            long lsn,
            Instant time,
            Kind kind,
            @OrNull String origin,
            long bytes,
            @OrNull String file,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<List<String>> partsAdded,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<List<String>> partsRemoved)
            implements Version {}

    /**
     * A certificate was deleted, or its block was set or taken back.
     *
     * @param by who did it
     * @param reason why
     * @param blocked whether uploads were refused from then on
     * @param removedLsn the version that was removed, if one was
     * @param file the recovery file that has it
     */
    public record Delete(
            long lsn,
            Instant time,
            Kind kind,
            String by,
            String reason,
            boolean blocked,
            Optional<Long> removedLsn,
            @OrNull String file)
            implements Version {}
}
