package oks.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import oks.archive.ArchiveCheck;
import oks.archive.ArchiveChecksum;
import oks.archive.ArchiveName;
import oks.archive.Companion;
import oks.archive.Manifest;
import oks.backup.Verification.Displays;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Hash;

/** Reads one archive to its last byte, and its signature. What nobody without a secret key can read is said to be so. */
final class ArchiveVerification {
    private final Disk disk;
    private final Displays displays;
    private final SignatureCheck signatures;

    ArchiveVerification(Disk disk, Displays displays, SignatureCheck signatures) {
        this.disk = disk;
        this.displays = displays;
        this.signatures = signatures;
    }

    /**
     * An archive without a fault.
     *
     * @param manifest empty when it was made by hand
     * @param remark what was verified, and what could not be
     */
    record Verified(Optional<Manifest> manifest, String remark) {}

    /** @throws OperatorFault for whatever is wrong with it */
    Verified verify(Path archive) throws IOException {
        for (Companion companion : Companion.values()) {
            if (Files.exists(companion.of(archive), LinkOption.NOFOLLOW_LINKS)) {
                OutputDirectory.requireRegular(companion.of(archive));
            }
        }
        Optional<ArchiveChecksum> checksum = ArchiveChecksum.beside(disk, archive);
        return ArchiveName.of(archive).filter(ArchiveName::encrypted).isPresent()
                ? encrypted(archive, checksum)
                : plain(archive, checksum);
    }

    private Verified plain(Path archive, Optional<ArchiveChecksum> checksum) throws IOException {
        Optional<Manifest> manifest;
        try (ProgressDisplay display = display(archive)) {
            long[] done = {0};
            manifest = ArchiveCheck.check(
                    archive, checksum.map(ArchiveChecksum::sha256), bytes -> display.to(done[0] += bytes)).manifest();
        }
        String bytes = checksum.isPresent() ? "every byte" : "no checksum file, so every file but not the bytes between";
        return verified(manifest, archive.toString(), Companion.SIGNATURE.of(archive), bytes);
    }

    /** An archive from a pipe, for example of gpg. */
    Verified verify(InputStream in, Path signature) throws IOException {
        try (ProgressDisplay display = displays.begin("verifying", 0, "bytes")) {
            long[] done = {0};
            Optional<Manifest> manifest =
                    ArchiveCheck.check(in, "standard input", bytes -> display.to(done[0] += bytes)).manifest();
            return verified(manifest, "standard input", signature, "every file");
        }
    }

    private Verified verified(Optional<Manifest> manifest, String archive, Path signature, String what) throws IOException {
        if (manifest.isEmpty()) {
            signatures.refuseWithoutManifest(archive);
            return new Verified(manifest, "made by hand: only tar and compression could be verified");
        }
        return new Verified(manifest, what + signatures.check(manifest.get(), archive, signature));
    }

    private Verified encrypted(Path archive, Optional<ArchiveChecksum> checksum) throws IOException {
        Hash sha256 = checksum.map(ArchiveChecksum::sha256)
                .orElseThrow(() -> incomplete(archive, ArchiveChecksum.fileOf(archive)));
        try (ProgressDisplay display = display(archive)) {
            long[] done = {0};
            ArchiveCheck.checkBytes(archive, sha256, bytes -> display.to(done[0] += bytes));
        }
        Path file = Companion.MANIFEST.of(archive);
        if (!disk.exists(file)) {
            throw incomplete(archive, file);
        }
        Manifest manifest = Manifest.parse(Durable.read(disk, file), archive.toString());
        ArchiveName name = ArchiveName.of(archive).orElseThrow();
        if (!manifest.state().lsn().equals(name.lsn()) || !manifest.state().identity().name().equals(name.database())) {
            throw OperatorFault.of(ExitCode.DAMAGED, "manifest \"%s\" is of database \"%s\" at LSN %s, not of this archive",
                            file, manifest.state().identity().name(), manifest.state().lsn())
                    .next("decrypt the archive: it has its manifest inside, too");
        }
        return new Verified(Optional.of(manifest), "encrypted: every byte, but what it holds only with the secret key"
                + signatures.check(manifest, archive.toString(), Companion.SIGNATURE.of(archive)));
    }

    private static OperatorFault incomplete(Path archive, Path companion) {
        return OperatorFault.of(ExitCode.DAMAGED, "archive \"%s\" is encrypted, and \"%s\" is missing: nothing can be verified",
                        archive, companion.getFileName())
                .next("fetch that file, too, or run \"gpg --decrypt %s | oks-backup verify -\"", archive);
    }

    private ProgressDisplay display(Path archive) throws IOException {
        return displays.begin("verifying", Files.size(archive), "bytes");
    }
}
