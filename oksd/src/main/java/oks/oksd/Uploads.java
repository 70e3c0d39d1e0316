package oks.oksd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.openpgp.BareRevocation;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateMerge;
import oks.openpgp.Fingerprint;
import oks.openpgp.Limits;
import oks.openpgp.ParsedUpload;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.Policy;
import oks.openpgp.ThirdParty;
import oks.openpgp.UploadParser;
import oks.openpgp.VerificationBudget;
import oks.openpgp.WeakHashes;
import oks.store.CertificateStore;

/**
 * What clients send: parsed and verified on all cores, before the writer sees it, so that one costly certificate holds up
 * nobody else. Any thread.
 */
final class Uploads implements AutoCloseable {
    /** So many uploads to be verified may wait; those that need no verification take hardly any time and are bounded by their connections. */
    private static final int WAITING = 1024;

    /** Bodies of uploads that are not answered yet hold at most this part of the heap, whoever sent them. */
    private static final long PART_OF_HEAP = 4;

    private final Revocations revocations;
    private final Committer committer;
    private final Supplier<OksdSettings> settings;
    private final LongSupplier nanoTime;
    private final ExecutorService verifiers;
    private final LongAdder added = new LongAdder();
    private final LongAdder merged = new LongAdder();
    private final LongAdder unchanged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicInteger waitingToBeVerified = new AtomicInteger();

    /**
     * One line of an upload's answer.
     *
     * @param subject the fingerprint; empty when none could be read
     */
    record Line(Optional<Fingerprint> subject, Outcome outcome) {}

