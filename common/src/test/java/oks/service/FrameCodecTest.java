package oks.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceAnswer.LeftOut;
import oks.service.ServiceAnswer.Outcome;
import oks.service.ServiceAnswer.UploadResult;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;
import oks.service.ServiceRequest.Upload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames as oks-control(5) shows them, octet by octet. */
final class FrameCodecTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void theGatewaysGreetingIsTheStoredOne() throws Exception {
        Hello hello = new Hello(1, "oks-http 2", "");
        String stored =
                "0000001a" + "01" + "00" + "0000" + "00000000" + "4f4b5331" + "0001" + "000a" + "6f6b732d687474702032";
        Buffer out = Buffer.buffer();
        FrameCodec.appendClientHello(out, hello);
        assertThat(hex(out)).isEqualTo(stored);
        assertThat(FrameCodec.clientHello(payload(stored))).isEqualTo(hello);
    }

    @Test
    void theServersGreetingIsTheStoredOne() throws Exception {
        Hello hello = new Hello(1, "oksd", "sample");
        String stored = "0000001c" + "01000000" + "00000000" + "4f4b5331" + "0001" + "0004" + "6f6b7364" + "0006"
                + "73616d706c65";
        Buffer out = Buffer.buffer();
        FrameCodec.appendServerHello(out, hello);
        assertThat(hex(out)).isEqualTo(stored);
        assertThat(FrameCodec.serverHello(payload(stored))).isEqualTo(hello);
    }

    @Test
    void requestsAreTheStoredOnes() throws Exception {
        requestIs(
                new Lookup(By.KEY_ID, HEX.parseHex("0123456789abcdef"), 100),
                "00000014" + "02000000" + "00000007" + "02" + "00" + "0064" + "0123456789abcdef");
        requestIs(
                Lookup.of(By.EMAIL, "a@b.c", 1),
                "00000011" + "02000000" + "00000007" + "03" + "00" + "0001" + "6140622e63");
        requestIs(
                new Lookup(By.SKS_HASH, HEX.parseHex("00112233445566778899aabbccddeeff"), 1),
                "0000001c" + "02000000" + "00000007" + "06" + "00" + "0001" + "00112233445566778899aabbccddeeff");
        requestIs(
                new Upload("hkp", HEX.parseHex("99aa")),
                "0000000f" + "03000000" + "00000007" + "03" + "686b70" + "00" + "99aa");
        requestIs(new ServiceRequest.Changed(20_000, 1000), "0000000e" + "05000000" + "00000007" + "00004e20" + "03e8");
        requestIs(
                new Lookup(By.KEY_ID, HEX.parseHex("0123456789abcdef"), 100, 200),
                "00000018" + "02000000" + "00000007" + "02" + "01" + "0064" + "000000c8" + "0123456789abcdef");
        requestIs(
                new Lookup(By.WORDS, new byte[] {'a'}, 1, 0, List.of("example.org")),
                "0000001a" + "02000000" + "00000007" + "04" + "02" + "0001" + "01" + "0b" + "6578616d706c652e6f7267"
                        + "61");
        requestIs(
                new Lookup(By.WORDS, new byte[] {'a'}, 1, 7, List.of("example.org", "example.net")),
                "0000002a" + "02000000" + "00000007" + "04" + "03" + "0001" + "00000007" + "02" + "0b"
                        + "6578616d706c652e6f7267" + "0b" + "6578616d706c652e6e6574" + "61");
        requestIs(new ServiceRequest.Status(), "00000008" + "04000000" + "00000007");
    }

    @Test
    void aRequestForAClientAndItsEndAreTheStoredOnes() throws Exception {
        Buffer out = Buffer.buffer();
        Lookup lookup = Lookup.of(By.EMAIL, "a@b.c", 1);
        FrameCodec.append(out, 7, lookup, 0x0123456789abcdefL);
        String stored = "00000019" + "02010000" + "00000007" + "0123456789abcdef" + "03" + "00" + "0001" + "6140622e63";
        assertThat(hex(out)).isEqualTo(stored);
        ByteBuffer payload = payload(stored);
        assertThat(FrameCodec.client(1, payload)).isEqualTo(0x0123456789abcdefL);
        assertThat(FrameCodec.request(2, payload)).isEqualTo(lookup);
        assertThat(FrameCodec.client(0, payload(stored))).isEqualTo(Asker.NOBODY);
        assertThatThrownBy(() -> FrameCodec.client(1, ByteBuffer.allocate(7))).isInstanceOf(BadFrameException.class);
        Buffer cancel = Buffer.buffer();
        FrameCodec.appendCancel(cancel, 7);
        assertThat(hex(cancel)).isEqualTo("00000008" + "06000000" + "00000007");
    }

    @Test
    void answersAreTheStoredOnes() throws Exception {
        answerIs(
                new Certificates(3, List.of(new Found(9, 1_000_000, HEX.parseHex("99aabb")))),
                "00000027" + "02000000" + "00000007" + "00000003" + "00000001" + "0000000000000009" + "00000000000f4240"
                        + "00000003" + "99aabb");
        answerIs(new Certificates(3, true, List.of()), "00000010" + "07000000" + "00000007" + "00000003" + "00000000");
        answerIs(
                new Uploaded(List.of(new UploadResult(Outcome.REFUSED, 3, new byte[0], 0, "no"))),
                "00000019" + "03000000" + "00000007" + "0001" + "04" + "03" + "00" + "0000000000000000" + "0002"
                        + "6e6f");
        answerIs(
                new Uploaded(List.of(new UploadResult(
                        Outcome.NEW,
                        0,
                        new byte[0],
                        9,
                        "",
                        new Detail(List.of(new LeftOut(9, true, 3)), List.of("x: y"), 5, List.of("A <a@b.c>"))))),
                "00000035" + "08000000" + "00000007" + "0001" + "01" + "00" + "00" + "0000000000000009" + "0000" + "01"
                        + "09" + "01" + "00000003" + "01" + "0004" + "783a2079" + "00000005" + "01" + "0009"
                        + "41203c6140622e633e");
        answerIs(
                new ServiceAnswer.Fingerprints(3, List.of(new byte[16])),
                "00000021" + "06000000" + "00000007" + "00000003" + "00000001" + "10" + "00".repeat(16));
        answerIs(new ServiceAnswer.Status("{}"), "0000000a" + "04000000" + "00000007" + "7b7d");
        answerIs(
                new Failure(FailureCode.TEMPORARILY_UNAVAILABLE, 10, "paused"),
                "00000015" + "05000000" + "00000007" + "01" + "0000000a" + "0006" + "706175736564");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000c0200000000000000" + "09000001", // by 9
                "0000000c0200000000000000" + "04040001", // flags
                "0000000d0200000000000000" + "0402000100", // bound to no domain
                "0000000e0200000000000000" + "040200010100", // to a domain without a name
                "0000000f0200000000000000" + "03020001010161", // an address, bound to a domain
                "0000000e0200000000000000" + "010100010000", // flags that promise more
                "0000000a0200000000000000" + "0100", // ends early
                "0000000d0300000000000000" + "ff686b7000", // an origin longer than the payload
                "000000090400000000000000" + "00", // goes on
                "000000080900000000000000", // type 9
            })
    void aBrokenRequestIsRefused(String frame) {
        assertThatThrownBy(() -> FrameCodec.request(HEX.parseHex(frame)[4], payload(frame)))
                .isInstanceOf(BadFrameException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000000100200000000000000" + "0000000000000001", // fewer announced than given, and none there
                "0000001f0200000000000000" + "00000001ffffffff"
                        + "000000000000000000000000000000", // count below zero reads as none, then goes on
                "0000001c0200000000000000" + "0000000100000001" + "00000000000000007fffffff", // length beyond the end
                "000000170300000000000000" + "0001" + "01000500000000000000000000", // fingerprint of 5 bytes
                "000000230800000000000000" + "0001" + "01000000000000000000000000" + "01" + "000100000001" + "00"
                        + "00000000" + "00", // rule 0
                "0000001d0800000000000000" + "0001" + "01000000000000000000000000" + "00" + "00" + "80000000"
                        + "00", // user IDs below zero
                "000000210800000000000000" + "0001" + "01000000000000000000000000" + "00" + "00" + "00000001" + "02"
                        + "00000000", // 2 of 1 named
                "0000000f0500000000000000" + "07000000000000", // failure 7
                "0000000f0500000000000000" + "01ffffffff0000", // retry after a negative time
            })
    void aBrokenAnswerIsRefused(String frame) {
        assertThatThrownBy(() -> FrameCodec.answer(HEX.parseHex(frame)[4], payload(frame)))
                .isInstanceOf(BadFrameException.class);
    }

    @Test
    void anOlderGatewayIsToldWithoutDetails() {
        Detail detail = new Detail(List.of(new LeftOut(1, false, 1)), List.of("a"), 1, List.of("b"));
        Uploaded whole = new Uploaded(List.of(new UploadResult(Outcome.NEW, 0, new byte[0], 1, "", detail)));
        Uploaded plain = new Uploaded(List.of(new UploadResult(Outcome.NEW, 0, new byte[0], 1, "")));
        assertThat(AnswerSize.spoken(whole, 3)).isEqualTo(whole);
        assertThat(AnswerSize.spoken(whole, 2)).isEqualTo(plain);
        assertThat(AnswerSize.spoken(new Certificates(3, true, List.of()), 2))
                .isEqualTo(new Certificates(3, true, List.of()));
        assertThat(AnswerSize.spoken(new Certificates(3, true, List.of()), 1))
                .isEqualTo(new Certificates(3, List.of()));
    }

    @Test
    void detailsThatDoNotFitInAFrameAreLeftOutAndTheResultsStay() {
        Detail detail = new Detail(List.of(), List.of(), 1, List.of("x".repeat(20_000)));
        List<UploadResult> results =
                Collections.nCopies(2000, new UploadResult(Outcome.NEW, 0, new byte[20], 1, "", detail));
        ServiceAnswer fitted = AnswerSize.fitted(new Uploaded(results), Long.MAX_VALUE);
        assertThat(fitted)
                .isEqualTo(
                        new Uploaded(results.stream().map(UploadResult::plain).toList()));
        Buffer out = Buffer.buffer();
        FrameCodec.append(out, 1, fitted);
        assertThat((long) out.length()).isLessThanOrEqualTo(AnswerSize.of(fitted));
    }

    @Test
    void certificatesBeyondOneFrameAreLeftOutAndTheTotalStays() {
        List<Found> many = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            many.add(new Found(i, i, new byte[16 << 20]));
        }
        ServiceAnswer fitted = AnswerSize.fitted(new Certificates(5, many), Long.MAX_VALUE);
        assertThat(fitted).isEqualTo(new Certificates(5, many.subList(0, 3)));
        assertThat(AnswerSize.fitted(new Certificates(5, many), 40 << 20))
                .isEqualTo(new Certificates(5, many.subList(0, 2)));
        assertThat(AnswerSize.fitted(new Certificates(5, many), 1))
                .as("never none")
                .isEqualTo(new Certificates(5, many.subList(0, 1)));
    }

    @Test
    void aLongTextIsCutBetweenCharacters() throws Exception {
        Buffer out = Buffer.buffer();
        FrameCodec.append(out, 1, new Failure(FailureCode.INTERNAL, 0, "x" + "\u20ac".repeat(30_000)));
        Failure read = (Failure) FrameCodec.answer(5, payload(hex(out)));
        assertThat(read.text()).isEqualTo("x" + "\u20ac".repeat(21_844));
    }

    private static void requestIs(ServiceRequest request, String stored) throws BadFrameException {
        Buffer out = Buffer.buffer();
        FrameCodec.append(out, 7, request);
        assertThat(hex(out)).isEqualTo(stored);
        assertThat(FrameCodec.request(HEX.parseHex(stored)[4], payload(stored))).isEqualTo(request);
    }

    private static void answerIs(ServiceAnswer answer, String stored) throws BadFrameException {
        Buffer out = Buffer.buffer();
        FrameCodec.append(out, 7, answer);
        assertThat(hex(out)).isEqualTo(stored);
        assertThat(AnswerSize.of(answer)).isGreaterThanOrEqualTo(out.length());
        assertThat(FrameCodec.answer(HEX.parseHex(stored)[4], payload(stored))).isEqualTo(answer);
    }

    private static ByteBuffer payload(String frame) {
        byte[] bytes = HEX.parseHex(frame);
        return ByteBuffer.wrap(bytes, FrameAssembler.HEADER, bytes.length - FrameAssembler.HEADER);
    }

    private static String hex(Buffer buffer) {
        return HEX.formatHex(buffer.getBytes());
    }
}
