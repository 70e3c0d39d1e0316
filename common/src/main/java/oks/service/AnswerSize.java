package oks.service;

import java.util.List;
import java.util.function.ToLongFunction;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Fingerprints;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;

/**
 * The size of an answer's frame, and the answer that fits in one frame and in the peer's version of the protocol. The
 * layout is {@link FrameCodec}'s. Stateless.
 */
final class AnswerSize {
    private AnswerSize() {}

    /** Most bytes that an answer's frame can take; exact for certificates. */
    static long of(ServiceAnswer answer) {
        return FrameAssembler.HEADER
                + switch (answer.kind()) {
                    case CERTIFICATES -> 8 + sum(((Certificates) answer).found(), AnswerSize::of);
                    case UPLOADED -> 2 + sum(((Uploaded) answer).results(), AnswerSize::of);
                    case STATUS -> 3L * ((ServiceAnswer.Status) answer).json().length();
                    case FINGERPRINTS -> 8 + sum(((Fingerprints) answer).fingerprints(), one -> 1L + one.length);
                    case FAILURE -> 7L + 3L * ((Failure) answer).text().length();
                };
    }

    /**
     * The answer cut to fit in one frame: fewer certificates with the same total, uploads without their details, or a
     * failure in place of an answer that is too long.
     *
     * @param mostBytes of certificates; the first one is given whatever its size
     */
    static ServiceAnswer fitted(ServiceAnswer answer, long mostBytes) {
        if (answer instanceof Certificates certificates) {
            return of(answer) <= Math.min(mostBytes, FrameAssembler.MAX_LENGTH) ? answer : cut(certificates, mostBytes);
        }
        if (answer instanceof Uploaded uploaded && of(answer) > FrameAssembler.MAX_LENGTH) {
            ServiceAnswer plain = plain(uploaded);
            return of(plain) <= FrameAssembler.MAX_LENGTH ? plain : tooLarge();
        }
        return of(answer) <= FrameAssembler.MAX_LENGTH ? answer : tooLarge();
    }

    private static Failure tooLarge() {
        return new Failure(FailureCode.TOO_LARGE, 0, "the answer is larger than the protocol allows");
    }

    /** An answer in a version of the protocol: without what that one lacks. */
    static ServiceAnswer spoken(ServiceAnswer answer, int version) {
        if (version < Hello.WITH_CLIENTS && answer instanceof Certificates certificates && certificates.more()) {
            return new Certificates(certificates.total(), certificates.found());
        }
        return version < Hello.WITH_DETAILS && answer instanceof Uploaded uploaded ? plain(uploaded) : answer;
    }

    private static Uploaded plain(Uploaded uploaded) {
        return new Uploaded(uploaded.results().stream().map(UploadResult::plain).toList());
    }

    private static Certificates cut(Certificates certificates, long mostBytes) {
        long size = FrameAssembler.HEADER + 8;
        int count = 0;
        for (Found found : certificates.found()) {
            size += of(found);
            if (size > FrameAssembler.MAX_LENGTH || count > 0 && size > mostBytes) {
                return new Certificates(
                        certificates.total(),
                        certificates.more(),
                        certificates.found().subList(0, count));
            }
            count++;
        }
        return certificates;
    }

    private static long of(Found found) {
        return 20L + found.certificate().length;
    }

    private static long of(UploadResult result) {
        Detail detail = result.detail();
        return 20L
                + result.fingerprint().length
                + 3L * result.comment().length()
                + 6L * detail.leftOut().size()
                + of(detail.examples())
                + of(detail.named());
    }

    private static long of(List<String> texts) {
        return sum(texts, text -> 2L + 3L * text.length());
    }

    private static <T> long sum(List<T> parts, ToLongFunction<T> size) {
        return parts.stream().mapToLong(size).sum();
    }
}
