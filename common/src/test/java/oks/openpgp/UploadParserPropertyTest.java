package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever comes in, everything is accounted for, nothing is thrown, and neither memory nor work exceeds its bound.
 * Thousands of mutated certificates at each build; {@code -Djqwik.tries.default=1000000} tries more. Prints how many it
 * tried.
 */
class UploadParserPropertyTest {
    private static final Limits LIMITS = Limits.standard()
            .with(Limit.MAX_BYTES, 1 << 16)
            .with(Limit.MAX_CERTIFICATE, 1 << 13)
            .with(Limit.MAX_PACKET, 4096)
            .with(Limit.MAX_SIGNATURE, 4096)
            .with(Limit.MAX_USER_ID, 512)
            .with(Limit.MAX_USER_ATTRIBUTE, 8192)
            .with(Limit.MAX_USER_IDS, 20)
            .with(Limit.MAX_SUBKEYS, 20)
            .with(Limit.MAX_CERTIFICATES, 20)
            .with(Limit.MAX_COST, 10_000);

    /**
     * Bytes that parsing may allocate: for each byte of input, for each unit of verification, and whatever the input.
     */
    private static final long ALLOCATED_PER_BYTE = 600;

    private static final long ALLOCATED_PER_UNIT = 1 << 20;
    private static final long ALLOCATED_ANYWAY = 8 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final AtomicLong INPUTS = new AtomicLong();
    private static final AtomicLong MOST_ALLOCATED = new AtomicLong();
    private static final AtomicLong MOST_SPENT = new AtomicLong();

    @AfterContainer
    static void tell() {
        System.out.printf(
                Locale.ROOT,
                "UploadParserPropertyTest: %d inputs, each parsed 6 times; at most %d KiB allocated and %d units spent by one%n",
                INPUTS.get(),
                MOST_ALLOCATED.get() >> 10,
                MOST_SPENT.get());
    }

    @Property
    void anyBytesAreAccountedFor(@ForAll byte[] upload) {
        check(upload);
    }

    @Property
    void damagedCertificatesAreAccountedFor(@ForAll("damaged") byte[] upload) {
        check(upload);
    }

    @Property
    void damagedArmorIsAccountedFor(@ForAll("damagedArmor") byte[] upload) {
        check(upload);
    }

    @Property
    void packetsOfSeveralCertificatesInAnyOrderAreAccountedFor(@ForAll("shuffled") byte[] upload) {
        check(upload);
    }

    @Provide
    Arbitrary<byte[]> shuffled() {
        return Combinators.combine(Arbitraries.of(Samples.ALL), Arbitraries.of(Samples.ALL), Arbitraries.longs())
                .as(OddUploads::shuffled);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Arbitraries.of(Samples.ALL).map(OddUploads::binary).flatMap(UploadParserPropertyTest::damages);
    }

    @Provide
    Arbitrary<byte[]> damagedArmor() {
        return Arbitraries.of(Samples.ALL)
                .map(name -> Armor.certificates(List.of(OddUploads.binary(name))))
                .flatMap(UploadParserPropertyTest::damages);
    }

    private static void check(byte[] upload) {
        byte[] before = upload.clone();
        for (ThirdParty thirdParty : ThirdParty.values()) {
            for (boolean verify : new boolean[] {true, false}) {
                ParsedUpload parsed = parseWithinBounds(
                        upload,
                        Policy.standard()
                                .withThirdParty(thirdParty)
                                .withVersion3(true)
                                .withVerification(verify));
                assertThat(parsed.accepted().size()
                                + parsed.revocations().size()
                                + parsed.refused().size())
                        .isPositive();
                parsed.accepted().forEach(a -> checkAccepted(a.certificate(), verify));
                parsed.revocations()
                        .forEach(r -> parsed.accepted()
                                .forEach(a -> BareRevocations.on(r, a.certificate(), new VerificationBudget(LIMITS))));
            }
        }
        assertThat(upload).isEqualTo(before);
        splitWhole(upload);
        INPUTS.incrementAndGet();
    }

    private static ParsedUpload parseWithinBounds(byte[] upload, Policy policy) {
        VerificationBudget budget = new VerificationBudget(LIMITS);
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        ParsedUpload parsed = new UploadParser(LIMITS, policy).parse(upload, budget);
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(allocated)
                .isLessThan(
                        ALLOCATED_ANYWAY + ALLOCATED_PER_BYTE * upload.length + ALLOCATED_PER_UNIT * budget.spent());
        assertThat(budget.spent()).isLessThanOrEqualTo(LIMITS.of(Limit.MAX_COST));
        MOST_ALLOCATED.accumulateAndGet(allocated, Math::max);
        MOST_SPENT.accumulateAndGet(budget.spent(), Math::max);
        return parsed;
    }

    /** What a load does with a file: it comes to an end, with no more pieces than bytes. */
    private static void splitWhole(byte[] file) {
        try {
            KeyringSplitter splitter = new KeyringSplitter(new ByteArrayInputStream(file), LIMITS.of(Limit.MAX_BYTES));
            int pieces = 0;
            while (splitter.next().isPresent()) {
                assertThat(++pieces).isLessThanOrEqualTo(file.length + 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was accepted can be stored, found, described and served, and is accepted whole when it comes again. */
    private static void checkAccepted(Certificate certificate, boolean verified) {
        Certificate stored = Certificate.ofStored(certificate.bytes());
        assertThat(stored.fingerprint()).isEqualTo(certificate.fingerprint());
        assertThat(IndexTerms.of(stored).primary()).isEqualTo(stored.fingerprint());
        assertThat(CertificateDescription.of(stored).fingerprint()).isEqualTo(stored.fingerprint());
        assertThat(CertificateMerge.merge(stored, certificate)).isSameAs(stored);
        ParsedUpload again = new UploadParser(
                        LIMITS,
                        Policy.standard()
                                .withThirdParty(ThirdParty.ALL)
                                .withVersion3(true)
                                .withVerification(verified))
                .parse(stored.bytes());
        assertThat(again.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(stored.bytes());
    }

    private static Arbitrary<byte[]> damages(byte[] whole) {
        return Arbitraries.longs().map(seed -> OddUploads.damaged(whole, seed));
    }
}
