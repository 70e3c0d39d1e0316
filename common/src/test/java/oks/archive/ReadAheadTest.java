package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ReadAheadTest {
    private static final byte[] BYTES = new byte[3_000_000]; // more than it reads ahead

    static {
        new Random(1).nextBytes(BYTES);
    }

    @Test
    void everyByteComesInOrder() throws IOException {
        try (ReadAhead ahead = new ReadAhead(new ByteArrayInputStream(BYTES))) {
            assertThat(ahead.readAllBytes()).isEqualTo(BYTES);
            assertThat(ahead.read()).isEqualTo(-1);
        }
    }

    @Test
    void aFaultComesAfterTheBytesBeforeItAndComesAgain() throws IOException {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("bad sector");
            }
        };
        try (ReadAhead ahead = new ReadAhead(new SequenceInputStream(new ByteArrayInputStream(BYTES), failing))) {
            assertThat(ahead.readNBytes(BYTES.length)).isEqualTo(BYTES);
            assertThatThrownBy(ahead::read).hasMessage("bad sector");
            assertThatThrownBy(ahead::read).hasMessage("bad sector");
        }
    }

    @Test
    void whatIsNotReadToItsEndIsClosedAllTheSame() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
        try (ReadAhead ahead = new ReadAhead(endless)) {
            assertThat(ahead.read()).isZero();
        }
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
