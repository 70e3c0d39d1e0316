package oks.oksd;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import oks.service.Asker;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers gateways: quick lookups on the caller's event loop, everything else elsewhere. */
final class ServiceRequests implements ServiceHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRequests.class);
    private static final byte[] NO_FINGERPRINT = new byte[0];

    private final Lookups lookups;
    private final Uploads uploads;
    private final LoadTickets tickets;
    private final Supplier<String> statusJson;
    private final UnreadableStore unreadable;
    private final ExecutorService searchers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
                Thread thread = new Thread(task, "searcher");
                thread.setDaemon(true);
                return thread;
            });

    ServiceRequests(
            Lookups lookups, Uploads uploads, LoadTickets tickets, Supplier<String> statusJson, UnreadableStore unreadable) {
        this.lookups = lookups;
        this.uploads = uploads;
        this.tickets = tickets;
        this.statusJson = statusJson;
        this.unreadable = unreadable;
    }

    @Override
    public void handle(ServiceRequest request, Asker asker) {
        switch (request.kind()) {
            case LOOKUP -> lookup((ServiceRequest.Lookup) request, asker);
            case UPLOAD -> upload((ServiceRequest.Upload) request, asker);
            case CHANGED -> searchers.execute(() -> asker.accept(changed((ServiceRequest.Changed) request)));
            case STATUS -> searchers.execute(() -> asker.accept(status()));
        }
    }

    private void lookup(ServiceRequest.Lookup lookup, Asker asker) {
        quickAnswer(lookup).ifPresentOrElse(asker, () -> searchers.execute(() -> asker.accept(answer(lookup))));
    }

    private Optional<ServiceAnswer> quickAnswer(ServiceRequest.Lookup lookup) {
        try {
            return lookups.answerIfQuick(lookup);
        } catch (RuntimeException e) {
            return Optional.of(internal("lookup", e));
        }
    }

    private ServiceAnswer status() {
        try {
            return new ServiceAnswer.Status(statusJson.get());
        } catch (RuntimeException e) {
            return internal("status", e);
        }
    }

    private ServiceAnswer changed(ServiceRequest.Changed changed) {
        try {
            return lookups.answer(changed);
        } catch (RuntimeException e) {
            return internal("changed", e);
        }
    }

    private ServiceAnswer answer(ServiceRequest.Lookup lookup) {
        try {
            return lookups.answer(lookup);
        } catch (RuntimeException e) {
            return internal("lookup", e);
        }
    }

    private void upload(ServiceRequest.Upload upload, Asker asker) {
        boolean trusted = !upload.ticket().isEmpty();
        if (trusted && !tickets.isValid(upload.ticket())) {
            asker.accept(new ServiceAnswer.Failure(FailureCode.BAD_REQUEST, 0, "the ticket of this upload is not valid"));
            return;
        }
        uploads.accept(upload.origin(), !trusted, upload.body())
                .whenComplete((lines, failure) -> asker.accept(failure == null ? uploaded(lines) : failed(failure)));
    }

    private static ServiceAnswer uploaded(List<Uploads.Line> lines) {
        return new ServiceAnswer.Uploaded(lines.stream().map(ServiceRequests::result).toList());
    }

    private static ServiceAnswer.UploadResult result(Uploads.Line line) {
        Outcome outcome = line.outcome();
        ServiceAnswer.Outcome result = switch (outcome.result()) {
            case NEW -> ServiceAnswer.Outcome.NEW;
            case MERGED -> ServiceAnswer.Outcome.MERGED;
            case UNCHANGED -> ServiceAnswer.Outcome.UNCHANGED;
            case REFUSED -> ServiceAnswer.Outcome.REFUSED;
        };
        return new ServiceAnswer.UploadResult(
                result,
                outcome.reason() == null ? 0 : outcome.reason().ordinal() + 1,
                line.subject().map(fingerprint -> fingerprint.bytes()).orElse(NO_FINGERPRINT),
                outcome.lsn().number(),
                outcome.comment());
    }

    private ServiceAnswer failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof UnavailableException unavailable) {
            FailureCode code =
                    unavailable.isOverload() ? FailureCode.OVERLOADED : FailureCode.TEMPORARILY_UNAVAILABLE;
            return new ServiceAnswer.Failure(code, unavailable.retryAfterSeconds(), unavailable.getMessage());
        }
        return internal("upload", cause);
    }

    private ServiceAnswer internal(String what, Throwable cause) {
        if (!unreadable.met(cause)) {
            LOG.error("request \"{}\" failed: {}", what, cause.getMessage(), cause);
        }
        return new ServiceAnswer.Failure(FailureCode.INTERNAL, 0, "the keyserver has an internal error; its log says more");
    }

    /** Waits for searches that still run, because they read the store. */
    @Override
    public void close() {
        Ending.of(searchers, "searching");
    }
}
