package oks.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import oks.testing.SampleKey;

/**
 * Valid certificates by the million, about 420 bytes each, the same bytes for the same seed: an Ed25519 primary key, a
 * user ID with its self-signature, a subkey for authentication with its binding.
 *
 * <p>{@code SyntheticCertificates COUNT SEED KEYRING LIST}: writes the binary keyring, and to LIST a line for each
 * certificate, in the same order: fingerprint, e-mail address and length in bytes, with spaces between them.
 */
public final class SyntheticCertificates {
    private static final int AT_ONCE = 4096;
    private static final int AUTHENTICATION = 0x20; // RFC 9580, section 5.2.3.29
    private static final List<String> SYLLABLES = List.of(
            "ka", "ri", "mo", "ten", "sal", "vi", "lu", "dor", "an", "bet", "zo", "ni", "hal", "pe", "gru", "ost");

    private SyntheticCertificates() {}

    /**
     * A certificate and how it can be asked for.
     *
     * @param fingerprint 40 upper-case hexadecimal digits
     */
    public record Synthetic(byte[] certificate, String fingerprint, String email) {
        /** The certificate of this number, from 0, in the series of this seed. */
        public static Synthetic of(long seed, long number) {
            long keySeed = seed * 1_000_000_007L + 2 * number;
            SampleKey primary = new SampleKey(keySeed);
            SampleKey subkey = new SampleKey(keySeed + 1);
            RandomGenerator random =
                    RandomGeneratorFactory.of("SplittableRandom").create(keySeed);
            String given = name(random);
            String family = name(random);
            String email = given + "." + family + number + "@" + name(random) + ".example";
            byte[] binding = primary.signature(
                    SampleKey.SUBKEY_BINDING,
                    SampleKey.subpacket(27, AUTHENTICATION),
                    primary.hashed(),
                    subkey.hashed());
            return new Synthetic(
                    SampleKey.concat(
                            primary.certificate(given + " " + family + " <" + email + ">"),
                            subkey.subkeyPacket(),
                            binding),
                    primary.fingerprint(),
                    email);
        }
    }

    public static void main(String[] args) throws IOException {
        long count = Long.parseLong(args[0]);
        long seed = Long.parseLong(args[1]);
        try (OutputStream keyring = new BufferedOutputStream(Files.newOutputStream(Path.of(args[2])), 1 << 20);
                Writer list = Files.newBufferedWriter(Path.of(args[3]))) {
            for (long first = 0; first < count; first += AT_ONCE) {
                for (Synthetic one : make(seed, first, Math.min(count, first + AT_ONCE))) {
                    keyring.write(one.certificate);
                    list.write(one.fingerprint + " " + one.email + " " + one.certificate.length + "\n");
                }
            }
        }
    }

    /** The certificates of these numbers, made on all cores. */
    static List<Synthetic> make(long seed, long from, long to) {
        return LongStream.range(from, to)
                .parallel()
                .mapToObj(number -> Synthetic.of(seed, number))
                .toList();
    }

    private static String name(RandomGenerator random) {
        return SYLLABLES.get(random.nextInt(16))
                + SYLLABLES.get(random.nextInt(16))
                + SYLLABLES.get(random.nextInt(16));
    }
}
