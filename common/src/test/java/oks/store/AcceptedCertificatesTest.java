package oks.store;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.Limit;
import oks.openpgp.Limits;
import oks.openpgp.OddUploads;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.Policy;
import oks.openpgp.ThirdParty;
import oks.openpgp.UploadParser;
import oks.testing.ExternalProgram;
import oks.testing.SampleKey;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever certificate is accepted: a store that has it is sound, and so is a copy, one made of the log, and one it is
 * gone from.
 */
final class AcceptedCertificatesTest {
    private static final Policy EVERYTHING =
            Policy.standard().withThirdParty(ThirdParty.ALL).withVersion3(true).withVerification(false);

    static Stream<Arguments> oddOnes() {
        SampleKey key = new SampleKey(1);
        SampleKey other = new SampleKey(2);
        String long1 = "\u00e9".repeat(140) + "a@example.org"; // their first 256 bytes are the same
        String long2 = "\u00e9".repeat(140) + "b@example.org";
        return Stream.of(
                Arguments.of(
                        "a primary key that is its own subkey",
                        concat(key.certificate("Self"), key.withSubkey(key, 2))),
                Arguments.of(
                        "user IDs of equal words and addresses",
                        key.certificate("A <a@example.org>", "a <A@EXAMPLE.org>", "A A <a@example.org>")),
                Arguments.of(
                        "addresses that are cut to the same one",
                        key.certificate("<" + long1 + ">", "<" + long2 + ">")),
                Arguments.of(
                        "subkeys of equal key IDs",
                        concat(key.certificate("Equal"), version3Subkey(key, 1), version3Subkey(key, 2))),
                Arguments.of(
                        "two certificates that are each other's subkeys",
                        concat(
                                key.certificate("One"),
                                key.withSubkey(other, 2),
                                other.certificate("Other"),
                                other.withSubkey(key, 2))),
                Arguments.of("no user ID", concat(key.packet(), key.withSubkey(other, 2))),
                Arguments.of("a user ID of no words", key.certificate("")));
    }

    /** An old RSA subkey for encryption: its key ID and fingerprint are those of its modulus, whenever it was made. */
    private static byte[] version3Subkey(SampleKey key, int created) {
        byte[] body =
                concat(new byte[] {3, 0, 0, 0, (byte) created, 0, 0, 2, 1, 0}, new byte[31], new byte[] {1, 0, 1, 1});
        body[10] = (byte) 0x80;
        byte[] hashed = concat(new byte[] {(byte) 0x99, 0, (byte) body.length}, body);
        return concat(
                SampleKey.packet(14, body),
                key.signature(SampleKey.SUBKEY_BINDING, SampleKey.subpacket(27, 12), key.hashed(), hashed));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddOnes")
    void aStoreWithAnOddOneIsSound(String what, byte[] upload) throws IOException {
        List<Accepted> accepted = new UploadParser(Limits.standard(), Policy.standard())
                .parse(upload)
                .accepted();
        assertThat(accepted)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.dropped()).isEmpty());
        requireSound(contents(accepted.stream()));
    }

    @ParameterizedTest
    @CsvSource({
        "debian-keyring.gpg,debian-keyring",
        "debian-maintainers.gpg,debian-keyring",
        "debian-nonupload.gpg,debian-keyring",
        "debian-role-keys.gpg,debian-keyring",
        "debian-archive-keyring.gpg,debian-archive-keyring",
        "debian-archive-removed-keys.gpg,debian-archive-keyring",
        "archlinux.gpg,archlinux-keyring"
    })
    void aStoreWithRealKeyringsIsSound(String file, String debianPackage) throws IOException {
        Path keyring = ExternalProgram.requireFile(Path.of("/usr/share/keyrings", file), debianPackage);
        Limits large = Limits.standard()
                .with(Limit.MAX_BYTES, 1 << 30)
                .with(Limit.MAX_CERTIFICATE, 1 << 24)
                .with(Limit.MAX_PACKET, 1 << 20)
                .with(Limit.MAX_SIGNATURE, 1 << 20)
                .with(Limit.MAX_USER_ID, 8192)
                .with(Limit.MAX_USER_ATTRIBUTE, 1 << 20)
                .with(Limit.MAX_USER_IDS, 5000)
                .with(Limit.MAX_SUBKEYS, 5000)
                .with(Limit.MAX_COST, 10_000);
        requireSound(contents(new UploadParser(
                        large,
                        Policy.standard()
                                .withThirdParty(ThirdParty.NONE)
                                .withVersion3(true)
                                .withVerification(false))
                .parse(Files.readAllBytes(keyring)).accepted().stream()));
    }

    @Property(tries = 3)
    void aStoreWithWhateverIsMadeOfTheSamplesIsSound(@ForAll long seed) throws IOException {
        UploadParser verifying = new UploadParser(
                Limits.standard(),
                Policy.standard().withThirdParty(ThirdParty.ALL).withVersion3(true));
        UploadParser trusting = new UploadParser(Limits.standard(), EVERYTHING);
        requireSound(contents(LongStream.range(0, 30)
                .mapToObj(further -> OddUploads.of(seed + further)) // the sum may wrap around: any number is a seed
                .flatMap(upload ->
                        Stream.of(verifying, trusting).flatMap(parser -> parser.parse(upload).accepted().stream()))));
    }

    /** The newest content of each certificate. */
    private static Map<Fingerprint, byte[]> contents(Stream<Accepted> accepted) {
        Map<Fingerprint, byte[]> contents = new LinkedHashMap<>();
        accepted.map(Accepted::certificate).forEach(one -> contents.put(one.fingerprint(), one.bytes()));
        return contents;
    }

    private static void requireSound(Map<Fingerprint, byte[]> contents) throws IOException {
        assertThat(contents).isNotEmpty();
        Path directory = Files.createTempDirectory("oks-accepted");
        try (LoggedStore logged = new LoggedStore(directory.resolve("store"))) {
            logged.put(contents.values().toArray(byte[][]::new));
            StoreCheck check = sound(logged.store);
            assertThat(check.certificates()).isEqualTo(contents.size());
            logged.store.checkpoint(directory.resolve("copy"));
            requireSame(check, directory.resolve("copy"));
            try (CertificateStore replayed =
                    CertificateStore.open(directory.resolve("replayed"), StoreOptions.standard())) {
                replayed.apply(logged.groups);
                assertThat(sound(replayed)).isEqualTo(check);
            }
            logged.put(contents.values().toArray(byte[][]::new)); // a change of each, even if it changes nothing
            assertThat(sound(logged.store).indexEntries()).isEqualTo(check.indexEntries());
            for (byte[] content : contents.values()) {
                logged.delete(Certificate.ofStored(content).bytes(), false);
            }
            assertThat(sound(logged.store).indexEntries()).isZero();
        } finally {
            FileUtils.deleteDirectory(directory.toFile());
        }
    }

    private static void requireSame(StoreCheck check, Path directory) throws IOException {
        try (CertificateStore copy = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(sound(copy)).isEqualTo(check);
            assertThat(copy.repairIndexes(read -> {})).isEqualTo(new IndexesRepaired(0, 0, false));
        }
    }

    private static StoreCheck sound(CertificateStore store) {
        StoreCheck check = store.check(read -> {});
        assertThat(check.differences()).isEmpty();
        return check;
    }
}
