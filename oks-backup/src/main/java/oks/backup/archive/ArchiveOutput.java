package oks.backup.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Optional;
import oks.archive.ArchiveCheck;
import oks.archive.Manifest;
import oks.backup.output.UnfinishedFile;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Recipients;
import oks.recovery.Hash;

/** The way of an archive into its file and back: what is written, and how it is found to be what was written. */
interface ArchiveOutput {
    /** Where the archive is written; closing it completes the archive. */
    OutputStream stream() throws IOException;

    /**
     * Reads the file, which is complete and forced.
     *
     * @return the hash of its bytes
     * @throws OperatorFault DAMAGED when it is not what was written
     */
    Hash readBack(Manifest written, OutputOptions options) throws IOException;

    /**
     * An archive that anybody can read: read back by the hashes in its manifest.
     *
     * @param early whether each part is read back as soon as it is forced, while more is written
     */
    static ArchiveOutput plain(UnfinishedFile file, OutputStream stream, boolean early) throws IOException {
        Optional<ReadBack> begun = early ? Optional.of(ReadBack.begin(file)) : Optional.empty();
        return new ArchiveOutput() {
            @Override
            public OutputStream stream() {
                return stream;
            }

            @Override
            public Hash readBack(Manifest written, OutputOptions options) throws IOException {
                ReadBack reading = begun.isPresent() ? begun.get() : ReadBack.begin(file);
                try (ProgressDisplay display = options.progress("reading back", file.length(), "bytes")) {
                    ArchiveCheck.Hashed read = reading.await(display);
                    if (!read.contents().manifest().equals(Optional.of(written))) {
                        throw OperatorFault.of(
                                ExitCode.DAMAGED, "archive \"%s\" reads back with another manifest", file.partial());
                    }
                    return read.sha256();
                }
            }
        };
    }

    /** An archive that this machine cannot read: its bytes are compared with the hash of those that were written. */
    static ArchiveOutput encrypted(UnfinishedFile file, OutputStream stream, Recipients recipients) {
        MeasuredStream measured = new MeasuredStream(stream);
        return new ArchiveOutput() {
            @Override
            public OutputStream stream() throws IOException {
                return recipients.encrypting(measured);
            }

            @Override
            public Hash readBack(Manifest written, OutputOptions options) throws IOException {
                Hash sha256 = measured.sha256();
                try (ProgressDisplay display = options.progress("reading back", Files.size(file.partial()), "bytes")) {
                    long[] done = {0};
                    ArchiveCheck.checkBytes(file.partial(), sha256, bytes -> display.to(done[0] += bytes));
                    return sha256;
                }
            }
        };
    }
}
