package oks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every target takes its seeds and some hundred damaged ones: the long run is {@code qa/fuzz/run}. */
final class TargetTest {
    private static final int DAMAGED = 300;

    @ParameterizedTest
    @EnumSource
    void seedsAndWhatIsNearThemAreRead(Target which) {
        FuzzTarget target = which.make();
        List<byte[]> seeds = target.seeds();
        assertThat(seeds).isNotEmpty();
        seeds.forEach(target::read);
        target.read(new byte[0]);
        Random random = new Random(20261122L);
        for (int tries = 0; tries < DAMAGED; tries++) {
            target.read(damaged(seeds.get(random.nextInt(seeds.size())), random));
        }
    }

    private static byte[] damaged(byte[] seed, Random random) {
        byte[] damaged = random.nextBoolean() ? seed.clone() : Arrays.copyOf(seed, random.nextInt(seed.length + 8));
        for (int changes = random.nextInt(6); changes > 0 && damaged.length > 0; changes--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return damaged;
    }
}
