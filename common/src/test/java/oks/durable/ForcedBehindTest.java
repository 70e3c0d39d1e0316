package oks.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ForcedBehindTest {
    @Test
    void everythingIsForcedInOrderBeforeAwaitReturns() throws IOException {
        List<Integer> forced = Collections.synchronizedList(new ArrayList<>());
        try (ForcedBehind behind = new ForcedBehind()) {
            for (int i = 0; i < 9; i++) {
                int number = i;
                behind.begin(() -> forced.add(number));
            }
            behind.await();
            assertThat(forced).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        }
    }

    @Test
    void whoIsFourAheadWaits() throws Exception {
        CountDownLatch disk = new CountDownLatch(1);
        try (ForcedBehind behind = new ForcedBehind()) {
            for (int i = 0; i < 4; i++) {
                behind.begin(() -> {
                    try {
                        disk.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
            }
            FutureTask<Void> fifth = new FutureTask<>(() -> {
                behind.begin(() -> {});
                return null;
            });
            Thread writer = new Thread(fifth, "writer");
            writer.start();
            while (writer.isAlive() && writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(fifth).isNotDone();
            disk.countDown();
            fifth.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatCouldNotBeForcedIsTold() throws IOException {
        try (ForcedBehind behind = new ForcedBehind()) {
            behind.begin(() -> {
                throw new IOException("Input/output error");
            });
            assertThatThrownBy(behind::await).hasMessage("Input/output error");
        }
    }
}
