package oks.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.fuzz.FuzzTarget;

/** Lines of the control socket, as oksd and as oksctl reads them. */
public final class ControlTarget implements FuzzTarget {
    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "{\"command\":\"status\"}",
                        "{\"command\":\"pause\",\"max_seconds\":600,\"hold\":\"lease\"}",
                        "{\"command\":\"archived\",\"ordinal\":3}",
                        "{\"command\":\"check\",\"repair\":true}",
                        "{\"command\":\"point\",\"name\":\"before the upgrade\"}",
                        "{\"command\":\"delete\",\"fingerprint\":\"0123456789ABCDEF0123456789ABCDEF01234567\",\"reason\":\"x\",\"block\":true}",
                        "{\"command\":\"export\",\"since_lsn\":3,\"since\":\"2026-11-22T00:00:00Z\"}",
                        "{\"ok\":true,\"result\":{\"state\":\"running\"}}",
                        "{\"progress\":{\"done\":1,\"of\":2,\"unit\":\"bytes\"}}",
                        "{\"ok\":false,\"error\":{\"code\":5,\"what\":\"a\",\"kept\":\"b\",\"next\":\"c\"}}")
                .map(line -> (line + "\n").getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        LineBuffer lines = new LineBuffer(ControlRequest.MAX_LINE_BYTES);
        try {
            lines.append(ByteBuffer.wrap(input));
        } catch (IOException tooLong) {
            assertThat(input.length).isGreaterThan(ControlRequest.MAX_LINE_BYTES);
            return;
        }
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            readRequest(line.get());
            ControlAnswer.parse(line.get()).ifPresent(ControlTarget::readAnswer);
        }
    }

    private static void readRequest(String line) {
        try {
            ControlRequest request = RequestLine.parse(line);
            assertThat(RequestLine.parse(RequestLine.of(request))).isEqualTo(request);
        } catch (OperatorFault refused) {
            assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        }
    }

    private static void readAnswer(ControlAnswer answer) {
        assertThat(ControlAnswer.parse(answer.toLine().strip())).isPresent();
        if (answer instanceof ControlAnswer.Done done) {
            try {
                ControlStatus.fromJson(done.result());
            } catch (OperatorFault refused) {
                assertThat(refused.what()).isNotBlank();
            }
        }
    }
}
