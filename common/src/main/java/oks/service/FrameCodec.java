package oks.service;

import io.vertx.core.buffer.Buffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Fingerprints;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceAnswer.LeftOut;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Changed;
import oks.service.ServiceRequest.Lookup;
import oks.service.ServiceRequest.Upload;

/**
 * Messages as frames, specified in oks-control(5); integers are big endian, the header is {@link FrameAssembler}'s.
 *
 * <pre>
 * type  request payload
 * 1     "OKS1" | u16 highest version | u16 length, program
 * 2     u8 by | u8 flags | u16 limit | with flag 1: u32 skip |
 *       with flag 2: u8 domains | domains x (u8 length, domain) | value
 * 3     u8 length, origin | u8 length, ticket | body
 * 4     (nothing)
 * 5     u32 day | u16 limit
 * 6     (nothing)
 * type  answer payload
 * 1     "OKS1" | u16 version chosen | u16 length, server and version | u16 length, database name
 * 2     u32 total | u32 count | count x (u64 lsn | u64 modified | u32 length, bytes)
 * 3     u16 count | count x (u8 result | u8 reason | u8 length, fingerprint | u64 lsn | u16 length, comment)
 * 4     JSON object
 * 6     u32 total | u32 count | count x (u8 length, fingerprint)
 * 5     u8 code | u32 retry after | u16 length, text
 * 7     as 2, where the total is not all
 * 8     u16 count | count x (as in 3 | u8 rules | rules x (u8 rule | u8 signatures | u32 count) |
 *       u8 examples | examples x (u16 length, text) | u32 user IDs | u8 named | named x (u16 length, text))
 * </pre>
 *
 * The payload of a request whose header has flag 1 begins with u64 client. Stateless. Text is UTF-8.
 */
final class FrameCodec {
    static final int HELLO = 1;
    /** Ends the wait for the answer to the request with this id; is no request itself. */
    static final int CANCEL = 6;

    private static final int LOOKUP = 2;
    private static final int UPLOAD = 3;
    private static final int STATUS_REQUEST = 4;
    private static final int CHANGED = 5;

    private static final int CERTIFICATES = 2;
    private static final int UPLOADED = 3;
    private static final int STATUS = 4;
    private static final int FAILURE = 5;
    private static final int FINGERPRINTS = 6;
    private static final int CERTIFICATES_AT_LEAST = 7;
    private static final int UPLOADED_WITH_DETAILS = 8;

    /** In a lookup: after the limit stands how many certificates are skipped. */
    private static final int SKIPPING = 1;
    /** In a lookup: after that stand the domains to which it is bound. */
    private static final int IN_DOMAINS = 2;

    private static final int MAGIC = 0x4f4b5331; // "OKS1"
    private static final int MOST_IN_U16 = 0xffff;

    private FrameCodec() {}

    static void appendClientHello(Buffer out, Hello hello) {
        int frame = begin(out, HELLO, 0);
        out.appendInt(MAGIC).appendShort((short) hello.version());
        appendText(out, hello.program());
        end(out, frame);
    }

    static void appendServerHello(Buffer out, Hello hello) {
        int frame = begin(out, HELLO, 0);
        out.appendInt(MAGIC).appendShort((short) hello.version());
        appendText(out, hello.program());
        appendText(out, hello.database());
        end(out, frame);
    }

    static Hello clientHello(ByteBuffer payload) throws BadFrameException {
        return whole(payload, () -> new Hello(magicAndVersion(payload), text(payload), ""));
    }

    static Hello serverHello(ByteBuffer payload) throws BadFrameException {
        return whole(payload, () -> new Hello(magicAndVersion(payload), text(payload), text(payload)));
    }

    /** Appends the frame that a request is no longer of interest. */
    static void appendCancel(Buffer out, int id) {
        end(out, begin(out, CANCEL, id));
    }

    /** Appends a request's frame for a client of the gateway. */
    static void append(Buffer out, int id, ServiceRequest request, long client) {
        int frame = begin(out, type(request), id);
        out.setByte(frame + 5, (byte) FrameAssembler.FOR_CLIENT);
        out.appendLong(client);
        appendPayload(out, request);
        end(out, frame);
    }

    /** Appends what an upload's frame has before the body, which follows as it is; {@link Asker#NOBODY} is not told. */
    static void appendHead(Buffer out, int id, Upload upload, long client) {
        int frame = begin(out, UPLOAD, id);
        if (client != Asker.NOBODY) {
            out.setByte(frame + 5, (byte) FrameAssembler.FOR_CLIENT);
            out.appendLong(client);
        }
        appendOrigin(out, upload);
        endBefore(out, frame, upload.body().length);
    }

