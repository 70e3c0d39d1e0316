package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import oks.fuzz.FuzzTarget;

/**
 * A keyring or dump that a load takes in: it comes to its end, in no more pieces than it has bytes, none larger than
 * allowed.
 */
public final class KeyringTarget implements FuzzTarget {
    private static final int MAX_BYTES = 1 << 12;

    @Override
    public List<byte[]> seeds() {
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        ByteArrayOutputStream armored = new ByteArrayOutputStream();
        for (String name : List.of("ed25519.pgp", "nistp.pgp", "signing-subkey.pgp")) {
            binary.writeBytes(Samples.bytes(name));
            armored.writeBytes(Armor.certificates(List.of(Samples.bytes(name))));
        }
        return List.of(binary.toByteArray(), armored.toByteArray(), UploadSeeds.keyring());
    }

    @Override
    public void read(byte[] input) {
        try {
            KeyringSplitter splitter = new KeyringSplitter(new ByteArrayInputStream(input), MAX_BYTES);
            int pieces = 0;
            for (Optional<KeyringPiece> piece = splitter.next(); piece.isPresent(); piece = splitter.next()) {
                assertThat(++pieces).isLessThanOrEqualTo(input.length + 1);
                assertThat(piece.get().bytes().length).isLessThanOrEqualTo(MAX_BYTES);
            }
            assertThat(splitter.bytesRead()).isEqualTo(input.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
