package oks.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Hash;

/** Counts and hashes the files of an archive as they pass, then says what the archive holds. */
final class ManifestVerifier implements Closeable {
    private static final int MAX_IDENTITY = 1 << 16;

    private final String archive;
    private final Map<String, ArchivedFile> files = new LinkedHashMap<>();
    private final Map<String, ArchivedFile> shared = new HashMap<>(); // what bases hold, by the manifest's paths
    private final Map<String, byte[]> identities = new LinkedHashMap<>();
    private final BackgroundHash sha256 = new BackgroundHash();
    private String last = "";
    private byte[] lastManifest = {};

    ManifestVerifier(String archive) {
        this.archive = archive;
    }

    /** Reads a file to its end, hands its bytes on and remembers what they were. */
    void add(String path, InputStream contents, OutputStream into) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.equals(Manifest.FILE)) {
            lastManifest = small(path, contents, Manifest.MAX_BYTES);
            into.write(lastManifest);
            remember(path, lastManifest);
        } else if (name.equals(DatabaseDirectory.IDENTITY)) {
            byte[] identity = small(path, contents, MAX_IDENTITY);
            into.write(identity);
            identities.put(path, identity);
            remember(path, identity);
        } else {
            BackgroundHash.Copied copied = sha256.copy(contents, into, bytes -> {});
            remember(new ArchivedFile(path, copied.size(), copied.sha256()));
        }
    }

    private byte[] small(String path, InputStream contents, int limit) throws IOException {
        byte[] bytes = contents.readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw EntryName.refused("file \"%s\" has more than %d bytes", path, limit);
        }
        return bytes;
    }

    private void remember(String path, byte[] bytes) {
        remember(new ArchivedFile(path, bytes.length, Hash.of(Hash.sha256().digest(bytes))));
    }

    /** Refuses a second file of one name: which of them is meant, nobody can tell. */
    void requireNew(String path) {
        if (files.containsKey(path)) {
            throw EntryName.refused("file \"%s\" is in it twice", path);
        }
    }

    private void remember(ArchivedFile file) {
        requireNew(file.path());
        files.put(file.path(), file);
        last = file.path();
    }

    /** A further name of an earlier file. */
    void addLink(String path, String target) {
        ArchivedFile earlier = files.get(target);
        if (earlier == null) {
            throw EntryName.refused("entry \"%s\" is a link to \"%s\", which is not a file before it", path, target);
        }
        remember(new ArchivedFile(path, earlier.size(), earlier.sha256()));
        if (identities.containsKey(target)) {
            identities.put(path, identities.get(target));
        }
    }

    /**
     * What the archive holds, all of it compared with the manifest if it has one. A manifest is one only as the last
     * entry of an archive without directories: in others it was left from an archive that somebody unpacked by hand.
     */
    ArchiveContents contents(boolean directories) {
        Optional<String> directory =
                directoryOf(last, Manifest.FILE).filter(inside -> !inside.isEmpty() && !directories);
        return directory.isPresent() ? checked(directory.get()) : madeByHand();
    }

    private ArchiveContents checked(String directory) {
        Manifest manifest = ManifestText.parse(lastManifest, archive);
        new ManifestCheck(manifest, archive).check(directory, files.values());
        manifest.files().forEach(file -> shared.put(file.path(), file));
        shared.keySet().retainAll(manifest.shared().keySet());
        DatabaseIdentity identity = identity(directory);
        if (!identity.sameTimeline(manifest.state().identity())) {
            throw ArchiveFaults.damaged(
                    "the manifest of archive \"%s\" is of database %s, but its IDENTITY of %s",
                    archive, manifest.state().identity().database(), identity.database());
        }
        return new ArchiveContents(directory, identity, Optional.of(manifest), List.copyOf(files.values()));
    }

    private ArchiveContents madeByHand() {
        if (ArchiveName.of(Path.of(archive)).isPresent()) {
            throw ArchiveFaults.damaged(
                    "archive \"%s\" has a name that oks-backup gives, but its manifest is missing: "
                            + "its end is damaged or was cut off",
                    archive);
        }
        List<String> found = databases();
        if (found.size() != 1) {
            throw ArchiveFaults.damaged(
                    found.isEmpty()
                            ? "archive \"%s\" holds no database: no directory in it has IDENTITY and store"
                            : "archive \"%s\" holds more than one database: %s",
                    archive,
                    String.join(", ", found));
        }
        String directory = found.get(0);
        return new ArchiveContents(directory, identity(directory), Optional.empty(), List.copyOf(files.values()));
    }

    /**
     * Compares a file that came from a base with what the manifest says of it; after {@link #contents}.
     *
     * @param base the archive that holds it
     */
    void requireShared(String directory, String path, String base) {
        ArchivedFile listed = Objects.requireNonNull(shared.get(path));
        ArchivedFile actual = files.get(EntryName.inside(directory, path));
        ManifestCheck.compare(actual, listed, base);
    }

    /** The contents with the files that came from bases meanwhile. */
    ArchiveContents withShared(ArchiveContents own) {
        return new ArchiveContents(own.directory(), own.identity(), own.manifest(), List.copyOf(files.values()));
    }

    /** Directories with IDENTITY and a store, but not those inside another one: oksd's snapshots are databases too. */
    private List<String> databases() {
        List<String> found = new ArrayList<>();
        for (String path : identities.keySet()) {
            directoryOf(path, DatabaseDirectory.IDENTITY).filter(this::hasStore).ifPresent(found::add);
        }
        return found.stream()
                .filter(directory -> found.stream().noneMatch(other -> isInside(directory, other)))
                .toList();
    }

    private boolean hasStore(String directory) {
        String store = EntryName.inside(directory, DatabaseDirectory.STORE + "/");
        return files.keySet().stream().anyMatch(path -> path.startsWith(store));
    }

    private static boolean isInside(String directory, String other) {
        return !directory.equals(other) && directory.startsWith(EntryName.inside(other, ""));
    }

    private static Optional<String> directoryOf(String path, String name) {
        if (path.equals(name)) {
            return Optional.of("");
        }
        return path.endsWith("/" + name)
                ? Optional.of(path.substring(0, path.length() - name.length() - 1))
                : Optional.empty();
    }

    private DatabaseIdentity identity(String directory) {
        String path = EntryName.inside(directory, DatabaseDirectory.IDENTITY);
        byte[] bytes = identities.get(path);
        if (bytes == null) {
            throw ArchiveFaults.damaged("archive \"%s\" lacks file \"%s\"", archive, path);
        }
        return DatabaseIdentity.parse(
                new String(bytes, StandardCharsets.UTF_8), Path.of(archive).resolve(path));
    }

    @Override
    public void close() {
        sha256.close();
    }
}
