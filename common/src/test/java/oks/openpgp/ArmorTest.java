package oks.openpgp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import oks.openpgp.ParsedUpload.Reason;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArmorTest {
    private static final byte[] BINARY = SampleCertificates.certificate(1);
    private static final String ARMOR = new String(Armor.certificates(List.of(BINARY)), US_ASCII);

    static Stream<Arguments> whatMailersAndFormsDo() {
        String checksum = ARMOR.lines().filter(l -> l.length() == 5 && l.startsWith("=")).findFirst().orElseThrow();
        return Stream.of(
                Arguments.of("as written", ARMOR),
                Arguments.of("CRLF", ARMOR.replace("\n", "\r\n")),
                Arguments.of("CR", ARMOR.replace("\n", "\r")),
                Arguments.of("no checksum", ARMOR.replace(checksum + "\n", "")),
                Arguments.of("wrong checksum", ARMOR.replace(checksum, "=AAAA")),
                Arguments.of("headers", ARMOR.replaceFirst("\n\n", "\nVersion: 1\nComment:\nComment: a: b\n\n")),
                Arguments.of("trailing spaces", ARMOR.replace("\n", " \t\n")),
                Arguments.of("indented", ARMOR.replace("\n", "\n   ")),
                Arguments.of("empty lines between", ARMOR.replace("\n", "\n\n")),
                Arguments.of("no empty line before the data", ARMOR.replaceFirst("\n\n", "\n")),
                Arguments.of("text around", "Dear server,\n\n" + ARMOR + "\nregards\n"),
                Arguments.of("text around in UTF-8", "\u00e9\u00df\n" + ARMOR),
                Arguments.of("byte order mark", "\ufeff" + ARMOR),
                Arguments.of("no-break spaces", ARMOR.replaceFirst("\n\n", "\n\u00a0\n")),
                Arguments.of("no newline at the end", ARMOR.strip()),
                Arguments.of("one long line", ARMOR.replaceAll("([A-Za-z0-9+/=]{64})\n", "$1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatMailersAndFormsDo")
    void aBlockIsReadThrough(String what, String text) {
        ParsedUpload upload = Samples.parse(text.getBytes(UTF_8));
        assertThat(upload.refused()).isEmpty();
        assertThat(upload.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(BINARY);
    }

    @Test
    void everyBlockOfATextIsRead() {
        String second = new String(Armor.certificates(List.of(SampleCertificates.certificate(2))), US_ASCII);
        String broken = ARMOR.replaceFirst("\n\n....", "\n\n!!!!");
        ParsedUpload upload = Samples.parse((ARMOR + "and\n" + broken + second).getBytes(US_ASCII));
        assertThat(upload.accepted()).hasSize(2);
        assertThat(upload.refused()).extracting(ParsedUpload.Refused::reason).containsExactly(Reason.MALFORMED);
    }

    static Stream<Arguments> blocksThatAreNoCertificates() {
        String label = "PUBLIC KEY BLOCK";
        return Stream.of(
                Arguments.of(ARMOR.replace(label, "PRIVATE KEY BLOCK"), Reason.PRIVATE_KEY),
                Arguments.of(ARMOR.replace(label, "SECRET KEY BLOCK"), Reason.PRIVATE_KEY),
                Arguments.of(ARMOR.replace(label, "MESSAGE"), Reason.NO_CERTIFICATE),
                Arguments.of(ARMOR.replace(label, "SIGNATURE"), Reason.NO_CERTIFICATE),
                Arguments.of("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n",
                        Reason.NO_CERTIFICATE),
                Arguments.of(ARMOR.substring(0, ARMOR.length() - 40), Reason.MALFORMED),
                Arguments.of("-----BEGIN PGP PUBLIC", Reason.MALFORMED),
                Arguments.of("hello", Reason.NOT_OPENPGP),
                Arguments.of("", Reason.NO_CERTIFICATE));
    }

    @ParameterizedTest
    @MethodSource("blocksThatAreNoCertificates")
    void anythingElseIsRefusedWithItsReason(String text, Reason reason) {
        ParsedUpload upload = Samples.parse(text.getBytes(US_ASCII));
        assertThat(upload.accepted()).isEmpty();
        assertThat(upload.refused()).extracting(ParsedUpload.Refused::reason).containsExactly(reason);
    }

    @Test
    void binaryWhereArmorWasAnnouncedCostsItsOwnBlockOnly() {
        byte[] announced = SampleKey.concat("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n".getBytes(US_ASCII), BINARY,
                "\n-----END PGP PUBLIC KEY BLOCK-----\n".getBytes(US_ASCII), ARMOR.getBytes(US_ASCII));
        ParsedUpload upload = Samples.parse(announced);
        assertThat(upload.refused()).extracting(ParsedUpload.Refused::reason).containsExactly(Reason.MALFORMED);
        assertThat(upload.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(BINARY);
        assertThat(Samples.parse(BINARY).accepted()).as("binary alone, however its file is called").hasSize(1);
    }

    @Test
    void checksumsAreThoseOfTheStandardAndBlocksEndInANewline() {
        assertThat(new String(Armor.certificates(List.of()), US_ASCII)).contains("\n=twTO\n"); // CRC-24 of nothing
        assertThat(ARMOR).endsWith("-----END PGP PUBLIC KEY BLOCK-----\n");
        assertThat(ARMOR.lines()).allMatch(line -> line.length() <= 64);
    }

    @Test
    void everyLengthIsWrittenAsTheStandardDefinesIt() {
        byte[] binary = Samples.certificate("rfc9580-a3.asc").bytes();
        for (int length = 1; length <= 200; length++) {
            byte[] part = Arrays.copyOf(binary, length);
            String expected = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(part)
                    + "\n=" + Base64.getEncoder().encodeToString(crc24(part)) + "\n-----END PGP PUBLIC KEY BLOCK-----\n";
            assertThat(new String(Armor.certificates(List.of(part)), US_ASCII)).isEqualTo(expected);
            assertThat(Armor.certificates(List.of(part, part))).isEqualTo(Armor.certificates(List.of(SampleKey.concat(part, part))));
        }
    }

    /** RFC 9580, section 6.1.1, bit by bit. */
    private static byte[] crc24(byte[] bytes) {
        int crc = 0xb704ce;
        for (byte one : bytes) {
            crc ^= (one & 0xff) << 16;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc << 1 ^ ((crc & 0x800000) == 0 ? 0 : 0x1864cfb);
            }
        }
        return new byte[] {(byte) (crc >> 16), (byte) (crc >> 8), (byte) crc};
    }

    @Test
    void theStandardsOwnBlockReadsAndWritesBack() {
        Certificate certificate = Samples.certificate("rfc9580-a3.asc");
        String ours = new String(Armor.certificates(List.of(certificate.bytes())), US_ASCII);
        String stored = new String(Samples.bytes("rfc9580-a3.asc"), US_ASCII);
        assertThat(ours.replaceAll("\n=....\n", "\n")).isEqualTo(stored); // printed there without a checksum
    }
}
