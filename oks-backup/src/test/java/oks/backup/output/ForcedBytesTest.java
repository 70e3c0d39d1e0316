package oks.backup.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ForcedBytesTest {
    private static final byte[] FILE = {1, 2, 3, 4, 5, 6};

    private final ForcedBytes forced = new ForcedBytes(new ByteArrayInputStream(FILE));

    @Test
    void nothingIsReadThatIsNotForced() throws IOException {
        forced.upTo(2);
        assertThat(forced.readNBytes(2)).containsExactly(1, 2);
        forced.upTo(5);
        byte[] into = new byte[6];
        assertThat(forced.read(into, 0, 6)).isEqualTo(3);
        assertThat(into).startsWith(3, 4, 5);
    }

    @Test
    void aReaderWaitsForMoreUntilTheFileIsComplete() throws Exception {
        FutureTask<byte[]> reading = new FutureTask<>(forced::readAllBytes);
        Thread thread = new Thread(reading);
        thread.start();
        forced.upTo(4);
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        forced.upTo(6);
        forced.complete();
        assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo(FILE);
        assertThat(forced.read()).isEqualTo(-1);
    }

    @Test
    void whoWaitsForBytesThatWillNeverComeIsTold() throws Exception {
        FutureTask<Integer> reading = new FutureTask<>(forced::read);
        Thread thread = new Thread(reading);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        forced.close();
        assertThatThrownBy(() -> reading.get(60, TimeUnit.SECONDS)).cause().isInstanceOf(IOException.class);
    }
}
