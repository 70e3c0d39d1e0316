package oks.oksctl.load;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The compression of a file to load: told by its first bytes, none of which can begin a keyring, whatever its name
 * says.
 */
enum FileCompression {
    NONE(""),
    GZIP("1f8b08"),
    ZSTD("28b52ffd"),
    BZIP2("425a68"), // and a digit
    XZ("fd377a585a00");

    private static final int BUFFER = 64 << 10;
    private static final int XZ_MEMORY_KIB = 100 << 10; // "xz -9" takes 65 MiB

    private final byte[] magic;

    FileCompression(String magic) {
        this.magic = HexFormat.of().parseHex(magic);
    }

    /** Looks at the first bytes and leaves them there. */
    static FileCompression of(BufferedInputStream in) throws IOException {
        in.mark(16);
        byte[] first = in.readNBytes(6);
        in.reset();
        for (FileCompression one : values()) {
            boolean begins = one.magic.length > 0 && Arrays.equals(one.magic, Arrays.copyOf(first, one.magic.length));
            if (begins && (one != BZIP2 || first.length > 3 && first[3] >= '1' && first[3] <= '9')) {
                return one;
            }
        }
        return NONE;
    }

    /** The plain bytes of all streams that a file consists of; all before a fault are given before it is thrown. */
    InputStream plain(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(in, BUFFER);
            case ZSTD -> new ZstdInputStreamNoFinalizer(in);
            case BZIP2 -> new ByteByByte(new BZip2CompressorInputStream(in, true));
            case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
        };
    }

    /** Its name, as it stands in messages. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * A decoder that forgets, when it fails, what it had decoded for the same call; it works byte by byte in any case.
     */
    private static final class ByteByByte extends FilterInputStream {
        private IOException fault;

        ByteByByte(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (fault != null) {
                throw fault;
            }
            int count = 0;
            try {
                for (int b; count < length && (b = in.read()) >= 0; count++) {
                    into[offset + count] = (byte) b;
                }
            } catch (IOException e) {
                if (count == 0) {
                    throw e;
                }
                fault = e;
            }
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}
