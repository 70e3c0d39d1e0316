package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import oks.fault.OperatorFault;
import oks.fuzz.FuzzTarget;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.recovery.Timeline;

/** A manifest behind a good hash of its own: refused, or read as what it would be written as. */
public final class ManifestTarget implements FuzzTarget {
    private static final int TAIL = 83; // the line with the hash, and the brace after it

    @Override
    public List<byte[]> seeds() {
        Timeline first = Timeline.first(new UUID(1, 2));
        BaseArchive base =
                new BaseArchive("sample-20261122104902-11.full.tar.zst", Hash.ZERO, List.of("store/000012.sst"));
        return List.of(
                seed(first, List.of()),
                seed(first.fork(new UUID(3, 4), new Lsn(9), Digest.EMPTY), List.of()),
                seed(first, List.of(base)));
    }

    private static byte[] seed(Timeline timeline, List<BaseArchive> bases) {
        DatabaseIdentity identity = new DatabaseIdentity("sample", new UUID(5, 6), timeline);
        ArchivedState state = new ArchivedState(identity, new Lsn(12), Digest.EMPTY, Hash.ZERO, 10, 3);
        Manifest manifest = new Manifest(
                "oks-backup 2.0.0",
                SampleSnapshot.CREATED,
                state,
                List.of(new ArchivedFile("IDENTITY", 5, Hash.ZERO), new ArchivedFile("store/000012.sst", 7, Hash.ZERO)),
                bases);
        String text = new String(ManifestText.bytes(manifest), StandardCharsets.UTF_8);
        return text.substring(0, text.length() - TAIL).getBytes(StandardCharsets.UTF_8);
    }

    /** Gives the input the end that a manifest with this beginning has, so that the fuzzer need not find a SHA-256. */
    @Override
    public void read(byte[] input) {
        String begun = new String(input, StandardCharsets.UTF_8);
        Hash hash = Hash.of(Hash.sha256().digest(begun.getBytes(StandardCharsets.UTF_8)));
        byte[] whole = (begun + "  \"sha256\" : \"" + hash + "\"\n}\n").getBytes(StandardCharsets.UTF_8);
        try {
            Manifest manifest = ManifestText.parse(whole, "archive");
            assertThat(ManifestText.parse(ManifestText.bytes(manifest), "archive"))
                    .isEqualTo(manifest);
        } catch (OperatorFault refused) {
            assertThat(refused.what()).contains("archive");
        }
    }
}
