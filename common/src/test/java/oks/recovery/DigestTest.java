package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

final class DigestTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    /** Hashes in which carries run far: many words of all ones and of zeros. */
    @Provide
    Arbitrary<Hash> hashes() {
        Arbitrary<Long> word = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.longs()),
                Tuple.of(2, Arbitraries.of(0L, 1L, -1L, -2L, Long.MIN_VALUE, Long.MAX_VALUE)));
        return Combinators.combine(word, word, word, word).as(Hash::new);
    }

    @Property
    void plusAndMinusAreThoseOfNumbersModuloTwoToThe256(@ForAll("hashes") Hash one, @ForAll("hashes") Hash other) {
        Digest digest = new Digest(one);
        assertThat(number(digest.plus(other)))
                .isEqualTo(number(digest).add(number(new Digest(other))).mod(MODULUS));
        assertThat(number(digest.minus(other)))
                .isEqualTo(number(digest).subtract(number(new Digest(other))).mod(MODULUS));
    }

    private static BigInteger number(Digest digest) {
        return new BigInteger(digest.hex(), 16);
    }

    @Property
    void takingAwayUndoesAdding(@ForAll("hashes") Hash start, @ForAll("hashes") Hash element) {
        Digest digest = new Digest(start);
        assertThat(digest.plus(element).minus(element)).isEqualTo(digest);
        assertThat(digest.minus(element).plus(element)).isEqualTo(digest);
        assertThat(digest.plus(Hash.ZERO)).isEqualTo(digest);
    }

    @Property
    void orderDoesNotMatter(@ForAll List<byte[]> contents, @ForAll Random order) {
        List<Hash> elements = new ArrayList<>();
        for (byte[] content : contents) {
            elements.add(Digest.certificateElement(new byte[] {1, 2}, content));
        }
        Digest forward = sum(elements);
        Collections.shuffle(elements, order);
        assertThat(sum(elements)).isEqualTo(forward);
    }

    private static Digest sum(List<Hash> elements) {
        Digest digest = Digest.EMPTY;
        for (Hash element : elements) {
            digest = digest.plus(element);
        }
        return digest;
    }

    @Property
    void hexadecimalDigitsAreReadBack(@ForAll("hashes") Hash hash) {
        Digest digest = new Digest(hash);
        assertThat(digest.hex()).hasSize(64).isLowerCase();
        assertThat(Digest.parse(digest.hex())).isEqualTo(digest);
        assertThat(Hash.of(hash.bytes())).isEqualTo(hash);
    }

    @Example
    void anEmptyDatabaseHasTheDigestZero() {
        assertThat(Digest.EMPTY.hex()).isEqualTo("0".repeat(64));
    }

    /** What sha256sum(1) prints for "C", one byte 20, twenty bytes 1, and the content. */
    @Example
    void anElementIsTheHashThatThePageDescribes() {
        byte[] content = "first certificate".getBytes(StandardCharsets.US_ASCII);
        assertThat(Digest.certificateElement(RecoveryFixtures.fingerprint(1), content)
                        .hex())
                .isEqualTo("dca370e5c1019fa9763ed9c3033829b974dc4146d5acb1fc3edbd9a975e3dc4c");
        assertThat(Digest.tombstoneElement(RecoveryFixtures.fingerprint(1), content)
                        .hex())
                .isEqualTo("25e3e90e2070e3887d6b1e68131d34edb837d9e0d64538e36824d3f09e886fa0");
    }
}
