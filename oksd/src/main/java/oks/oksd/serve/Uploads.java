package oks.oksd.serve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.oksd.writer.Committer;
import oks.oksd.writer.Submission;
import oks.oksd.writer.SubmissionResult;
import oks.oksd.writer.UnavailableException;
import oks.openpgp.BareRevocation;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateMerge;
import oks.openpgp.DesignatedRevocations;
import oks.openpgp.Fingerprint;
import oks.openpgp.HardRevoked;
import oks.openpgp.Limits;
import oks.openpgp.ParsedUpload;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import oks.openpgp.VerificationBudget;
import oks.service.Asker;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.UploadResult;
import oks.store.CertificateStore;

/**
 * Uploads of clients: parsed and verified on all cores, before the writer sees them, so that a costly certificate holds
 * up nobody else. What an upload may cost to verify is known before that begins: a dear one waits in a line of its own,
 * in which every client gets the same share. Any thread.
 */
public final class Uploads implements AutoCloseable {
    /** An upload is dear when verifying it may cost more, in RSA-2048 verifications: some 40 ms. */
    private static final int CHEAP = 1_000;

    /** Bytes of a body that are parsed in the time of one RSA-2048 verification. */
    private static final int PARSED_PER_UNIT = 4_096;

    /**
     * Bodies of uploads that are not answered yet hold at most this part of the heap, whoever sent them; those of one
     * client half of it.
     */
    private static final long PART_OF_HEAP = 4;

    private final Revocations revocations;
    private final Committer committer;
    private final Supplier<OksdSettings> settings;
    private final LongSupplier nanoTime;
    private final FairWork verifiers;
    private final LongAdder added = new LongAdder();
    private final LongAdder merged = new LongAdder();
    private final LongAdder unchanged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong heldBytes = new AtomicLong();
    private final Map<Long, Long> heldBytesOf = new ConcurrentHashMap<>();

    public Uploads(
            CertificateStore store, Committer committer, Supplier<OksdSettings> settings, LongSupplier nanoTime) {
        this.revocations = new Revocations(store);
        this.committer = committer;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.verifiers = FairWork.onAllCores("verifier", "verifying uploads");
    }

    /**
     * Takes an upload; completes when every certificate in it is durable, unchanged or refused. What it brings for one
     * certificate in several pieces is one change, with one line.
     *
     * @param asker the client; an upload whose client has gone before it is begun is dropped
     * @param origin how it came, for the recovery file
     * @param verify whether its self-signatures are verified; if not, an operator vouches for them
     */
    CompletableFuture<List<UploadLine>> accept(Asker asker, String origin, boolean verify, byte[] body) {
        Waiting upload = new Waiting(asker, origin, body, new CompletableFuture<>());
        if (!hold(upload) || !offer(upload, verify)) {
            upload.answer.completeExceptionally(UnavailableException.overloaded());
        }
        return upload.answer;
    }

    /** An upload that is not answered yet. */
    private record Waiting(Asker asker, String origin, byte[] body, CompletableFuture<List<UploadLine>> answer) {}

    /** Counts the bytes of an upload until it is answered; false when there are too many. */
    private boolean hold(Waiting upload) {
        int bytes = upload.body.length;
        long most = Runtime.getRuntime().maxMemory() / PART_OF_HEAP;
        long held = heldBytes.addAndGet(bytes);
        long heldOfClient = heldBytesOf.merge(upload.asker.client(), (long) bytes, Long::sum);
        Future<?> unused = upload.answer.whenComplete((lines, failure) -> {
            heldBytes.addAndGet(-bytes);
            heldBytesOf.compute(
                    upload.asker.client(), (client, sum) -> sum == null || sum == bytes ? null : sum - bytes);
        });
        return held <= Math.max(bytes, most) && heldOfClient <= Math.max(bytes, most / 2);
    }

    private boolean offer(Waiting upload, boolean verify) {
        long price = 1L + upload.body.length / PARSED_PER_UNIT;
        long client = upload.asker.client();
        return verify
                ? verifiers.offer(
                        client, FairWork.Size.SMALL, price, () -> guarded(upload, () -> verifyIfCheap(upload)))
                : verifiers.offerUnbounded(
                        client,
                        FairWork.Size.SMALL,
                        price,
                        () -> guarded(upload, () -> take(upload, false, budget(Integer.MAX_VALUE))));
    }

