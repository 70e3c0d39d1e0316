package oks.oksd.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import oks.openpgp.Certificate;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private static final Certificate SMALL = Certificate.ofStored(SampleCertificates.certificate(1));

    private final Admission admission = new Admission();

    private static Submission submission(Certificate certificate, long deadline) {
        return new Submission(certificate, "test", deadline, new CompletableFuture<>());
    }

    /** About a megabyte. */
    private static Certificate large() {
        String[] userIds = Stream.iterate(0, i -> i + 1)
                .limit(520)
                .map(i -> i + "x".repeat(1900))
                .toArray(String[]::new);
        return Certificate.ofStored(SampleCertificates.withUserIds(2, userIds));
    }

    @Test
    void commandsComeBeforeSubmissionsAndOneByOne() {
        List<String> done = new ArrayList<>();
        admission.offer(submission(SMALL, 0));
        admission.offer(() -> done.add("first"));
        admission.offer(() -> done.add("second"));

        admission.take(true, 0).command().orElseThrow().run();
        Admission.Work second = admission.take(true, 0);
        second.command().orElseThrow().run();
        assertThat(second.submissions()).isEmpty();
        assertThat(done).containsExactly("first", "second");
        assertThat(admission.take(true, 0).submissions()).hasSize(1);
        assertThat(admission.take(true, 0).isNone()).isTrue();
    }

    @Test
    void aPausedWriterTakesCommandsOnly() {
        admission.offer(submission(SMALL, 0));
        assertThat(admission.take(false, 0).isNone()).isTrue();
        admission.offer(() -> {});
        assertThat(admission.take(false, 0).command()).isPresent();
        assertThat(admission.take(true, 0).submissions()).hasSize(1);
    }

    @Test
    void theNumberThatWaitsAndThatOfAGroupAreBounded() {
        assertThat(fill(SMALL)).isEqualTo(20_000);
        assertThat(admission.take(true, 0).submissions()).hasSize(4_096);
        assertThat(admission.offer(submission(SMALL, 0))).as("room again").isTrue();
    }

    @Test
    void theBytesThatWaitAndThoseOfAGroupAreBounded() {
        Certificate large = large();
        assertThat((long) fill(large) * large.bytes().length)
                .isBetween((128L << 20) - large.bytes().length, 128L << 20);
        assertThat(admission.take(true, 0).submissions()).hasSizeBetween(3, 5);
        assertThat(admission.offer(submission(large, 0))).as("room again").isTrue();
    }

    @Test
    void whoWaitedLongEnoughIsTakenOut() {
        Submission early = submission(SMALL, 10);
        Submission late = submission(SMALL, 20);
        admission.offer(early);
        admission.offer(late);

        assertThat(admission.expired(9)).isEmpty();
        assertThat(admission.expired(10)).containsExactly(early);
        assertThat(admission.expired(10)).isEmpty();
        assertThat(admission.take(true, 0).submissions()).containsExactly(late);
    }

    @Test
    void whatIsGivenBackComesFirstAndInItsOrder() {
        List<Submission> submissions = Stream.iterate(0, i -> i + 1)
                .limit(3)
                .map(i -> submission(SMALL, i))
                .toList();
        submissions.subList(0, 2).forEach(admission::offer);
        List<Submission> taken = admission.take(true, 0).submissions();
        admission.offer(submissions.get(2));
        admission.giveBack(taken);

        assertThat(admission.take(true, 0).submissions()).containsExactlyElementsOf(submissions);
    }

    @Test
    void whatIsGivenBackTakesItsRoomAgainAndWhatIsTakenOutLeavesIt() {
        Certificate large = large();
        int room = fill(large);
        admission.giveBack(admission.take(true, 0).submissions());
        assertThat(admission.offer(submission(large, 0)))
                .as("as full as before")
                .isFalse();

        assertThat(admission.expired(0)).hasSize(room);
        assertThat(fill(large)).as("as empty as at first").isEqualTo(room);
    }

    /** How many find room. */
    private int fill(Certificate certificate) {
        int taken = 0;
        while (admission.offer(submission(certificate, 0))) {
            taken++;
        }
        return taken;
    }

    @Test
    void nothingComesInAfterTheEndButWhatWaitsCanBeTaken() {
        admission.offer(submission(SMALL, 0));
        admission.close();

        assertThat(admission.offer(submission(SMALL, 0))).isFalse();
        assertThat(admission.offer(() -> {})).isFalse();
        assertThat(admission.take(true, 0).submissions()).hasSize(1);
    }

    @Test
    void aSubmissionWakesWhoeverWaits() throws Exception {
        CompletableFuture<Admission.Work> taken = taking();
        admission.offer(submission(SMALL, 0));
        assertThat(taken.get(25, TimeUnit.SECONDS).submissions()).hasSize(1);
    }

    @Test
    void aCommandWakesWhoeverWaits() throws Exception {
        CompletableFuture<Admission.Work> taken = taking();
        admission.offer(() -> {});
        assertThat(taken.get(25, TimeUnit.SECONDS).command()).isPresent();
    }

    private CompletableFuture<Admission.Work> taking() {
        AtomicReference<Thread> writer = new AtomicReference<>();
        CompletableFuture<Admission.Work> taken = CompletableFuture.supplyAsync(() -> {
            writer.set(Thread.currentThread());
            return admission.take(true, 30_000);
        });
        while (!taken.isDone() && (writer.get() == null || writer.get().getState() != Thread.State.TIMED_WAITING)) {
            Thread.onSpinWait();
        }
        return taken;
    }
}
