package oks.backup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import oks.control.ControlAccess;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlServer;
import oks.control.ControlStatus;
import oks.control.HeldSnapshot;
import oks.control.ProgressListener;
import oks.control.Rotation;
import oks.recovery.LogPosition;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;

/** Answers the commands that oks-backup gives, with a database that is really there, through the real socket. */
public final class FakeOksd implements Closeable {
    private final SampleDatabase database;
    private final Path snapshots;
    private final ControlServer server;
    /** Commands as they came, snapshots that were let go with their connection as "gone". */
    private final List<String> heard = new CopyOnWriteArrayList<>();
    /** What happens to a snapshot before it is handed out. */
    private volatile SnapshotAccident accident = directory -> {};

    private volatile List<ControlStatus.Holder> holders = List.of();

    /** How many times status is answered before the pause ends, as by oksctl. */
    private volatile int pauseLasts = Integer.MAX_VALUE;

    void resumeAfterStatus(int times) {
        pauseLasts = times;
    }

    private volatile Optional<Instant> verified = Optional.empty();

    /** When the archive was begun of which it was told last that it is verified; forgets it. */
    Optional<Instant> verified() {
        Optional<Instant> told = verified;
        verified = Optional.empty();
        return told;
    }

    private volatile ControlStatus.State state = ControlStatus.State.RUNNING;
    private volatile String reason = "";

    /** The state that nobody ordered, such as of a full disk. */
    void come(ControlStatus.State to, String why) {
        state = to;
        reason = why;
    }

    private volatile long flushed;

    void flushedTo(long lsn) {
        flushed = lsn;
    }

    /** As oksd does after a release; snapshots of this one have all the same directory. */
    void removeSnapshot() throws IOException {
        PathUtils.deleteDirectory(snapshots);
    }

    interface SnapshotAccident {
        void happen(Path directory) throws IOException;
    }

    /** Writes the configuration of the database "db" in a directory, with a control socket there; returns its path. */
    public static Path configuration(Path prefix) throws IOException {
        return Files.writeString(Files.createDirectory(prefix.resolve("etc")).resolve("oksd.conf"), """
                [database]
                name = "sample"
                directory = "db"
                [control]
                socket = "oksd.ctl"
                """);
    }

    /** Answers where {@link #configuration} says. */
    static FakeOksd in(Path prefix, SampleDatabase database) {
        return new FakeOksd(database, prefix.resolve("oksd.ctl"), prefix.resolve("snapshots"));
    }

    FakeOksd(SampleDatabase database, Path socket, Path snapshots) {
        this.database = database;
        this.snapshots = snapshots;
        this.server = ControlServer.open(socket, ControlAccess.OWN, this::handle);
    }

    List<String> heard() {
        return heard;
    }

    void onSnapshot(SnapshotAccident happening) {
        accident = happening;
    }

    private synchronized ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress) {
        heard.add(request.kind().word());
        try {
            return switch (request.kind()) {
                case STATUS -> {
                    holders = pauseLasts-- > 0 ? holders : List.of();
                    yield status().toJson();
                }
                case ROTATE -> rotate().toJson();
                case SNAPSHOT -> snapshot(peer).toJson();
                case PAUSE -> {
                    heard.add(((ControlRequest.Pause) request).hold().toString());
                    database.flush();
                    holders = List.of(new ControlStatus.Holder(
                            "oks-backup",
                            Optional.of(0L),
                            Optional.of((int) ProcessHandle.current().pid()),
                            Instant.EPOCH,
                            Optional.empty()));
                    peer.onClose(() -> heard.add("gone"));
                    yield rotate().toJson();
                }
                case RELEASE -> JsonNodeFactory.instance.objectNode().put("released", true);
                case ARCHIVED -> {
                    heard.add("ordinal " + ((ControlRequest.Archived) request).ordinal());
                    yield JsonNodeFactory.instance.objectNode().put("noted", true);
                }
                case ARCHIVE_VERIFIED -> {
                    verified = Optional.of(((ControlRequest.ArchiveVerified) request).begun());
                    yield JsonNodeFactory.instance
                            .objectNode()
                            .put("archive_verified", verified.get().toString());
                }
                default -> throw new IllegalStateException("not expected: " + request);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Rotation rotate() throws IOException {
        String sealed = current();
        database.rotate();
        return current().equals(sealed)
                ? Rotation.notDone("nothing was written", sealed, database.lsn().number())
                : Rotation.done(sealed, 1, current(), database.lsn().number());
    }

    private String current() throws IOException {
        List<Path> files = database.recoveryFiles();
        return files.get(files.size() - 1).getFileName().toString();
    }

    private HeldSnapshot snapshot(ControlPeer peer) throws IOException {
        if (Files.exists(snapshots)) {
            removeSnapshot();
        }
        Path directory = snapshots.resolve("1");
        LogPosition position = database.position();
        long certificates = database.certificates();
        database.snapshot(directory);
        accident.happen(directory);
        peer.onClose(() -> heard.add("gone"));
        return new HeldSnapshot(
                "1",
                directory,
                new HeldSnapshot.Contents(
                        position.last().number(),
                        position.digest().hex(),
                        position.chain().hex(),
                        certificates),
                new HeldSnapshot.Origin(
                        SampleDatabase.NAME,
                        database.identity().database(),
                        1,
                        database.identity().timeline().id()),
                position.ordinal() + 1);
    }

    private ControlStatus status() throws IOException {
        Path current = database.directory().resolve(current());
        long lsn = database.lsn().number();
        return new ControlStatus(
                new ControlStatus.Process("oksd", "2.0.0", 1),
                new ControlStatus.Identity(
                        SampleDatabase.NAME, database.identity().database(), 1),
                new ControlStatus.Activity(
                        holders.isEmpty() ? state : ControlStatus.State.PAUSED, reason, Instant.EPOCH, holders),
                database.certificates(),
                new ControlStatus.Changes(lsn, lsn, flushed, 0),
                new ControlStatus.Hashes(
                        database.digest().hex(), database.position().chain().hex()),
                new ControlStatus.RecoveryFile(
                        database.directory().toString(),
                        current(),
                        oks.recovery.RecoveryFileName.of(current).orElseThrow().ordinal(),
                        Files.size(current),
                        0,
                        0,
                        Optional.empty()),
                verified,
                ControlStatus.Uploads.NONE,
                Optional.of(ControlStatus.Memory.NONE),
                Instant.EPOCH,
                "x",
                Optional.empty());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
