package oks.oksctl.load;

import static oks.testing.SampleCertificates.certificate;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import oks.openpgp.KeyringPiece;
import oks.openpgp.ParsedUpload.Reason;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Compressed keyrings: whole, of several streams, cut short, and bombs. */
final class KeyringFileTest {
    private static final int MAX = 1 << 20;

    @TempDir
    private Path scratch;

    private static byte[] compressed(FileCompression compression, byte[]... parts) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            try (OutputStream out = switch (compression) {
                case NONE -> new ByteArrayOutputStream();
                case GZIP -> new GZIPOutputStream(file);
                case ZSTD -> new ZstdOutputStreamNoFinalizer(file);
                case BZIP2 -> new BZip2CompressorOutputStream(file);
                case XZ -> new XZOutputStream(file, new LZMA2Options());
            }) {
                out.write(part);
            }
        }
        return file.toByteArray();
    }

    private List<KeyringPiece> pieces(byte[] content) throws IOException {
        Path path = Files.write(scratch.resolve("dump.pgp"), content); // a name that does not tell
        List<KeyringPiece> pieces = new ArrayList<>();
        try (KeyringFile file = KeyringFile.open(path, MAX)) {
            for (Optional<KeyringPiece> piece = file.next(); piece.isPresent(); piece = file.next()) {
                pieces.add(piece.get());
            }
            assertThat(file.bytesRead()).isLessThanOrEqualTo(content.length).isPositive();
        }
        return pieces;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyStreamOfAFileIsRead(FileCompression compression) throws IOException {
        byte[] file = compressed(compression, certificate(1), certificate(2));
        assertThat(pieces(file)).extracting(KeyringPiece::bytes).containsExactly(certificate(1), certificate(2));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatStandsBeforeAnEndThatIsMissingIsThereAndTheEndIsReported(FileCompression compression) throws IOException {
        byte[] whole = compressed(compression, certificate(1), certificate(2));
        List<KeyringPiece> pieces = pieces(Arrays.copyOf(whole, whole.length - 30));
        assertThat(pieces.get(0).bytes()).isEqualTo(certificate(1));
        KeyringPiece last = pieces.get(pieces.size() - 1);
        assertThat(last.reason()).contains(Reason.MALFORMED);
        assertThat(last.text()).startsWith("the " + compression.word() + " data are damaged or cut short after ");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aBombIsLetGo(FileCompression compression) throws IOException {
        byte[] zeros = new byte[20 << 20];
        List<KeyringPiece> pieces = pieces(compressed(compression, zeros));
        assertThat(pieces.get(pieces.size() - 1)).satisfies(last -> {
            assertThat(last.reason()).contains(Reason.TOO_LARGE);
            assertThat(last.text()).contains("more than 200 times their size");
        });
    }
}