    /** Reads for which client a request is, from the beginning of its payload. */
    static long client(int flags, ByteBuffer payload) throws BadFrameException {
        if (flags == 0) {
            return Asker.NOBODY;
        }
        if (payload.remaining() < Long.BYTES) {
            throw new BadFrameException("a payload ends before what it announces");
        }
        return payload.getLong();
    }

    /** Appends a request's frame. */
    static void append(Buffer out, int id, ServiceRequest request) {
        int frame = begin(out, type(request), id);
        appendPayload(out, request);
        end(out, frame);
    }

    private static int type(ServiceRequest request) {
        return switch (request.kind()) {
            case LOOKUP -> LOOKUP;
            case UPLOAD -> UPLOAD;
            case STATUS -> STATUS_REQUEST;
            case CHANGED -> CHANGED;
        };
    }

    private static void appendPayload(Buffer out, ServiceRequest request) {
        Runnable payload = switch (request.kind()) {
            case LOOKUP -> () -> appendLookup(out, (Lookup) request);
            case UPLOAD -> () -> appendUpload(out, (Upload) request);
            case STATUS -> () -> {};
            case CHANGED -> () -> appendChanged(out, (Changed) request);
        };
        payload.run();
    }

    private static void appendChanged(Buffer out, Changed changed) {
        out.appendInt(changed.day()).appendShort((short) changed.limit());
    }

    /** Reads a request's payload. */
    static ServiceRequest request(int type, ByteBuffer payload) throws BadFrameException {
        return switch (type) {
            case LOOKUP -> whole(payload, () -> lookup(payload));
            case UPLOAD -> whole(payload, () -> upload(payload));
            case STATUS_REQUEST -> whole(payload, ServiceRequest.Status::new);
            case CHANGED -> whole(payload, () -> changed(payload));
            default -> throw new BadFrameException("a request of type " + type + " is not known");
        };
    }

    /** Appends an answer's frame. */
    static void append(Buffer out, int id, ServiceAnswer answer) {
        Runnable frame = switch (answer.kind()) {
            case CERTIFICATES -> () -> appendCertificates(out, id, (Certificates) answer);
            case UPLOADED -> () -> appendUploaded(out, id, (Uploaded) answer);
            case STATUS -> () -> appendStatus(out, id, (ServiceAnswer.Status) answer);
            case FAILURE -> () -> appendFailure(out, id, (Failure) answer);
            case FINGERPRINTS -> () -> appendFingerprints(out, id, (Fingerprints) answer);
        };
        frame.run();
    }

    private static void appendStatus(Buffer out, int id, ServiceAnswer.Status status) {
        int frame = begin(out, STATUS, id);
        out.appendString(status.json());
        end(out, frame);
    }

    /** Reads an answer's payload. */
    static ServiceAnswer answer(int type, ByteBuffer payload) throws BadFrameException {
        return switch (type) {
            case CERTIFICATES -> whole(payload, () -> certificates(payload, false));
            case CERTIFICATES_AT_LEAST -> whole(payload, () -> certificates(payload, true));
            case UPLOADED -> whole(payload, () -> uploaded(payload, false));
            case UPLOADED_WITH_DETAILS -> whole(payload, () -> uploaded(payload, true));
            case STATUS -> whole(payload, () -> new ServiceAnswer.Status(restText(payload)));
            case FAILURE -> whole(payload, () -> failure(payload));
            case FINGERPRINTS -> whole(payload, () -> fingerprints(payload));
            default -> throw new BadFrameException("an answer of type " + type + " is not known");
        };
    }

    private static void appendLookup(Buffer out, Lookup lookup) {
        boolean skipping = lookup.skip() > 0;
        out.appendByte((byte) lookup.by().code())
                .appendByte(
                        (byte) ((skipping ? SKIPPING : 0) | (lookup.domains().isEmpty() ? 0 : IN_DOMAINS)))
                .appendShort((short) lookup.limit());
        if (skipping) {
            out.appendInt(lookup.skip());
        }
        if (!lookup.domains().isEmpty()) {
            out.appendByte((byte) lookup.domains().size());
            lookup.domains()
                    .forEach(domain -> out.appendByte((byte) domain.length()).appendString(domain, "US-ASCII"));
        }
        out.appendBytes(lookup.value());
    }