    Uploads(CertificateStore store, Committer committer, Supplier<OksdSettings> settings, LongSupplier nanoTime) {
        this.revocations = new Revocations(store.search());
        this.committer = committer;
        this.settings = settings;
        this.nanoTime = nanoTime;
        int cores = Runtime.getRuntime().availableProcessors();
        this.verifiers = Executors.newFixedThreadPool(cores, task -> {
            Thread thread = new Thread(task, "verifier");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes an upload; completes when every certificate in it is durable, unchanged or refused. What it brings for one
     * certificate in several pieces is one change, with one line.
     *
     * @param origin how it came, for the recovery file
     * @param verify whether its self-signatures are verified; without, somebody who may do so vouches for them
     */
    CompletableFuture<List<Line>> accept(String origin, boolean verify, byte[] body) {
        CompletableFuture<List<Line>> answer = new CompletableFuture<>();
        long held = heldBytes.addAndGet(body.length);
        answer.whenComplete((lines, failure) -> heldBytes.addAndGet(-body.length));
        if (held > Math.max(body.length, Runtime.getRuntime().maxMemory() / PART_OF_HEAP)) {
            answer.completeExceptionally(UnavailableException.overloaded());
            return answer;
        }
        try {
            if (verify) {
                verifyLater(origin, body, answer);
            } else {
                verifiers.execute(() -> parse(origin, false, body, answer));
            }
        } catch (RejectedExecutionException closed) {
            answer.completeExceptionally(UnavailableException.overloaded());
        }
        return answer;
    }

    private void verifyLater(String origin, byte[] body, CompletableFuture<List<Line>> answer) {
        if (waitingToBeVerified.incrementAndGet() > WAITING) {
            waitingToBeVerified.decrementAndGet();
            answer.completeExceptionally(UnavailableException.overloaded());
            return;
        }
        verifiers.execute(() -> {
            waitingToBeVerified.decrementAndGet();
            parse(origin, true, body, answer);
        });
    }

    private void parse(String origin, boolean verify, byte[] body, CompletableFuture<List<Line>> answer) {
        try {
            OksdSettings.Upload accepted = settings.get().upload();
            Limits limits = limits(accepted);
            VerificationBudget budget = new VerificationBudget(limits);
            ParsedUpload upload = new UploadParser(limits, policy(accepted, verify)).parse(body, budget);
            List<Line> refusals = new ArrayList<>();
            List<Certificate> pieces = pieces(upload, budget, refusals);
            List<CompletableFuture<Line>> lines = new ArrayList<>();
            CertificateMerge.gather(pieces, limits).forEach(certificate -> lines.add(submit(certificate, origin)));
            refusals.forEach(refusal -> lines.add(CompletableFuture.completedFuture(refusal)));
            CompletableFuture.allOf(lines.toArray(CompletableFuture[]::new))
                    .thenApply(all -> lines.stream().map(CompletableFuture::join).toList())
                    .whenComplete((done, failure) -> finish(done, failure, answer));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            answer.completeExceptionally(e); // whatever a body does to the parser, its sender gets an answer
        }
    }

    /** What of an upload can be merged, revocations among it; the rest goes to the refusals. */
    private List<Certificate> pieces(ParsedUpload upload, VerificationBudget budget, List<Line> refusals) {
        List<Certificate> pieces = new ArrayList<>();
        Map<Fingerprint, Certificate> beside = new HashMap<>();
        for (ParsedUpload.Accepted accepted : upload.accepted()) {
            pieces.add(accepted.certificate());
            beside.put(accepted.certificate().fingerprint(), accepted.certificate());
        }
        for (BareRevocation revocation : upload.revocations()) {
            revocations.find(revocation, beside, budget)
                    .ifPresentOrElse(pieces::add, () -> refusals.add(Revocations.refusal(revocation, budget)));
        }
        upload.refused().forEach(refusal -> refusals.add(line(refusal)));
        return pieces;
    }

    private void finish(List<Line> lines, Throwable failure, CompletableFuture<List<Line>> answer) {
        if (failure != null) {
            answer.completeExceptionally(failure);
            return;
        }
        for (Line line : lines) {
            switch (line.outcome().result()) {
                case NEW -> added.increment();
                case MERGED -> merged.increment();
                case UNCHANGED -> unchanged.increment();
                case REFUSED -> refused.increment();
            }
        }
        answer.complete(lines);
    }

    private CompletableFuture<Line> submit(Certificate certificate, String origin) {
        long deadline = nanoTime.getAsLong() + settings.get().service().uploadWait().toNanos();
        Submission submission = new Submission(certificate, origin, deadline, new CompletableFuture<>());
        committer.submit(submission);
        return submission.outcome()
                .thenApply(outcome -> new Line(Optional.of(certificate.fingerprint()), outcome));
    }

    private static Line line(ParsedUpload.Refused refusal) {
        Optional<Fingerprint> subject =
                refusal.subject().isEmpty() ? Optional.empty() : Optional.of(Fingerprint.parse(refusal.subject()));
        return new Line(subject, Outcome.refused(refusal.reason(), refusal.text()));
    }

    /** The limits that these settings make. */
    static Limits limits(OksdSettings.Upload upload) {
        return new Limits(
                upload.maxBytes(), upload.maxCertificate(), upload.maxPacket(), upload.maxSignature(),
                upload.maxUserId(), upload.maxUserAttribute(), upload.maxUserIds(), upload.maxSubkeys(), upload.maxCertificates(),
                upload.maxCertificateCost(), upload.maxCost());
    }

    private static Policy policy(OksdSettings.Upload upload, boolean verify) {
        ThirdParty thirdParty = switch (upload.thirdParty()) {
            case NONE -> ThirdParty.NONE;
            case ATTESTED -> ThirdParty.ATTESTED;
            case ALL -> ThirdParty.ALL;
        };
        WeakHashes weakHashes = switch (upload.weakHashes()) {
            case NONE -> WeakHashes.NONE;
            case SHA1 -> WeakHashes.SHA1;
            case MD5 -> WeakHashes.MD5;
        };
        return new Policy(thirdParty, upload.acceptVersion3(), verify, weakHashes);
    }

    /** What became of certificates since the start. */
    ControlStatus.Uploads counts() {
        return new ControlStatus.Uploads(added.sum(), merged.sum(), unchanged.sum(), refused.sum());
    }

    /** Takes nothing more; waits for what is being verified, because that reads the store. */
    @Override
    public void close() {
        Ending.of(verifiers, "verifying uploads");
    }
}
