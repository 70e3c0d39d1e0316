package oks.oksd.serve;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import oks.oksd.serve.FairWork.Size;
import oks.oksd.writer.SubmissionResult;
import oks.oksd.writer.UnavailableException;
import oks.oksd.writer.UnreadableStore;
import oks.service.Asker;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;
import oks.store.Patience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers gateways: quick lookups on the caller's event loop, everything else elsewhere. */
public final class ServiceRequests implements ServiceHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRequests.class);
    private static final Duration SHORT_SEARCH = Duration.ofMillis(20);
    private static final int RETRY_SECONDS = 5;
    private static final ServiceAnswer NOBODY_WAITS = new ServiceAnswer.Failure(
            FailureCode.TEMPORARILY_UNAVAILABLE, RETRY_SECONDS, "nobody waits for this answer any longer");
    private static final byte[] NO_FINGERPRINT = new byte[0];

    private final Lookups lookups;
    private final Uploads uploads;
    private final LoadTickets tickets;
    private final Supplier<String> statusJson;
    private final UnreadableStore unreadable;
    private final Supplier<Duration> searchTime;
    /**
     * Threads for lookups that read little, such as the certificates of an address: these never wait for a search by
     * words.
     */
    private final FairWork readers = FairWork.onAllCores("reader", "looking up");

    private final FairWork searchers = FairWork.onAllCores("searcher", "searching");

    public ServiceRequests(
            Lookups lookups,
            Supplier<Duration> searchTime,
            Uploads uploads,
            LoadTickets tickets,
            Supplier<String> statusJson,
            UnreadableStore unreadable) {
        this.searchTime = searchTime;
        this.lookups = lookups;
        this.uploads = uploads;
        this.tickets = tickets;
        this.statusJson = statusJson;
        this.unreadable = unreadable;
    }

    @Override
    public void handle(ServiceRequest request, Asker asker) {
        Runnable work = switch (request.kind()) {
            case LOOKUP -> () -> lookup((ServiceRequest.Lookup) request, asker);
            case UPLOAD -> () -> upload((ServiceRequest.Upload) request, asker);
            case CHANGED -> () -> later(readers, Size.SMALL, asker, () -> changed((ServiceRequest.Changed) request));
            case STATUS -> () -> later(readers, Size.SMALL, asker, this::status);
        };
        work.run();
    }

    private void lookup(ServiceRequest.Lookup lookup, Asker asker) {
        quickAnswer(lookup).ifPresentOrElse(asker, () -> {
            if (lookups.isSearchByWords(lookup)) {
                search(lookup, asker);
            } else {
                later(readers, Size.SMALL, asker, () -> answer(lookup, asker));
            }
        });
    }

    /** Most searches are done in the time that one gets at once; one that takes longer begins again behind those. */
    private void search(ServiceRequest.Lookup lookup, Asker asker) {
        offer(searchers, Size.SMALL, asker, () -> {
            Patience little = Patience.ofNanos(SHORT_SEARCH.toNanos(), asker::waits);
            Optional<ServiceAnswer> answer = ifWanted(asker, () -> lookups.answerIfComplete(lookup, little));
            answer.ifPresentOrElse(asker, () -> later(searchers, Size.LARGE, asker, () -> answer(lookup, asker)));
        });
    }

    private void later(FairWork threads, Size size, Asker asker, Supplier<ServiceAnswer> answer) {
        offer(
                threads,
                size,
                asker,
                () -> asker.accept(
                        ifWanted(asker, () -> Optional.of(answer.get())).orElseThrow()));
    }

    private static void offer(FairWork threads, Size size, Asker asker, Runnable work) {
        if (!threads.offer(asker.client(), size, 1, work)) {
            asker.accept(
                    new ServiceAnswer.Failure(FailureCode.OVERLOADED, RETRY_SECONDS, "too many searches are waiting"));
        }
    }

    private Optional<ServiceAnswer> ifWanted(Asker asker, Supplier<Optional<ServiceAnswer>> answer) {
        if (!asker.waits()) {
            return Optional.of(NOBODY_WAITS);
        }
        try {
            return answer.get();
        } catch (CancellationException e) {
            return Optional.of(NOBODY_WAITS);
        } catch (RuntimeException e) {
            return Optional.of(internal("lookup", e));
        }
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

    private ServiceAnswer answer(ServiceRequest.Lookup lookup, Asker asker) {
        return lookups.answer(lookup, Patience.ofNanos(searchTime.get().toNanos(), asker::waits));
    }

    private void upload(ServiceRequest.Upload upload, Asker asker) {
        boolean trusted = !upload.ticket().isEmpty();
        if (trusted && !tickets.isValid(upload.ticket())) {
            asker.accept(
                    new ServiceAnswer.Failure(FailureCode.BAD_REQUEST, 0, "the ticket of this upload is not valid"));
            return;
        }
        Future<?> unused = uploads.accept(asker, upload.origin(), !trusted, upload.body())
                .whenComplete((lines, failure) -> asker.accept(failure == null ? uploaded(lines) : failed(failure)));
    }

    private static ServiceAnswer uploaded(List<UploadLine> lines) {
        return new ServiceAnswer.Uploaded(
                lines.stream().map(ServiceRequests::result).toList());
    }

    private static ServiceAnswer.UploadResult result(UploadLine line) {
        SubmissionResult outcome = line.outcome();
        ServiceAnswer.Outcome result = switch (outcome.result()) {
            case NEW -> ServiceAnswer.Outcome.NEW;
            case MERGED -> ServiceAnswer.Outcome.MERGED;
            case UNCHANGED -> ServiceAnswer.Outcome.UNCHANGED;
            case REFUSED -> ServiceAnswer.Outcome.REFUSED;
        };
        return new ServiceAnswer.UploadResult(
                result,
                outcome.reason() == null ? 0 : outcome.reason().code(),
                line.subject().map(fingerprint -> fingerprint.bytes()).orElse(NO_FINGERPRINT),
                outcome.lsn().number(),
                outcome.comment(),
                line.detail());
    }

    private ServiceAnswer failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof UnavailableException unavailable) {
            FailureCode code = unavailable.isOverload() ? FailureCode.OVERLOADED : FailureCode.TEMPORARILY_UNAVAILABLE;
            return new ServiceAnswer.Failure(code, unavailable.retryAfterSeconds(), unavailable.getMessage());
        }
        return internal("upload", cause);
    }

    private ServiceAnswer internal(String what, Throwable cause) {
        if (!unreadable.met(cause)) {
            LOG.error("request \"{}\" failed: {}", what, cause.getMessage(), cause);
        }
        return new ServiceAnswer.Failure(
                FailureCode.INTERNAL, 0, "the keyserver has an internal error; its log says more");
    }

    /** Waits for searches that still run, because they read the store. */
    @Override
    public void close() {
        searchers.close();
        readers.close();
    }
}
