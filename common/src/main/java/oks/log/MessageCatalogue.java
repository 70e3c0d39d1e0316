package oks.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All messages that OKS logs above level debug, from the resource {@code messages}: a line with id and severity, then,
 * indented, the text as the code has it, and what to do. A test finds the texts in the code, both ways.
 */
public final class MessageCatalogue {
    /** The id of a message that is not OKS's own, such as a library's. */
    static final String OTHER = "other";

    private final List<CataloguedMessage> messages;
    private final Map<String, CataloguedMessage> byText;

    private MessageCatalogue(List<CataloguedMessage> messages) {
        this.messages = List.copyOf(messages);
        this.byText = messages.stream().collect(Collectors.toMap(CataloguedMessage::text, Function.identity()));
    }

    /** Reads the catalogue. */
    public static MessageCatalogue read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                MessageCatalogue.class.getResourceAsStream("messages"), StandardCharsets.UTF_8))) {
            return new MessageCatalogue(
                    parse(lines.lines().filter(line -> !line.isBlank()).toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<CataloguedMessage> parse(List<String> lines) {
        List<CataloguedMessage> messages = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String[] head = lines.get(i).split(" ");
            String text = lines.get(++i).strip();
            boolean advised = i + 1 < lines.size() && lines.get(i + 1).startsWith(" ");
            messages.add(new CataloguedMessage(
                    head[0], head[1], text, advised ? lines.get(++i).strip() : ""));
        }
        return messages;
    }

    /** Every message, in the order of oks-messages(7). */
    public List<CataloguedMessage> messages() {
        return messages;
    }

    /** The id of the message with this text, as it stands in the code. */
    String id(String text) {
        CataloguedMessage message = byText.get(text);
        return message == null ? OTHER : message.id();
    }
}
