package oks.openpgp;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import oks.openpgp.ParsedUpload.Reason;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces of a keyring, and that what is broken costs nothing else. */
class KeyringSplitterTest {
    private static final int MAX = 1 << 20;

    private static List<KeyringPiece> split(byte[] keyring, int max) throws IOException {
        return split(new ByteArrayInputStream(keyring), max);
    }

    private static List<KeyringPiece> split(InputStream in, int max) throws IOException {
        KeyringSplitter splitter = new KeyringSplitter(in, max);
        List<KeyringPiece> pieces = new ArrayList<>();
        for (Optional<KeyringPiece> next = splitter.next(); next.isPresent(); next = splitter.next()) {
            pieces.add(next.get());
        }
        return pieces;
    }

    /** The certificates that an upload of these pieces would store. */
    private static List<String> stored(List<KeyringPiece> pieces) {
        List<String> stored = new ArrayList<>();
        for (KeyringPiece piece : pieces) {
            new UploadParser(Limits.standard(), Policy.standard())
                    .parse(piece.bytes())
                    .accepted()
                    .forEach(accepted ->
                            stored.add(accepted.certificate().fingerprint().toString()));
        }
        return stored;
    }

    private static byte[] keyring(int from, int to) {
        return SampleKey.concat(IntStream.rangeClosed(from, to)
                .mapToObj(seed -> certificate(seed))
                .toArray(byte[][]::new));
    }

    private static List<String> fingerprints(int... seeds) {
        return Arrays.stream(seeds).mapToObj(seed -> fingerprint(seed)).toList();
    }

    @Test
    void everyCertificateIsAPieceAsItStands() throws IOException {
        List<KeyringPiece> pieces = split(SampleKey.concat(keyring(1, 3), new byte[] {'\n', 0}), MAX);
        assertThat(pieces)
                .extracting(KeyringPiece::bytes)
                .containsExactly(certificate(1), certificate(2), certificate(3));
        assertThat(split(new byte[0], MAX)).isEmpty();
    }

    @Test
    void armoredKeyringsAreDecodedBlockByBlock() throws IOException {
        String text = "some words\n" + armored(keyring(1, 2)) + "\nbetween\n"
                + armored(keyring(3, 3)).replace("\n", "\r\n")
                + "-----BEGIN PGP MESSAGE-----\n\nabcd\n-----END PGP MESSAGE-----\n"
                + armored(keyring(4, 4)).replaceAll("\n=.{4}\n", "\n");
        List<KeyringPiece> pieces = split(text.getBytes(StandardCharsets.ISO_8859_1), MAX);
        assertThat(stored(pieces)).isEqualTo(fingerprints(1, 2, 3, 4));
        assertThat(pieces.get(3).reason()).contains(Reason.NO_CERTIFICATE);
    }

    private static String armored(byte[] binary) {
        return new String(Armor.certificates(List.of(binary)), StandardCharsets.US_ASCII);
    }

    @Test
    void aBlockThatIsCutShortOrNoBase64CostsItselfOnly() throws IOException {
        String whole = armored(keyring(1, 1));
        String cut = whole.substring(0, whole.length() / 2);
        List<KeyringPiece> pieces = split(
                (cut + "\n" + armored(keyring(2, 2)) + whole.replace('A', '!') + armored(keyring(3, 3)))
                        .getBytes(StandardCharsets.ISO_8859_1),
                MAX);
        assertThat(stored(pieces)).isEqualTo(fingerprints(2, 3));
        assertThat(pieces)
                .filteredOn(piece -> piece.reason().isPresent())
                .extracting(piece -> piece.reason().get())
                .containsOnly(Reason.MALFORMED)
                .hasSize(2);
    }

