package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParallelGunzipStreamTest {
    private static final int LENGTH_FIELD = 16;
    private static final int THREADS = 3;

    private static byte[] plain(int length) {
        byte[] plain = new byte[length];
        new Random(length).nextBytes(plain);
        Arrays.fill(plain, 0, length / 2, (byte) 'x'); // half of it compresses
        return plain;
    }

    private static byte[] ours(byte[] plain) throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new ParallelGzipStream(gzip, THREADS)) {
            out.write(plain);
        }
        return gzip.toByteArray();
    }

    private static byte[] theirs(byte[] plain) throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(plain);
        }
        return gzip.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] inflated(byte[] gzip) throws IOException {
        try (var in = new ParallelGunzipStream(new BufferedInputStream(new ByteArrayInputStream(gzip)), THREADS)) {
            byte[] plain = in.readAllBytes();
            assertThat(in.read()).isEqualTo(-1);
            return plain;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, GzipMember.BLOCK - 1, GzipMember.BLOCK, GzipMember.BLOCK + 1, 9 * GzipMember.BLOCK + 5})
    void whatWasCompressedInParallelComesBack(int length) throws IOException {
        byte[] plain = plain(length);
        assertThat(inflated(ours(plain))).isEqualTo(plain);
    }

    @Test
    void membersOfOtherProgramsAreReadBeforeAndAfter() throws IOException {
        byte[] plain = plain(3 * GzipMember.BLOCK);
        assertThat(inflated(theirs(plain))).isEqualTo(plain);
        assertThat(inflated(join(ours(plain), theirs(plain), ours(plain)))).isEqualTo(join(plain, plain, plain));
    }

    @Test
    void aMemberThatIsLongerOrShorterThanItSaysIsDamaged() throws IOException {
        byte[] gzip = ours(plain(GzipMember.BLOCK + 5));
        int length = ByteBuffer.wrap(gzip).order(ByteOrder.LITTLE_ENDIAN).getInt(LENGTH_FIELD);
        for (int stated : new int[] {28, length - 1, length + 1, GzipMember.HEADER + GzipMember.BLOCK}) {
            byte[] damaged = gzip.clone();
            ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putInt(LENGTH_FIELD, stated);
            assertThatThrownBy(() -> inflated(damaged))
                    .as("%d for %d", stated, length)
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 7, Integer.MAX_VALUE})
    void aLengthThatNoneOfOursHasIsNotBelieved(int stated) throws IOException {
        byte[] plain = plain(GzipMember.BLOCK + 5);
        byte[] gzip = ours(plain);
        ByteBuffer.wrap(gzip).order(ByteOrder.LITTLE_ENDIAN).putInt(LENGTH_FIELD, stated);
        assertThat(inflated(gzip)).as("as any other gzip").isEqualTo(plain);
    }

    @Test
    void aMemberThatStatesMorePlainBytesThanABlockHasIsDamaged() throws IOException {
        byte[] gzip = ours(plain(100));
        ByteBuffer.wrap(gzip).order(ByteOrder.LITTLE_ENDIAN).putInt(gzip.length - 4, Integer.MAX_VALUE);
        assertThatThrownBy(() -> inflated(gzip)).hasMessage("a gzip member states 2147483647 plain bytes");
    }
}
