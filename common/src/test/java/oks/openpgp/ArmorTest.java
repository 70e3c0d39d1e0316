package oks.openpgp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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
        String checksum = ARMOR.lines()
                .filter(l -> l.length() == 5 && l.startsWith("="))
                .findFirst()
                .orElseThrow();
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
                Arguments.of("no-break spaces before", "\u00a0" + ARMOR.replace("\n", "\n\u00a0")),
                Arguments.of(
                        "escaped in a signed text",
                        ARMOR.replace("-----BEGIN", "- -----BEGIN").replace("-----END", "- -----END")),
                Arguments.of(
                        "quoted", "> " + ARMOR.strip().replace("\n", "\n> ").replace("> \n", ">\n")),
                Arguments.of("quoted twice", ">> " + ARMOR.strip().replace("\n", "\n>> ")),
                Arguments.of("typographic dashes", ARMOR.replace("-----", "\u2014\u2013-")),
                Arguments.of("checksum without =", ARMOR.replace(checksum, checksum.substring(1))),
                Arguments.of("checksum on the last line of digits", ARMOR.replace("\n" + checksum, checksum)),
                Arguments.of("no line break before the last line", ARMOR.replace("\n-----END", "-----END")),
                Arguments.of("a line of four digits", ARMOR.replaceFirst("\n\n(....)", "\n\n$1\n")),
                Arguments.of(
                        "white space among the digits",
                        ARMOR.replaceAll("(?m)^([A-Za-z0-9+/]{5})([A-Za-z0-9+/]{40})", "$1 $2\t\n")),
                Arguments.of("as gpg --enarmor writes", ARMOR.replace("PUBLIC KEY BLOCK", "ARMORED FILE")),
                Arguments.of(
                        "a sentence about armor", "from -----BEGIN PGP PUBLIC KEY BLOCK----- to the end:\n" + ARMOR),
                Arguments.of("no newline at the end", ARMOR.strip()),
                Arguments.of("one long line", ARMOR.replaceAll("([A-Za-z0-9+/=]{64})\n", "$1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatMailersAndFormsDo")
    void aBlockIsReadThrough(String what, String text) {
        ParsedUpload upload = Samples.parse(text.getBytes(UTF_8));
        assertThat(upload.refused()).isEmpty();
        assertThat(upload.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(BINARY);
        assertThat(loaded(text)).extracting(KeyringPiece::bytes).containsExactly(BINARY);
    }

    /** What a load makes of a text. */
    private static List<KeyringPiece> loaded(String text) {
        List<KeyringPiece> pieces = new ArrayList<>();
        try {
            KeyringSplitter splitter = new KeyringSplitter(new ByteArrayInputStream(text.getBytes(UTF_8)), 1 << 20);
            for (Optional<KeyringPiece> next = splitter.next(); next.isPresent(); next = splitter.next()) {
                pieces.add(next.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pieces;
    }

    static Stream<Arguments> whatKeepsABlockFromBeingRead() {
        String begin = "-----BEGIN";
        return Stream.of(
                Arguments.of("gpg's colon", ARMOR.replace(begin, ":-----BEGIN"), ArmorFault.COLON),
                Arguments.of("gpg's colon, indented", ARMOR.replace(begin, "  : -----BEGIN"), ArmorFault.COLON),
                Arguments.of(
                        "gpg's colon, quoted",
                        "> " + ARMOR.replace(begin, ":-----BEGIN").replace("\n", "\n> "),
                        ArmorFault.COLON),
                Arguments.of(
                        "gpg's colon, in a text",
                        "A revocation:\r\n\r\n:" + ARMOR.replace("\n", "\r\n"),
                        ArmorFault.COLON),
                Arguments.of("text before", "my key: " + ARMOR, ArmorFault.TEXT_BEFORE),
                Arguments.of("a comment's sign", "# " + ARMOR, ArmorFault.TEXT_BEFORE),
                Arguments.of(
                        "a page's markup", "<pre>" + ARMOR.replace("-----\n", "-----<br>\n"), ArmorFault.TEXT_BEFORE),
                Arguments.of("only the first line quoted", "> " + ARMOR, ArmorFault.QUOTATION),
                Arguments.of("line breaks lost", ARMOR.replace("\n", " "), ArmorFault.LINE_BREAKS),
                Arguments.of("plus signs lost", ARMOR.replace("+", " "), ArmorFault.PLUS_SIGNS),
                Arguments.of("something else", ARMOR.replaceFirst("\n\n....", "\n\n%2B!"), ArmorFault.NOT_BASE64),
                Arguments.of(
                        "digits lost at the end", ARMOR.replaceFirst("[^\n]{3}\n=", "\n="), ArmorFault.MISSING_DIGIT),
                Arguments.of(
                        "digits after the checksum",
                        ARMOR.replace("\n-----END", "\nAAAAAAAA\n-----END"),
                        ArmorFault.AFTER_END),
                Arguments.of("no last line", ARMOR.replaceFirst("(?s)\n-----END.*", "\n"), ArmorFault.NO_LAST_LINE),
                Arguments.of(
                        "a first line cut short", ARMOR.replaceFirst("BLOCK-----", "BLOCK"), ArmorFault.FIRST_LINE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatKeepsABlockFromBeingRead")
    void uploadAndLoadRefuseABlockForTheSameReason(String what, String text, Object fault) {
        ParsedUpload upload = Samples.parse(text.getBytes(UTF_8));
        assertThat(upload.accepted()).isEmpty();
        assertThat(upload.refused())
                .singleElement()
                .isEqualTo(new ParsedUpload.Refused("", Reason.MALFORMED, ((ArmorFault) fault).text()));
        assertThat(loaded(text))
                .singleElement()
                .usingRecursiveComparison()
                .isEqualTo(KeyringPiece.refused(Reason.MALFORMED, ((ArmorFault) fault).text()));
    }

    @Test
    void aLineThatIsNoBase64CostsOneCertificateOfItsBlock() {
        byte[] second = SampleCertificates.certificate(2);
        byte[] third = SampleCertificates.certificate(3);
        String block = new String(Armor.certificates(List.of(BINARY, second, third)), US_ASCII);
        int line = 65 * ((BINARY.length + second.length / 2) / 48) + block.indexOf("\n\n") + 2;
        String text = block.substring(0, line) + "*" + block.substring(line + 1);
        ParsedUpload upload = Samples.parse(text.getBytes(US_ASCII));
        assertThat(upload.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(BINARY, third);
        assertThat(upload.refused())
                .extracting(ParsedUpload.Refused::text)
                .containsExactly(ArmorFault.NOT_BASE64.text());
        assertThat(loaded(text)).extracting(KeyringPiece::bytes).containsExactly(BINARY, new byte[0], third);
    }

    @Test
    void whatIsNoArmorIsCalledByItsName() {
        byte[] utf16 = ("\ufeff" + ARMOR).getBytes(UTF_16LE);
        assertThat(Samples.parse(utf16).refused())
                .singleElement()
                .isEqualTo(new ParsedUpload.Refused("", Reason.NOT_OPENPGP, KeyringFormat.UTF_16.nothingFound()));
        byte[] keybox =
                HexFormat.of().parseHex("0000002001010002" + "4b425866" + "000000006b0d1f3c6b0d1f3c0000000000000000");
        assertThat(Samples.parse(keybox).refused())
                .singleElement()
                .isEqualTo(new ParsedUpload.Refused("", Reason.NOT_OPENPGP, KeyringFormat.KEYBOX.nothingFound()));
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
                Arguments.of(
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n",
                        Reason.NO_CERTIFICATE),
                Arguments.of(ARMOR.substring(0, ARMOR.length() - 40), Reason.MALFORMED),
                Arguments.of("-----BEGIN PGP PUBLIC", Reason.MALFORMED),
                Arguments.of("-----BEGIN PGP PUBLIC KEY BLOCK-----END PGP PUBLIC KEY BLOCK-----\n", Reason.MALFORMED),
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
        byte[] announced = SampleKey.concat(
                "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n".getBytes(US_ASCII),
                BINARY,
                "\n-----END PGP PUBLIC KEY BLOCK-----\n".getBytes(US_ASCII),
                ARMOR.getBytes(US_ASCII));
        ParsedUpload upload = Samples.parse(announced);
        assertThat(upload.refused()).extracting(ParsedUpload.Refused::reason).containsExactly(Reason.MALFORMED);
        assertThat(upload.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(BINARY);
        assertThat(Samples.parse(BINARY).accepted())
                .as("binary alone, however its file is called")
                .hasSize(1);
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
                    + "\n=" + Base64.getEncoder().encodeToString(crc24(part))
                    + "\n-----END PGP PUBLIC KEY BLOCK-----\n";
            assertThat(new String(Armor.certificates(List.of(part)), US_ASCII)).isEqualTo(expected);
            assertThat(Armor.certificates(List.of(part, part)))
                    .isEqualTo(Armor.certificates(List.of(SampleKey.concat(part, part))));
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
