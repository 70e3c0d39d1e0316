package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The one walk through the files of an archive, for those who check and those who unpack: first the files that it holds
 * itself, then those that its bases hold. All of them are compared with its manifest.
 */
final class ArchiveWalk {
    private final String archive;
    private final Receiver receiver;

    ArchiveWalk(String archive, Receiver receiver) {
        this.archive = archive;
        this.receiver = receiver;
    }

    /** Takes files as they come. */
    interface Receiver {
        /** Has the contents read to their end by {@link ManifestVerifier#add}. */
        void file(String path, InputStream contents, ManifestVerifier verifier) throws IOException;

        /** Takes a further name of a file that came before; it is known to the verifier already. */
        void hardLink(String path, String target) throws IOException;
    }

    /**
     * Walks.
     *
     * @param in read to its end and not closed
     * @param bases where files are that the archive does not hold; empty to leave them out
     * @param progress is told how many more bytes of {@code in} were read
     * @throws OperatorFault DAMAGED naming the first fault, FAILED when the manifest is too new, GAP_OR_FORK when a
     *     base is missing
     */
    ArchiveContents walk(InputStream in, Optional<BaseArchives> bases, LongConsumer progress) throws IOException {
        ArchiveReader reader = new ArchiveReader(in, archive, progress);
        try (ManifestVerifier verifier = new ManifestVerifier(archive)) {
            reader.visit(new ArchiveReader.Visitor() {
                @Override
                public void file(String path, InputStream contents) throws IOException {
                    receiver.file(path, contents, verifier);
                }

                @Override
                public void hardLink(String path, String target) throws IOException {
                    verifier.addLink(path, target);
                    receiver.hardLink(path, target);
                }
            });
            ArchiveContents own = verifier.contents(reader.hasDirectories());
            if (bases.isEmpty() || own.manifest().isEmpty()) {
                return own;
            }
            Manifest manifest = own.manifest().get();
            Map<BaseArchive, Path> files = new HashMap<>();
            for (BaseArchive base : manifest.bases()) { // all of them, before hours are spent on the first
                files.put(base, bases.get().find(base, manifest, archive));
            }
            for (BaseArchive base : manifest.bases()) {
                try (InputStream stored = bases.get().open(files.get(base))) {
                    walk(
                            stored,
                            files.get(base),
                            base,
                            own.directory(),
                            verifier,
                            bases.get().progress()::add);
                }
            }
            return verifier.withShared(own);
        }
    }

    /** Takes out of a base what the archive needs of it; what else is in it is another archive's. */
    private void walk(
            InputStream in,
            Path file,
            BaseArchive base,
            String directory,
            ManifestVerifier verifier,
            LongConsumer progress)
            throws IOException {
        Map<String, String> wanted = new HashMap<>(); // by the names of entries
        base.files().forEach(path -> wanted.put(EntryName.inside(base.name().database(), path), path));
        try {
            new ArchiveReader(in, file.toString(), progress).visit(new ArchiveReader.Visitor() {
                @Override
                public void file(String entry, InputStream contents) throws IOException {
                    String path = wanted.remove(entry);
                    if (path != null) {
                        String inside = EntryName.inside(directory, path);
                        receiver.file(inside, contents, verifier);
                        verifier.requireShared(directory, path, base.archive());
                    }
                }

                @Override
                public void hardLink(String path, String target) {
                    // oks-backup writes none
                }
            });
            for (String missing : wanted.keySet()) {
                throw ArchiveFaults.damaged("file \"%s\" is not in it", missing);
            }
        } catch (OperatorFault fault) {
            throw fault.code() == ExitCode.DAMAGED ? damaged(file, fault) : fault;
        }
    }

    private OperatorFault damaged(Path base, OperatorFault fault) {
        return ArchiveFaults.damaged(
                        "archive \"%s\" needs archive \"%s\", which is damaged: %s", archive, base, fault.what())
                .because(new UnusableBase(base.getFileName().toString(), fault));
    }
}
