package oks.oksctl.load;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import oks.cli.ProgressDisplay;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.KeyringPiece;
import oks.openpgp.ParsedUpload.Reason;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceRequest.Upload;
import oks.service.UploadConnection;

/**
 * Sends the pieces of files to oksd, many at a time, and accounts for them in their order. The calling thread cuts and
 * sends; the connection's thread takes answers. What oksd cannot take now is sent again later, before anything new. A
 * piece with a revocation whose certificate oksd does not have is sent once more at the end: the certificate may stand
 * further on.
 */
final class Load implements AutoCloseable {
    private static final String ORIGIN = "load";
    private static final int MAX_WAITING = 4096;
    private static final int MOST_PUT_OFF_BYTES = 64 << 20;

    private final UploadConnection oksd;
    private final String ticket;
    private final int maxBytes;
    private final LoadState state;
    private final LoadReport report;
    private final ProgressDisplay progress;

    @GuardedBy("this") private final Deque<Sent> inOrder = new ArrayDeque<>();

    @GuardedBy("this") private final Deque<Sent> again = new ArrayDeque<>();

    @GuardedBy("this") private final Deque<Sent> putOff = new ArrayDeque<>();

    @GuardedBy("this") private long putOffBytes;

    @GuardedBy("this") private long waitUntilNanos = System.nanoTime();

    @GuardedBy("this") private IOException reportFailed;

    @GuardedBy("this") private boolean over;

    /** A piece on its way; its bytes are let go when it is answered. */
    private static final class Sent {
        private final int file;
        private final LoadSource source;
        private final long number;
        /** The certificates accounted for already, by fingerprint; empty before the end. */
        private final Optional<Set<String>> told;

        private byte[] bytes;
        private List<UploadResult> results;

        Sent(int file, LoadSource source, long number, Optional<Set<String>> told, byte[] bytes) {
            this.file = file;
            this.source = source;
            this.number = number;
            this.told = told;
            this.bytes = bytes;
        }
    }

    Load(
            UploadConnection oksd,
            String ticket,
            int maxBytes,
            LoadState state,
            LoadReport report,
            ProgressDisplay progress) {
        this.oksd = oksd;
        this.ticket = ticket;
        this.maxBytes = maxBytes;
        this.state = state;
        this.report = report;
        this.progress = progress;
    }

    /** Loads the files and returns when every piece of them has been answered. */
    void run(List<LoadSource> files) throws IOException, InterruptedException {
        save(); // before anything is reported: who is killed early leaves no line that nobody knows of
        long before = 0;
        for (int i = 0; i < files.size(); i++) {
            load(i, files.get(i), before);
            before += files.get(i).bytes();
        }
        finish();
        for (Sent sent = nextPutOff(); sent != null; sent = nextPutOff()) {
            take(sent);
        }
        finish();
        progress.to(before);
    }

    private void finish() throws IOException, InterruptedException {
        while (awaitAnswers(0)) {
            sendAgain();
        }
    }

    private synchronized Sent nextPutOff() {
        return putOff.poll();
    }

    private void load(int file, LoadSource source, long bytesBefore) throws IOException, InterruptedException {
        try (KeyringFile keyring = KeyringFile.open(source.file(), maxBytes)) {
            long number = 0;
            for (Optional<KeyringPiece> piece = keyring.next(); piece.isPresent(); piece = keyring.next()) {
                if (++number > state.done(file)) {
                    take(
                            new Sent(
                                    file,
                                    source,
                                    number,
                                    Optional.empty(),
                                    piece.get().bytes()),
                            piece.get());
                } else if (state.putOff(file, number).isPresent()) { // by the load that this one goes on with
                    putOff(new Sent(
                            file,
                            source,
                            number,
                            state.putOff(file, number),
                            piece.get().bytes()));
                }
                progress.to(bytesBefore + Math.min(keyring.bytesRead(), source.bytes()));
                saveWhenDue();
            }
        }
    }

    private void take(Sent sent, KeyringPiece piece) throws IOException, InterruptedException {
        if (piece.reason().isPresent()) {
            enqueue(sent);
            answered(sent, List.of(refused(piece.reason().get().code(), piece.text())));
        } else {
            take(sent);
        }
    }

    private void take(Sent sent) throws IOException, InterruptedException {
        enqueue(sent);
        send(sent);
    }

    private void enqueue(Sent sent) throws IOException, InterruptedException {
        awaitAnswers(MAX_WAITING);
        sendAgain();
        synchronized (this) {
            inOrder.add(sent);
        }
    }

    private void send(Sent sent) throws InterruptedException {
        oksd.send(new Upload(ORIGIN, ticket, sent.bytes), answer -> took(sent, answer));
    }

    private void took(Sent sent, ServiceAnswer answer) {
        if (answer instanceof Uploaded uploaded) {
            answered(sent, uploaded.results());
        } else if (answer instanceof Failure failure && isTemporary(failure.code())) {
            synchronized (this) {
                again.add(sent);
                long wait = TimeUnit.SECONDS.toNanos(Math.max(1, failure.retryAfter()));
                waitUntilNanos = Math.max(waitUntilNanos, System.nanoTime() + wait);
                notifyAll();
            }
        } else {
            answered(
                    sent,
                    List.of(refused(0, answer instanceof Failure failure ? failure.text() : "no answer to an upload")));
        }
    }

