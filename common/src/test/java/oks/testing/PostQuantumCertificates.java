package oks.testing;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import oks.testing.PostQuantumKey.Kind;

/** Writes certificates of RFC 9980 that this project made, a file each, for other implementations to read. */
public final class PostQuantumCertificates {
    private PostQuantumCertificates() {}

    /** {@code PostQuantumCertificates DIRECTORY}. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        for (Kind kind : Kind.values()) {
            PostQuantumKey key = new PostQuantumKey(kind, 1);
            String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            Files.write(
                    directory.resolve("oks-v6-" + name + ".pgp"), key.certificate("Ours <" + name + "@example.org>"));
        }
        SampleKey key = new SampleKey(1);
        byte[] kem = PostQuantumKey.body(4, 35, PostQuantumKey.kem(35, 1));
        Files.write(
                directory.resolve("oks-v4-eddsa-ml-kem-768.pgp"),
                concat(
                        key.certificate("Ours <eddsa@example.org>"),
                        packet(14, kem),
                        key.signature(
                                SampleKey.SUBKEY_BINDING,
                                subpacket(27, 12),
                                key.hashed(),
                                PostQuantumKey.hashed(kem))));
    }
}
