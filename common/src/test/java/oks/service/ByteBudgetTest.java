package oks.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
    @Test
    void whatFitsIsTakenAndTheRestIsNot() {
        ByteBudget budget = new ByteBudget(100);
        assertThat(budget.take(60)).isTrue();
        assertThat(budget.take(41)).isFalse();
        assertThat(budget.take(40)).isTrue();
        assertThat(budget.held()).isEqualTo(100);
        assertThat(budget.refusals()).isEqualTo(1);
        budget.give(60);
        assertThat(budget.take(60)).isTrue();
    }

    @Test
    void aPartHasItsOwnBoundAndThatOfTheWhole() {
        ByteBudget whole = new ByteBudget(100);
        ByteBudget one = whole.part(70);
        ByteBudget other = whole.part(70);
        assertThat(one.take(71)).isFalse();
        assertThat(one.take(70)).isTrue();
        assertThat(other.take(31)).as("the whole is full").isFalse();
        assertThat(other.held()).isZero();
        assertThat(other.take(30)).isTrue();
        one.give(70);
        assertThat(whole.held()).isEqualTo(30);
        assertThat(other.take(40)).isTrue();
    }

    @Test
    void manyThreadsNeverHoldMoreAndLeaveNothing() throws Exception {
        ByteBudget budget = new ByteBudget(1000).part(900);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            long bytes = 150 + i;
            work.add(() -> {
                boolean within = true;
                for (int turn = 0; turn < 20_000; turn++) {
                    if (budget.take(bytes)) {
                        within &= budget.held() >= bytes;
                        budget.give(bytes);
                    }
                }
                return within;
            });
        }
        for (Future<Boolean> one : threads.invokeAll(work)) {
            assertThat(one.get()).isTrue();
        }
        threads.shutdown();
        assertThat(budget.held()).isZero();
    }
}
