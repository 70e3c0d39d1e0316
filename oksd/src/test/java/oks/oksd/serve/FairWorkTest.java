package oks.oksd.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import oks.oksd.serve.FairWork.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FairWorkTest {
    private final FairWork work = new FairWork("worker", "testing", 2);
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch hold = new CountDownLatch(1);

    @AfterEach
    void end() {
        hold.countDown();
        work.close();
    }

    /** Keeps a thread busy until the test lets it go. */
    private CountDownLatch keepBusy(Size size) {
        CountDownLatch begun = new CountDownLatch(1);
        assertThat(work.offer(99, size, 1, () -> {
                    begun.countDown();
                    awaitIt(hold);
                }))
                .isTrue();
        return begun;
    }

    private void offer(long client, Size size, long price, String name) {
        assertThat(work.offer(client, size, price, () -> done.add(name))).isTrue();
    }

    private static void awaitIt(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> orderOfAllWaiting() {
        hold.countDown();
        work.close();
        return List.copyOf(done);
    }

    @Test
    void largeTasksLeaveAThreadToSmallOnes() {
        awaitIt(keepBusy(Size.LARGE));
        offer(1, Size.LARGE, 1, "large");
        CountDownLatch small = new CountDownLatch(1);
        assertThat(work.offer(1, Size.SMALL, 1, small::countDown)).isTrue();
        awaitIt(small);
        assertThat(done)
                .as("one thread is busy with a large one, and the other is none of theirs")
                .isEmpty();
        assertThat(orderOfAllWaiting()).containsExactly("large");
    }

    @Test
    void aClientThatComesLaterDoesNotWaitBehindAllThatAnotherHasSent() {
        awaitIt(keepBusy(Size.LARGE));
        for (int i = 1; i <= 10; i++) {
            offer(1, Size.LARGE, 100, "many" + i);
        }
        offer(2, Size.LARGE, 100, "one");
        assertThat(orderOfAllWaiting().indexOf("one")).isLessThanOrEqualTo(1);
    }

    @Test
    void ofNewTasksTheCheaperComesFirstAndTheDearOneIsNotForgotten() {
        awaitIt(keepBusy(Size.LARGE));
        offer(1, Size.LARGE, 1000, "dear");
        for (int i = 1; i <= 14; i++) {
            offer(2, Size.LARGE, 100, "cheap" + i);
        }
        List<String> order = orderOfAllWaiting();
        assertThat(order.get(0)).isEqualTo("cheap1");
        assertThat(order.indexOf("dear")).isBetween(9, 11);
        assertThat(order).hasSize(15);
    }

    @Test
    void aClientsOwnSmallTasksDoNotWaitForItsLargeOnes() {
        awaitIt(keepBusy(Size.LARGE));
        for (int i = 1; i <= 10; i++) {
            offer(1, Size.LARGE, 1_000_000, "large" + i);
        }
        CountDownLatch small = new CountDownLatch(1);
        assertThat(work.offer(1, Size.SMALL, 1, small::countDown)).isTrue();
        awaitIt(small);
        assertThat(done).isEmpty();
    }

    @Test
    void whatWaitsIsBoundedForAClientAndInAll() {
        awaitIt(keepBusy(Size.LARGE));
        int taken = 0;
        while (work.offer(1, Size.LARGE, 1, () -> {})) {
            taken++;
        }
        assertThat(taken).isEqualTo(16);
        offer(2, Size.LARGE, 1, "another's");
        assertThat(work.offerUnbounded(1, Size.LARGE, 1, () -> done.add("unbounded")))
                .isTrue();
        int all = 18;
        for (long client = 3; work.offer(client, Size.LARGE, 1, () -> {}); client++) {
            all++;
        }
        assertThat(all).isEqualTo(128);
        assertThat(orderOfAllWaiting()).containsExactlyInAnyOrder("another's", "unbounded");
        assertThat(work.offer(1, Size.SMALL, 1, () -> {})).as("after the end").isFalse();
    }

    @Test
    void aTaskThatFailsTakesNoThreadAway() {
        for (int i = 0; i < 8; i++) {
            assertThat(work.offer(1, Size.LARGE, 1, () -> {
                        throw new IllegalStateException("expected by the test");
                    }))
                    .isTrue();
        }
        offer(1, Size.LARGE, 1, "after");
        assertThat(orderOfAllWaiting()).containsExactly("after");
    }
}