    private static boolean isTemporary(FailureCode code) {
        return code == FailureCode.TEMPORARILY_UNAVAILABLE || code == FailureCode.OVERLOADED;
    }

    private static UploadResult refused(int reason, String text) {
        return new UploadResult(Outcome.REFUSED, reason, new byte[0], 0, text);
    }

    private synchronized void answered(Sent sent, List<UploadResult> results) {
        sent.results = results;
        if (results.stream().noneMatch(Load::lacksCertificate)) {
            sent.bytes = null;
        }
        while (!over && !inOrder.isEmpty() && inOrder.peek().results != null) {
            account(inOrder.poll());
        }
        notifyAll();
    }

    @GuardedBy("this") private void account(Sent sent) {
        if (sent.told.isPresent()) {
            accountForTheRest(sent, sent.told.get());
            return;
        }
        List<UploadResult> lacking =
                sent.results.stream().filter(Load::lacksCertificate).toList();
        if (!lacking.isEmpty() && putOffBytes + sent.bytes.length <= MOST_PUT_OFF_BYTES) {
            List<UploadResult> others = sent.results.stream()
                    .filter(result -> !lacksCertificate(result))
                    .toList();
            others.forEach(result -> account(sent, result));
            Set<String> told = others.stream().map(Load::fingerprint).collect(Collectors.toUnmodifiableSet());
            putOff(new Sent(sent.file, sent.source, sent.number, Optional.of(told), sent.bytes));
            state.putOff(sent.file, sent.number, told);
        } else {
            sent.results.forEach(result -> account(sent, result));
        }
        state.advance(sent.file);
    }

    private synchronized void putOff(Sent sent) {
        putOff.add(sent);
        putOffBytes += sent.bytes.length;
    }

    /** Of a piece that was put off, for what was refused at first. */
    private void accountForTheRest(Sent sent, Set<String> told) {
        for (UploadResult result : sent.results) {
            if (lacksCertificate(result) || !told.contains(fingerprint(result))) {
                account(sent, result);
            }
        }
        state.settle(sent.file, sent.number);
    }

    private synchronized void account(Sent sent, UploadResult result) {
        String reason = reason(result);
        state.totals()
                .add(
                        result.outcome(),
                        reason,
                        String.format(Locale.ROOT, "%s, in \"%s\"", result.comment(), sent.source.file()));
        state.totals().addLeftOut(result.detail());
        try {
            report.add(sent.source.file(), sent.number, fingerprint(result), reason, result);
        } catch (IOException e) {
            reportFailed = e;
        }
    }

    private static boolean lacksCertificate(UploadResult result) {
        return result.outcome() == Outcome.REFUSED && result.reason() == Reason.REVOCATION_WITHOUT_CERTIFICATE.code();
    }

    private static String fingerprint(UploadResult result) {
        return HexFormat.of().withUpperCase().formatHex(result.fingerprint());
    }

    private static String reason(UploadResult result) {
        if (result.outcome() != Outcome.REFUSED) {
            return "";
        }
        return Reason.ofCode(result.reason())
                .map(known -> known.name().toLowerCase(Locale.ROOT))
                .orElse("failed");
    }

    /**
     * Waits while at least this many pieces are on their way and none is to be sent again; ends at once when oksd has
     * gone.
     *
     * @return whether any piece is on its way
     */
    private synchronized boolean awaitAnswers(int most) throws InterruptedException, IOException {
        while (inOrder.size() > most && again.isEmpty()) {
            requireHealth();
            wait(100); // a connection that ends tells nobody
        }
        requireHealth();
        return !inOrder.isEmpty();
    }

    @GuardedBy("this") private void requireHealth() {
        if (reportFailed != null) {
            throw OperatorFault.of(ExitCode.FAILED, "the report could not be written: %s", reportFailed.getMessage())
                    .kept("every certificate that was answered is on disk")
                    .next("load again with a report on another disk")
                    .because(reportFailed);
        }
        oksd.requireOpen();
    }

    /** Sends what oksd could not take before, as soon as it said that it might. */
    private void sendAgain() throws InterruptedException {
        for (Sent sent = nextAgain(); sent != null; sent = nextAgain()) {
            send(sent);
        }
    }

    private synchronized Sent nextAgain() throws InterruptedException {
        while (!again.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(waitUntilNanos - System.nanoTime());
            if (left <= 0) {
                return again.poll();
            }
            oksd.requireOpen();
            wait(Math.min(left, 100));
        }
        return null;
    }

    private synchronized void saveWhenDue() throws IOException {
        if (state.saveDue()) {
            save();
        }
    }

    private synchronized void save() throws IOException {
        state.save(
                report.file(),
                report.flush()); // together: who goes on from here cuts the report off where this state ends
    }

    /** Accounts for nothing more and keeps how far the load has come. */
    @Override
    public synchronized void close() throws IOException {
        over = true;
        save();
    }
}
