package oks.backup.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import oks.archive.ArchiveCheck;
import oks.archive.ArchiveChecksum;
import oks.archive.ArchiveContents;
import oks.archive.ArchiveName;
import oks.archive.ArchiveProgress;
import oks.archive.ArchivedFile;
import oks.archive.BaseArchives;
import oks.archive.Extraction;
import oks.archive.Manifest;
import oks.archive.ManifestCopy;
import oks.archive.ManifestText;
import oks.archive.Proof;
import oks.archive.SidecarFile;
import oks.backup.output.BackupContext;
import oks.backup.output.OutputDirectory;
import oks.backup.output.Scratch;
import oks.backup.source.ContentProof;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.durable.DurableInputStream;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.store.StoreProof;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one archive to its last byte, and its signature. With a scratch directory it also proves what the archive
 * holds: it is unpacked there, every block of every table is read, and the certificates are added up; the proof is kept
 * beside the archive. Without one, the bytes are compared, and what they were proven to hold earlier still holds of the
 * same bytes. Content that needs a secret key to be read is reported as such.
 */
final class ArchiveVerification {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveVerification.class);

    private final Disk disk;
    private final Displays displays;
    private final SignatureCheck signatures;
    private final Optional<Proving> proving;

    /**
     * The tools of a proof.
     *
     * @param scratch a directory with room for the database
     */
    record Proving(Path scratch, InstantSource clock) {}

    ArchiveVerification(Disk disk, Displays displays, SignatureCheck signatures, Optional<Proving> proving) {
        this.proving = proving;
        this.disk = disk;
        this.displays = displays;
        this.signatures = signatures;
    }

    /**
     * An archive without a fault.
     *
     * @param manifest empty when it was made by hand
     * @param remark what was verified, and what could not be
     * @param proof how the archive was proven, now or earlier; empty when it was not
     */
    record Verified(Optional<Manifest> manifest, String remark, Optional<Proof> proof) {}

    /** @throws OperatorFault for whatever is wrong with it */
    Verified verify(Path archive) throws IOException {
        for (SidecarFile companion : SidecarFile.values()) {
            if (disk.isTaken(companion.of(archive))) {
                OutputDirectory.requireRegular(companion.of(archive));
            }
        }
        Optional<ArchiveChecksum> checksum = ArchiveChecksum.beside(disk, archive);
        return ArchiveName.of(archive).filter(ArchiveName::encrypted).isPresent()
                ? encrypted(archive, checksum)
                : plain(archive, checksum);
    }

    private Verified plain(Path archive, Optional<ArchiveChecksum> checksum) throws IOException {
        ArchiveCheck.Hashed read;
        try (ProgressDisplay display = display(archive);
                InputStream in = DurableInputStream.open(disk, archive)) {
            ArchiveProgress progress = new ArchiveProgress(display::to, disk.size(archive));
            read = read(in, archive.toString(), BaseArchives.beside(disk, archive, progress), progress);
        }
        if (checksum.isPresent()) {
            ArchiveCheck.requireHash(archive.toString(), checksum.get().sha256(), read.sha256());
        }
        requireItsName(archive, read.contents().manifest());
        String bytes =
                checksum.isPresent() ? "every byte" : "no checksum file, so every file but not the bytes between";
        String remark =
                remark(read.contents().manifest(), archive.toString(), SidecarFile.SIGNATURE.of(archive), bytes);
        read.contents().manifest().ifPresent(manifest -> copy(archive, manifest));
        Optional<Proof> proof = read.contents().manifest().isEmpty()
                ? Optional.empty()
                : proof(archive, read.sha256(), Proof.Level.BLOCKS);
        return new Verified(
                read.contents().manifest(), remark + (proving.isPresent() ? "" : "; " + said(proof)), proof);
    }

    /** The name tells "list" and "check" which archive is the newest, so it has to say what is inside. */
    private static void requireItsName(Path archive, Optional<Manifest> inside) {
        Optional<ArchiveName> name = ArchiveName.of(archive);
        if (name.isEmpty() || inside.isEmpty()) {
            return;
        }
        String database = inside.get().state().identity().name();
        Lsn lsn = inside.get().state().lsn();
        if (!name.get().lsn().equals(lsn) || !name.get().database().equals(database)) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "archive \"%s\" was renamed: it is of database \"%s\" at LSN %s",
                            archive,
                            database,
                            lsn)
                    .kept("nothing was changed")
                    .next(
                            "give the archive and the files beside it their name again, in which %s and LSN %s stand",
                            database, lsn);
        }
    }

    /** An archive from a pipe, for example of gpg. */
    Verified verify(InputStream in, Path signature) throws IOException {
        try (ProgressDisplay display = displays.begin("verifying", 0, "bytes")) {
            Optional<Manifest> manifest = read(
                            in, "standard input", BaseArchives.ofPipe(), new ArchiveProgress(display::to, 0))
                    .contents()
                    .manifest();
            return new Verified(
                    manifest, remark(manifest, "standard input", signature, "every file"), Optional.empty());
        }
    }

    private ArchiveCheck.Hashed read(InputStream in, String archive, BaseArchives bases, ArchiveProgress progress)
            throws IOException {
        if (proving.isEmpty()) {
            return ArchiveCheck.hash(in, archive, bases, progress::add);
        }
        try (Scratch scratch = Scratch.in(proving.get().scratch())) {
            ArchiveCheck.Hashed unpacked = unpack(in, archive, scratch, bases, progress::add);
            if (unpacked.contents().manifest().isPresent()) {
                prove(
                        unpacked.contents(),
                        archive,
                        scratch.directory().resolve(unpacked.contents().directory()));
            }
            return unpacked;
        }
    }

    private static ArchiveCheck.Hashed unpack(
            InputStream in, String archive, Scratch scratch, BaseArchives bases, LongConsumer progress)
            throws IOException {
        try {
            return Extraction.unpackForNow(in, archive, scratch.directory(), bases, progress);
        } catch (IOException e) {
            Optional<OperatorFault> full = scratch.full(e);
            if (full.isPresent()) {
                throw full.get();
            }
            throw e;
        }
    }

    /** Proves the content. The files that were unpacked have the manifest's hashes already. */
    private static void prove(ArchiveContents contents, String archive, Path database) throws IOException {
        Manifest manifest = contents.manifest().orElseThrow();
        StoreProof.Content content;
        try {
            List<OperatorFault> damaged = manifest.files().parallelStream()
                    .map(ArchivedFile::path)
                    .filter(ContentProof::isTable)
                    .flatMap(table -> damage(database, table).stream())
                    .toList(); // which waits for all of them: the files are removed then
            if (!damaged.isEmpty()) {
                throw damaged.get(0);
            }
            content = StoreProof.scan(database.resolve(DatabaseDirectory.STORE));
        } catch (OperatorFault fault) {
            throw damagedBefore(fault, "archive \"" + archive + "\": " + fault.what());
        }
        try {
            ContentProof.requireContent(content, manifest.state(), "archive \"" + archive + "\"");
        } catch (OperatorFault fault) {
            throw damagedBefore(fault, fault.what());
        }
    }

    private static OperatorFault damagedBefore(OperatorFault fault, String what) {
        return OperatorFault.of(fault.code(), "%s", what)
                .kept("nothing was changed")
                .next(
                        "restore from another archive; it was damaged before it was archived, so look at the "
                                + "database with %s",
                        Advice.check())
                .because(fault);
    }

    private static Optional<OperatorFault> damage(Path database, String table) {
        try {
            StoreProof.checkTable(database.resolve(table), table);
            return Optional.empty();
        } catch (OperatorFault fault) {
            return Optional.of(fault);
        }
    }

    private String remark(Optional<Manifest> manifest, String archive, Path signature, String what) throws IOException {
        if (manifest.isEmpty()) {
            signatures.refuseWithoutManifest(archive);
            return "made by hand: only tar and compression could be verified";
        }
        return what
                + (proving.isPresent() ? ", every block and the content" : "")
                + manifest.get().needs().map(bases -> "; needs " + bases).orElse("")
                + signatures.check(manifest.get(), archive, signature);
    }

    /** What depends on what is told by copies of manifests: one that got lost or is another archive's is made again. */
    private void copy(Path archive, Manifest manifest) {
        if (proving.isEmpty() || ArchiveName.of(archive).isEmpty()) {
            return;
        }
        try {
            boolean wanted = !manifest.bases().isEmpty() || disk.exists(SidecarFile.MANIFEST.of(archive));
            if (wanted && !ManifestCopy.beside(disk, archive).equals(Optional.of(manifest))) {
                ManifestCopy.write(disk, archive, manifest);
            }
        } catch (IOException e) {
            LOG.warn("the manifest of \"{}\" could not be copied beside it: {}", archive, e.getMessage());
        }
    }

    /** The proof of these bytes: what was found out now, and what was earlier. */
    private Optional<Proof> proof(Path archive, Hash sha256, Proof.Level level) throws IOException {
        Optional<Proof> earlier =
                Proof.beside(disk, archive).filter(proof -> proof.sha256().equals(sha256));
        if (proving.isEmpty()) {
            return earlier;
        }
        Proof now = new Proof(level, proving.get().clock().instant(), sha256, BackupContext.program());
        Proof proof = earlier.map(now::or).orElse(now);
        record(archive, proof);
        return Optional.of(proof);
    }

    /** A backup may lie on a disk that can only be read: it is proven all the same. */
    private void record(Path archive, Proof proof) {
        if (ArchiveName.of(archive).isEmpty()) {
            return;
        }
        try {
            proof.write(disk, archive);
        } catch (IOException e) {
            LOG.warn("the proof of \"{}\" could not be recorded beside it: {}", archive, e.getMessage());
        }
    }

    private static String said(Optional<Proof> proof) {
        return proof.map(one -> one.level().word() + " proven " + one.at()).orElse("not proven yet");
    }

    private Verified encrypted(Path archive, Optional<ArchiveChecksum> checksum) throws IOException {
        Hash sha256 = checksum.map(ArchiveChecksum::sha256)
                .orElseThrow(() -> incomplete(archive, ArchiveChecksum.fileOf(archive)));
        try (ProgressDisplay display = display(archive)) {
            long[] done = {0};
            ArchiveCheck.checkBytes(archive, sha256, bytes -> display.to(done[0] += bytes));
        }
        Path file = SidecarFile.MANIFEST.of(archive);
        if (!disk.exists(file)) {
            throw incomplete(archive, file);
        }
        Manifest manifest = ManifestText.parse(Durable.read(disk, file), archive.toString());
        ArchiveName name = ArchiveName.of(archive).orElseThrow();
        if (!manifest.state().lsn().equals(name.lsn())
                || !manifest.state().identity().name().equals(name.database())) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "manifest \"%s\" is of database \"%s\" at LSN %s, not of this archive",
                            file,
                            manifest.state().identity().name(),
                            manifest.state().lsn())
                    .next("decrypt the archive: it has its manifest inside, too");
        }
        Optional<Proof> proof = proof(archive, sha256, Proof.Level.BYTES);
        String held = proof.filter(Proof::ofContent)
                .map(one -> "what it holds was proven " + one.at())
                .orElse("what it holds is not proven, which only the secret key can do");
        return new Verified(
                Optional.of(manifest),
                "encrypted: every byte; " + held
                        + signatures.check(manifest, archive.toString(), SidecarFile.SIGNATURE.of(archive)),
                proof);
    }

    private static OperatorFault incomplete(Path archive, Path companion) {
        return OperatorFault.of(
                        ExitCode.DAMAGED,
                        "archive \"%s\" is encrypted, and \"%s\" is missing: nothing can be verified",
                        archive,
                        companion.getFileName())
                .next("fetch that file, too, or run %s", Advice.verifyDecrypted(archive));
    }

    private ProgressDisplay display(Path archive) throws IOException {
        return displays.begin("verifying", disk.size(archive), "bytes");
    }
}