    private static Lookup lookup(ByteBuffer payload) throws BadFrameException {
        By by = By.ofCode(payload.get() & 0xff);
        int flags = payload.get() & 0xff;
        if (flags > (SKIPPING | IN_DOMAINS)) {
            throw new BadFrameException("a lookup with flags " + flags + ", which are not known");
        }
        int limit = payload.getShort() & MOST_IN_U16;
        int skip = (flags & SKIPPING) != 0 ? payload.getInt() : 0;
        List<String> domains = (flags & IN_DOMAINS) != 0 ? domains(payload) : List.of();
        return new Lookup(by, FrameAssembler.rest(payload), limit, skip, domains);
    }

    private static List<String> domains(ByteBuffer payload) throws BadFrameException {
        int count = payload.get() & 0xff;
        List<String> domains = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            domains.add(new String(bytes(payload, payload.get() & 0xff), StandardCharsets.US_ASCII));
        }
        if (domains.isEmpty()) {
            throw new BadFrameException("a lookup that is bound to no domain");
        }
        return domains;
    }

    private static void appendUpload(Buffer out, Upload upload) {
        appendOrigin(out, upload);
        out.appendBytes(upload.body());
    }

    private static void appendOrigin(Buffer out, Upload upload) {
        out.appendByte((byte) upload.origin().length()).appendString(upload.origin(), "US-ASCII");
        out.appendByte((byte) upload.ticket().length()).appendString(upload.ticket(), "US-ASCII");
    }

    private static Upload upload(ByteBuffer payload) throws BadFrameException {
        String origin = new String(bytes(payload, payload.get() & 0xff), StandardCharsets.US_ASCII);
        String ticket = new String(bytes(payload, payload.get() & 0xff), StandardCharsets.US_ASCII);
        return new Upload(origin, ticket, FrameAssembler.rest(payload));
    }

    private static void appendCertificates(Buffer out, int id, Certificates certificates) {
        int frame = begin(out, certificates.more() ? CERTIFICATES_AT_LEAST : CERTIFICATES, id);
        out.appendInt((int) certificates.total()).appendInt(certificates.found().size());
        for (Found found : certificates.found()) {
            out.appendLong(found.lsn()).appendLong(found.modifiedMicros());
            out.appendInt(found.certificate().length).appendBytes(found.certificate());
        }
        end(out, frame);
    }

    private static Certificates certificates(ByteBuffer payload, boolean more) throws BadFrameException {
        long total = payload.getInt() & 0xffff_ffffL;
        int count = payload.getInt();
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(new Found(payload.getLong(), payload.getLong(), bytes(payload, payload.getInt())));
        }
        return new Certificates(total, more, found);
    }

    private static void appendUploaded(Buffer out, int id, Uploaded uploaded) {
        boolean details =
                uploaded.results().stream().anyMatch(result -> !result.detail().equals(Detail.NONE));
        int frame = begin(out, details ? UPLOADED_WITH_DETAILS : UPLOADED, id);
        out.appendShort((short) uploaded.results().size());
        for (UploadResult result : uploaded.results()) {
            out.appendByte((byte) result.outcome().code()).appendByte((byte) result.reason());
            out.appendByte((byte) result.fingerprint().length).appendBytes(result.fingerprint());
            out.appendLong(result.lsn());
            appendText(out, result.comment());
            if (details) {
                appendDetail(out, result.detail());
            }
        }
        end(out, frame);
    }

    private static void appendDetail(Buffer out, Detail detail) {
        out.appendByte((byte) detail.leftOut().size());
        for (LeftOut left : detail.leftOut()) {
            out.appendByte((byte) left.rule())
                    .appendByte((byte) (left.signatures() ? 1 : 0))
                    .appendInt((int) left.count());
        }
        out.appendByte((byte) detail.examples().size());
        detail.examples().forEach(example -> appendText(out, example));
        out.appendInt(detail.userIds()).appendByte((byte) detail.named().size());
        detail.named().forEach(userId -> appendText(out, userId));
    }

    private static Detail detail(ByteBuffer payload) throws BadFrameException {
        List<LeftOut> leftOut = new ArrayList<>();
        for (int rules = payload.get() & 0xff; rules > 0; rules--) {
            leftOut.add(new LeftOut(payload.get() & 0xff, payload.get() != 0, payload.getInt() & 0xffff_ffffL));
        }
        List<String> examples = texts(payload, payload.get() & 0xff);
        int userIds = payload.getInt();
        return new Detail(leftOut, examples, userIds, texts(payload, payload.get() & 0xff));
    }

    private static List<String> texts(ByteBuffer payload, int count) throws BadFrameException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(payload));
        }
        return texts;
    }

    private static Uploaded uploaded(ByteBuffer payload, boolean details) throws BadFrameException {
        int count = payload.getShort() & MOST_IN_U16;
        List<UploadResult> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Outcome outcome = Outcome.ofCode(payload.get() & 0xff);
            int reason = payload.get() & 0xff;
            byte[] fingerprint = bytes(payload, payload.get() & 0xff);
            results.add(new UploadResult(
                    outcome,
                    reason,
                    fingerprint,
                    payload.getLong(),
                    text(payload),
                    details ? detail(payload) : Detail.NONE));
        }
        return new Uploaded(results);
    }

    private static Changed changed(ByteBuffer payload) throws BadFrameException {
        int day = payload.getInt();
        if (day < 0) {
            throw new BadFrameException("a day beyond the calendar");
        }
        return new Changed(day, payload.getShort() & MOST_IN_U16);
    }

    private static void appendFingerprints(Buffer out, int id, Fingerprints answer) {
        int frame = begin(out, FINGERPRINTS, id);
        out.appendInt((int) answer.total()).appendInt(answer.fingerprints().size());
        answer.fingerprints().forEach(one -> out.appendByte((byte) one.length).appendBytes(one));
        end(out, frame);
    }

    private static Fingerprints fingerprints(ByteBuffer payload) throws BadFrameException {
        long total = payload.getInt() & 0xffff_ffffL;
        int count = payload.getInt();
        List<byte[]> fingerprints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fingerprints.add(bytes(payload, payload.get() & 0xff));
        }
        return new Fingerprints(total, fingerprints);
    }

    private static void appendFailure(Buffer out, int id, Failure failure) {
        int frame = begin(out, FAILURE, id);
        out.appendByte((byte) failure.code().code()).appendInt(failure.retryAfter());
        appendText(out, failure.text());
        end(out, frame);
    }

    private static Failure failure(ByteBuffer payload) throws BadFrameException {
        return new Failure(FailureCode.ofCode(payload.get() & 0xff), payload.getInt(), text(payload));
    }

    /** Appends a header whose length {@link #end} fills in; the answer is where the frame begins. */
    private static int begin(Buffer out, int type, int id) {
        int frame = out.length();
        out.appendInt(0).appendInt(type << 24).appendInt(id);
        return frame;
    }

    private static void end(Buffer out, int frame) {
        endBefore(out, frame, 0);
    }

    /** Fills in the length of a frame of which this many bytes follow. */
    private static void endBefore(Buffer out, int frame, int rest) {
        long length = out.length() - frame - 4L + rest;
        if (length > FrameAssembler.MAX_LENGTH) {
            throw new IllegalArgumentException("a frame of " + length + " bytes is larger than the protocol allows");
        }
        out.setInt(frame, (int) length);
    }

    private static void appendText(Buffer out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = utf8.length;
        if (length > MOST_IN_U16) {
            length = MOST_IN_U16;
            while ((utf8[length] & 0xc0) == 0x80) { // not in the middle of a character
                length--;
            }
        }
        out.appendShort((short) length).appendBytes(utf8, 0, length);
    }

    private static int magicAndVersion(ByteBuffer payload) throws BadFrameException {
        if (payload.getInt() != MAGIC) {
            throw new BadFrameException("a greeting that does not begin with \"OKS1\"");
        }
        return payload.getShort() & MOST_IN_U16;
    }

    private static String text(ByteBuffer payload) throws BadFrameException {
        return new String(bytes(payload, payload.getShort() & MOST_IN_U16), StandardCharsets.UTF_8);
    }

    private static String restText(ByteBuffer payload) {
        return new String(FrameAssembler.rest(payload), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer payload, int length) throws BadFrameException {
        if (length < 0 || length > payload.remaining()) {
            throw new BadFrameException("a payload ends before what it announces");
        }
        byte[] bytes = new byte[length];
        payload.get(bytes);
        return bytes;
    }

    private interface Reading<T> {
        T read() throws BadFrameException;
    }

    /**
     * The result of {@code reading} the whole payload; missing bytes, bytes left and values out of range are refused.
     */
    private static <T> T whole(ByteBuffer payload, Reading<T> reading) throws BadFrameException {
        T value;
        try {
            value = reading.read();
        } catch (BufferUnderflowException e) {
            throw new BadFrameException("a payload ends before what it announces");
        } catch (IllegalArgumentException e) {
            throw new BadFrameException("a payload with a value out of range: " + e.getMessage());
        }
        if (payload.hasRemaining()) {
            throw new BadFrameException("a payload goes on after what it announces");
        }
        return value;
    }
}