    private static void guarded(Waiting upload, Runnable work) {
        try {
            if (upload.asker.waits()) {
                work.run();
            } else {
                upload.answer.completeExceptionally(UnavailableException.givenUp());
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            upload.answer.completeExceptionally(e); // whatever a body does to the parser, its sender gets an answer
        }
    }

    private void verifyIfCheap(Waiting upload) {
        OksdSettings.Upload accepted = settings.get().upload();
        long price = new UploadParser(accepted.limits(), accepted.policy()).price(upload.body);
        boolean done = price <= CHEAP && take(upload, true, budget(2 * CHEAP));
        if (!done
                && !verifiers.offer(
                        upload.asker.client(),
                        FairWork.Size.LARGE,
                        price,
                        () -> guarded(upload, () -> take(upload, true, budget(Integer.MAX_VALUE))))) {
            upload.answer.completeExceptionally(UnavailableException.overloaded());
        }
    }

    private VerificationBudget budget(int most) {
        return new VerificationBudget(settings.get().upload().limits(), most);
    }

    /**
     * Parses, verifies and submits an upload; false where the budget did not suffice though the limits may: then
     * nothing is submitted.
     */
    private boolean take(Waiting waiting, boolean verify, VerificationBudget budget) {
        OksdSettings now = settings.get();
        Limits limits = now.upload().limits();
        Policy policy = now.upload()
                .policy()
                .withVerification(verify)
                .withWeakKeys(now.certificates().weak());
        ParsedUpload upload = new UploadParser(limits, policy).parse(waiting.body, budget);
        List<UploadLine> refusals = new ArrayList<>();
        List<Certificate> pieces = pieces(upload, budget, refusals);
        if (budget.ranOut() && budget.isLessThan(limits)) {
            return false;
        }
        List<CompletableFuture<UploadLine>> lines = new ArrayList<>();
        UploadDetails details = new UploadDetails();
        upload.accepted().forEach(details::add);
        CertificateMerge.gather(pieces, limits)
                .forEach(certificate ->
                        lines.add(submit(certificate, waiting.origin, details.of(certificate.fingerprint()))));
        refusals.forEach(refusal -> lines.add(CompletableFuture.completedFuture(refusal)));
        Future<?> unused = CompletableFuture.allOf(lines.toArray(CompletableFuture[]::new))
                .thenApply(all -> lines.stream().map(CompletableFuture::join).toList())
                .whenComplete((done, failure) -> finish(done, failure, waiting.answer));
        return true;
    }

    /** The certificates of an upload that can be merged, with revocations among them; the rest goes to the refusals. */
    private List<Certificate> pieces(ParsedUpload upload, VerificationBudget budget, List<UploadLine> refusals) {
        List<Certificate> pieces = new ArrayList<>();
        Map<Fingerprint, Certificate> beside = new HashMap<>();
        for (ParsedUpload.Accepted accepted : upload.accepted()) {
            pieces.add(accepted.certificate());
            beside.put(accepted.certificate().fingerprint(), accepted.certificate());
        }
        for (BareRevocation revocation : upload.revocations()) {
            Optional<Certificate> revoked = revocations.find(revocation, beside, budget);
            revoked.ifPresent(pieces::add);
            if (revoked.isEmpty()
                    && revocation.certificate().isEmpty()) { // else it is a part of its certificate that is left out
                refusals.add(Revocations.refusal(revocation, budget));
            }
        }
        pieces.replaceAll(piece -> DesignatedRevocations.settle(piece, revocations.known(beside), budget));
        upload.refused().forEach(refusal -> refusals.add(line(refusal)));
        return pieces;
    }

    private void finish(List<UploadLine> lines, Throwable failure, CompletableFuture<List<UploadLine>> answer) {
        if (failure != null) {
            answer.completeExceptionally(failure);
            return;
        }
        for (UploadLine line : lines) {
            LongAdder counted = switch (line.outcome().result()) {
                case NEW -> added;
                case MERGED -> merged;
                case UNCHANGED -> unchanged;
                case REFUSED -> refused;
            };
            counted.increment();
        }
        answer.complete(lines);
    }

    private CompletableFuture<UploadLine> submit(Certificate certificate, String origin, Detail detail) {
        long deadline =
                nanoTime.getAsLong() + settings.get().service().uploadWait().toNanos();
        Submission submission = new Submission(certificate, origin, deadline, new CompletableFuture<>());
        committer.submit(submission);
        return submission.outcome().thenApply(outcome -> line(certificate.fingerprint(), outcome, detail));
    }

    private UploadLine line(Fingerprint fingerprint, SubmissionResult outcome, Detail detail) {
        Optional<Fingerprint> subject = Optional.of(fingerprint);
        if (outcome.result() == SubmissionResult.Result.REFUSED) {
            return new UploadLine(subject, outcome, Detail.NONE);
        }
        boolean hidden = outcome.hardRevoked() && settings.get().certificates().hardRevoked() == HardRevoked.BARE;
        return hidden
                ? new UploadLine(subject, outcome.saying(UploadResult.NAMES_HIDDEN), detail.nameless())
                : new UploadLine(subject, outcome, detail);
    }

    private static UploadLine line(ParsedUpload.Refused refusal) {
        Optional<Fingerprint> subject =
                refusal.subject().isEmpty() ? Optional.empty() : Optional.of(Fingerprint.parse(refusal.subject()));
        return new UploadLine(subject, SubmissionResult.refused(refusal.reason(), refusal.text()), Detail.NONE);
    }

    /** Numbers of certificates by outcome, since the start. */
    public ControlStatus.Uploads counts() {
        return new ControlStatus.Uploads(added.sum(), merged.sum(), unchanged.sum(), refused.sum());
    }

    /** Takes nothing more; waits for what is being verified, because that reads the store. */
    @Override
    public void close() {
        verifiers.close();
    }
}
