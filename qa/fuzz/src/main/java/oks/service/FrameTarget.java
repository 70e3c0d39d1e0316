package oks.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import oks.fuzz.FuzzTarget;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Fingerprints;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Changed;
import oks.service.ServiceRequest.Lookup;
import oks.service.ServiceRequest.Upload;

/** A stream of frames, as oksd and as a gateway reads it: what is read is written, and read again the same. */
public final class FrameTarget implements FuzzTarget {
    @Override
    public List<byte[]> seeds() {
        Buffer greetings = Buffer.buffer();
        FrameCodec.appendClientHello(greetings, new Hello(2, "oks-http 2", ""));
        FrameCodec.appendServerHello(greetings, new Hello(2, "oksd", "sample"));
        Buffer requests = Buffer.buffer();
        for (ServiceRequest request : List.of(
                Lookup.of(By.EMAIL, "a@b.c", 1),
                new Lookup(By.KEY_ID, new byte[8], 100, 100),
                new Upload("hkp", new byte[] {1, 2}),
                new Changed(20_000, 1000),
                new ServiceRequest.Status())) {
            FrameCodec.append(requests, 7, request);
            FrameCodec.append(requests, 8, request, 0x0123456789abcdefL);
        }
        FrameCodec.appendCancel(requests, 8);
        Buffer answers = Buffer.buffer();
        for (ServiceAnswer answer : List.of(
                new Certificates(3, List.of(new Found(9, 1_000_000, new byte[] {1, 2, 3}))),
                new Certificates(3, true, List.of()),
                new Uploaded(List.of(new UploadResult(Outcome.REFUSED, 3, new byte[0], 0, "no"))),
                new Uploaded(List.of(new UploadResult(
                        Outcome.NEW,
                        0,
                        new byte[0],
                        9,
                        "",
                        new ServiceAnswer.Detail(
                                List.of(new ServiceAnswer.LeftOut(9, true, 3)),
                                List.of("x: y"),
                                5,
                                List.of("A <a@b.c>"))))),
                new Fingerprints(3, List.of(new byte[16])),
                new ServiceAnswer.Status("{}"),
                new Failure(FailureCode.TEMPORARILY_UNAVAILABLE, 10, "paused"))) {
            FrameCodec.append(answers, 7, answer);
        }
        return List.of(greetings.getBytes(), requests.getBytes(), answers.getBytes());
    }

    @Override
    public void read(byte[] input) {
        for (Side side : Side.values()) {
            try {
                new FrameAssembler()
                        .feed(
                                Buffer.buffer(input),
                                (type, flags, id, payload) -> check(side, type, flags, FrameAssembler.rest(payload)));
            } catch (BadFrameException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            }
        }
    }

    private enum Side {
        CLIENT_HELLO,
        SERVER_HELLO,
        REQUEST,
        ANSWER
    }

    private static void check(Side side, int type, int flags, byte[] payload) throws BadFrameException {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        Buffer again = Buffer.buffer();
        switch (side) {
            case CLIENT_HELLO -> FrameCodec.clientHello(bytes);
            case SERVER_HELLO -> FrameCodec.serverHello(bytes);
            case REQUEST -> {
                long client = FrameCodec.client(flags, bytes);
                ServiceRequest request = FrameCodec.request(type, bytes);
                FrameCodec.append(again, 7, request, client);
                new FrameAssembler().feed(again, (t, f, id, rest) -> {
                    assertThat(FrameCodec.client(f, rest)).isEqualTo(client);
                    assertThat(FrameCodec.request(t, rest)).isEqualTo(request);
                });
            }
            case ANSWER -> {
                ServiceAnswer answer = FrameCodec.answer(type, bytes);
                FrameCodec.append(again, 7, answer);
                new FrameAssembler()
                        .feed(
                                again,
                                (t, f, id, rest) ->
                                        assertThat(FrameCodec.answer(t, rest)).isEqualTo(answer));
            }
        }
    }
}
