package oks.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    void whatCouldNotBeForcedIsTold() throws IOException {
        try (ForcedBehind behind = new ForcedBehind()) {
            behind.begin(() -> {
                throw new IOException("Input/output error");
            });
            assertThatThrownBy(behind::await).hasMessage("Input/output error");
        }
    }
}
