package oks.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;
import oks.service.ServiceRequest.Upload;

/** Whatever the pieces, the same frames come out. */
final class FrameAssemblerTest {
    @Property(tries = 200)
    void requestsComeOutAsTheyWentIn(
            @ForAll("requests") List<ServiceRequest> requests, @ForAll @IntRange(min = 1, max = 5000) int piece)
            throws Exception {
        Buffer stream = Buffer.buffer();
        for (int i = 0; i < requests.size(); i++) {
            FrameCodec.append(stream, i, requests.get(i));
        }
        List<ServiceRequest> read = new ArrayList<>();
        feed(stream, piece, (type, flags, id, payload) -> {
            assertThat(id).isEqualTo(read.size());
            read.add(FrameCodec.request(type, payload));
        });
        assertThat(read).isEqualTo(requests);
    }

    @Property(tries = 200)
    void answersComeOutAsTheyWentIn(
            @ForAll("answers") List<ServiceAnswer> answers, @ForAll @IntRange(min = 1, max = 5000) int piece)
            throws Exception {
        Buffer stream = Buffer.buffer();
        for (int i = 0; i < answers.size(); i++) {
            FrameCodec.append(stream, i, answers.get(i));
        }
        List<ServiceAnswer> read = new ArrayList<>();
        feed(stream, piece, (type, flags, id, payload) -> {
            assertThat(id).isEqualTo(read.size());
            read.add(FrameCodec.answer(type, payload));
        });
        assertThat(read).isEqualTo(answers);
    }

    @Property(tries = 500)
    void randomBytesNeverBreakMoreThanTheProtocol(@ForAll byte[] bytes) {
        FrameAssembler frames = new FrameAssembler();
        try {
            frames.feed(Buffer.buffer(bytes), (type, flags, id, payload) -> FrameCodec.request(type, payload));
        } catch (BadFrameException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 50)
    void aLargeFrameIsCountedWhileItComesAndOneWithoutRoomIsThrownAway(
            @ForAll @IntRange(min = 1, max = 100_000) int piece) throws Exception {
        ByteBudget budget = new ByteBudget(250_000);
        FrameAssembler frames = new FrameAssembler(budget);
        Buffer stream = Buffer.buffer();
        FrameCodec.append(stream, 1, new Upload("test", new byte[10]));
        FrameCodec.append(stream, 2, new Upload("test", new byte[200_000]));
        FrameCodec.append(stream, 3, new Upload("test", new byte[300_000]));
        FrameCodec.append(stream, 4, new Upload("test", new byte[70_000]));
        List<String> seen = new ArrayList<>();
        FrameAssembler.Sink sink = new FrameAssembler.Sink() {
            @Override
            public void frame(int type, int flags, int id, ByteBuffer payload) throws BadFrameException {
                seen.add(id + " " + ((Upload) FrameCodec.request(type, payload)).body().length);
            }

            @Override
            public void thrownAway(int type, int id) {
                seen.add(id + " thrown away");
            }
        };
        for (int at = 0; at < stream.length(); at += piece) {
            frames.feed(stream.slice(at, Math.min(stream.length(), at + piece)), sink);
        }
        assertThat(seen).containsExactly("1 10", "2 200000", "3 thrown away", "4 70000");
        assertThat(budget.held()).isZero();
        frames.feed(stream.slice(0, 100_000), sink);
        assertThat(budget.held()).as("half a frame").isPositive();
        frames.release();
        assertThat(budget.held()).isZero();
    }

    @Example
    void aFrameThatIsTooLongOrTooShortIsRefusedByItsHeader() {
        for (String header :
                List.of("040000010200000000000000", "ffffffff0200000000000000", "000000070200000000000000")) {
            assertThatThrownBy(() ->
                            feed(Buffer.buffer(HexFormat.of().parseHex(header)), 12, (type, flags, id, payload) -> {}))
                    .isInstanceOf(BadFrameException.class)
                    .hasMessageContaining("8 to 67108864 are allowed");
        }
    }

    @Example
    void flagsThatDoNotExistYetAreRefused() {
        for (String header :
                List.of("000000080402000000000000", "000000080480000000000000", "000000080400000100000000")) {
            assertThatThrownBy(() ->
                            feed(Buffer.buffer(HexFormat.of().parseHex(header)), 12, (type, flags, id, payload) -> {}))
                    .isInstanceOf(BadFrameException.class);
        }
    }

    @Provide
    Arbitrary<List<ServiceRequest>> requests() {
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        Arbitrary<ServiceRequest> lookups = Combinators.combine(
                        Arbitraries.of(By.class), bytes, Arbitraries.integers().between(0, 65535))
                .as(Lookup::new);
        Arbitrary<ServiceRequest> uploads = Combinators.combine(
                        Arbitraries.strings().alpha().ofMaxLength(20),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(20_000))
                .as(Upload::new);
        return Arbitraries.oneOf(lookups, uploads, Arbitraries.just((ServiceRequest) new ServiceRequest.Status()))
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<ServiceAnswer>> answers() {
        Arbitrary<Found> found = Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.longs(),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(5000))
                .as(Found::new);
        Arbitrary<ServiceAnswer> certificates = Combinators.combine(
                        Arbitraries.integers().between(0, 1000), found.list().ofMaxSize(5))
                .as((more, list) -> new Certificates(more + list.size(), list));
        Arbitrary<byte[]> fingerprints = Arbitraries.of(0, 16, 20, 32)
                .flatMap(n -> Arbitraries.bytes().array(byte[].class).ofSize(n));
        Arbitrary<UploadResult> results = Combinators.combine(
                        Arbitraries.of(Outcome.class),
                        Arbitraries.integers().between(0, 255),
                        fingerprints,
                        Arbitraries.longs(),
                        validText())
                .as(UploadResult::new);
        Arbitrary<ServiceAnswer> failures = Combinators.combine(
                        Arbitraries.of(FailureCode.class),
                        Arbitraries.integers().greaterOrEqual(0),
                        validText())
                .as(Failure::new);
        return Arbitraries.oneOf(
                        certificates,
                        results.list().ofMaxSize(5).map(Uploaded::new),
                        failures,
                        validText().map(ServiceAnswer.Status::new))
                .list()
                .ofMaxSize(8);
    }

    private static Arbitrary<String> validText() {
        return Arbitraries.strings()
                .withCharRange(' ', '\ud7ff')
                .ofMaxLength(60); // no lone surrogates: they have no UTF-8
    }

    private static void feed(Buffer stream, int piece, FrameAssembler.Sink sink) throws BadFrameException {
        FrameAssembler frames = new FrameAssembler();
        for (int at = 0; at < stream.length(); at += piece) {
            frames.feed(stream.getBuffer(at, Math.min(stream.length(), at + piece)), sink);
        }
    }
}
