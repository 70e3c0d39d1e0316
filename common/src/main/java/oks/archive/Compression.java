package oks.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.io.input.CloseShieldInputStream;

/** The compression of an archive; its name tells it when the archive is written, its first bytes when it is read. */
public enum Compression {
    GZIP("gzip", ".tar.gz", 0x1f, 0x8b),
    ZSTD("zstd", ".tar.zst", 0x28, 0xb5, 0x2f, 0xfd),
    NONE("none", ".tar");

    private static final int BUFFER = 1 << 16;
    private static final String ARMOR = "-----BEGIN PGP MESSAGE-----";
    /**
     * OpenPGP data hardly compresses: of a store of synthetic certificates, level 1 saves 1 % more in twice the time.
     */
    private static final int ZSTD_LEVEL = -1;
    /** Each takes up to 6 MiB; more than this compress faster than disks write. */
    private static final int MOST_THREADS = 16;

    private final String word;
    private final String suffix;
    private final int[] magic;

    Compression(String word, String suffix, int... magic) {
        this.word = word;
        this.suffix = suffix;
        this.magic = magic;
    }

    /** The word on the command line. */
    public String word() {
        return word;
    }

    /** The end of a file's name, from {@code .tar} on. */
    public String suffix() {
        return suffix;
    }

    /** A stream that compresses on all cores, up to 16; closing it closes {@code out}. */
    public OutputStream compressing(OutputStream out) throws IOException {
        return switch (this) {
            case GZIP -> new ParallelGzipStream(out, threads());
            case ZSTD ->
                new ZstdOutputStreamNoFinalizer(out)
                        .setLevel(ZSTD_LEVEL)
                        .setWorkers(threads())
                        .setChecksum(true);
            case NONE -> out;
        };
    }

    private static int threads() {
        return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    }

    /**
     * The plain bytes of a stream that this compresses; those of a gzip that oks-backup wrote are made on all cores, up
     * to 16.
     */
    InputStream decompressing(BufferedInputStream in) throws IOException {
        return switch (this) {
            case GZIP -> new ParallelGunzipStream(in, threads());
            case ZSTD -> new ZstdInputStreamNoFinalizer(in);
            case NONE -> in;
        };
    }

    /** Looks at the first bytes; the stream must support marks. */
    static Compression of(BufferedInputStream in) throws IOException {
        in.mark(BUFFER);
        byte[] first = in.readNBytes(4);
        in.reset();
        for (Compression compression : values()) {
            if (compression.magic.length > 0 && compression.begins(first)) {
                return compression;
            }
        }
        return NONE;
    }

    private boolean begins(byte[] first) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= first.length || Byte.toUnsignedInt(first[i]) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether these are the first bytes of an OpenPGP message, which has to be decrypted before it is an archive. */
    static boolean isEncrypted(BufferedInputStream in) throws IOException {
        in.mark(BUFFER);
        byte[] first = in.readNBytes(ARMOR.length());
        in.reset();
        // Packets 1 and 3 (RFC 9580, section 5): a session key, in both formats. No name in UTF-8 begins with these
        // bytes.
        int header = first.length == 0 ? 0 : Byte.toUnsignedInt(first[0]);
        return (header & 0xfc) == 0x84
                || (header & 0xfc) == 0x8c
                || header == 0xc1
                || new String(first, StandardCharsets.ISO_8859_1).equals(ARMOR);
    }

    /** A buffer in front of a stream whose owner will close it. */
    static BufferedInputStream buffered(InputStream in) {
        return new BufferedInputStream(CloseShieldInputStream.wrap(in), BUFFER);
    }
}