    @Test
    void privateKeysAreNotEvenHandedOut() throws IOException {
        byte[] secret = certificate(2);
        secret[0] = (byte) (0x80 | Packet.SECRET_KEY << 2 | secret[0] & 3);
        List<KeyringPiece> pieces = split(SampleKey.concat(certificate(1), secret, certificate(3)), MAX);
        assertThat(stored(pieces)).isEqualTo(fingerprints(1, 3));
        assertThat(pieces.get(1).reason()).contains(Reason.PRIVATE_KEY);
        assertThat(pieces.get(1).bytes()).isEmpty();
        String text = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nabcd\n-----END PGP PRIVATE KEY BLOCK-----\n";
        assertThat(split(text.getBytes(StandardCharsets.US_ASCII), MAX).get(0).reason())
                .contains(Reason.PRIVATE_KEY);
    }

    @Test
    void whatIsNoKeyringIsSaidToBeNone() throws IOException {
        List<KeyringPiece> pieces = split("hello\n".getBytes(StandardCharsets.US_ASCII), MAX);
        assertThat(pieces).singleElement().extracting(KeyringPiece::reason).isEqualTo(Optional.of(Reason.NOT_OPENPGP));
    }

    /** Once, a control character at the end was neither a packet nor the end. */
    @ParameterizedTest
    @ValueSource(strings = {"e60001", "cd0003", "900004", "01", "99", "c6ff"})
    void whateverAFileEndsWithItEnds(String hex) throws IOException {
        byte[] file = HexFormat.of().parseHex(hex);
        KeyringSplitter splitter = new KeyringSplitter(new ByteArrayInputStream(file), 1 << 16);
        for (int pieces = 0; splitter.next().isPresent(); pieces++) {
            assertThat(pieces).isLessThan(file.length);
        }
    }

    @Test
    void aCertificateThatIsTooLargeCostsItselfOnly() throws IOException {
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        large.writeBytes(certificate(2));
        for (int i = 0; i < 30; i++) {
            large.writeBytes(SampleKey.packet(Packet.SIGNATURE, new byte[1000]));
        }
        List<KeyringPiece> pieces =
                split(SampleKey.concat(certificate(1), large.toByteArray(), certificate(3)), 10_000);
        assertThat(stored(pieces)).isEqualTo(fingerprints(1, 3));
        assertThat(pieces.get(1).reason()).contains(Reason.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damageInOneCertificateNeverCostsItsNeighbours(long seed) throws IOException {
        Random random = new Random(seed);
        int hidden = 0; // by a wrong length whose end happens to look like packets
        for (int i = 0; i < 500; i++) {
            byte[] damaged = certificate(3);
            for (int harm = 0; harm <= random.nextInt(4); harm++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            if ((damaged[0] & 0xfc) == 0x9c || (damaged[0] & 0xff) == 0xc7) {
                damaged[0] = 0; // else it says that the certificate before has a private subkey
            }
            byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
            List<String> stored = stored(split(SampleKey.concat(keyring(1, 2), cut, keyring(4, 6)), MAX));
            assertThat(stored).as("seed %d, round %d", seed, i).containsAll(fingerprints(1, 2, 5, 6));
            hidden += stored.contains(fingerprint(4)) ? 0 : 1;
        }
        assertThat(hidden).isLessThanOrEqualTo(5);
    }

    @Test
    void memoryIsBoundedByOneCertificateWhateverTheLengthOfTheDump() throws IOException {
        byte[] one = keyring(1, 50);
        int times = 2000; // 20 times what a window may hold
        KeyringSplitter splitter = new KeyringSplitter(new Repeated(one, times), 64 << 10);
        int count = 0;
        while (splitter.next().isPresent()) {
            count++;
        }
        assertThat(count).isEqualTo(50 * times);
    }

    /** The same bytes again and again. */
    private static final class Repeated extends InputStream {
        private final byte[] bytes;
        private long left;
        private int at;

        Repeated(byte[] bytes, int times) {
            this.bytes = bytes;
            this.left = (long) bytes.length * times;
        }

        @Override
        public int read() {
            throw new AssertionError("read byte by byte");
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = Math.min(length, bytes.length - at);
            System.arraycopy(bytes, at, into, offset, count);
            at = (at + count) % bytes.length;
            left -= count;
            return count;
        }
    }
}
