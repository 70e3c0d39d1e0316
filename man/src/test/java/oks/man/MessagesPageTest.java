package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.log.CataloguedMessage;
import oks.log.MessageCatalogue;
import org.junit.jupiter.api.Test;

/** The catalogue of messages has what the programs log and nothing else, and oks-messages(7) shows the catalogue. */
final class MessagesPageTest {
    private static final String PAGE = "oks-messages.7";
    private static final String SECTION = "DIAGNOSTICS";
    private static final String LITERAL = "\"(?:[^\"\\\\]|\\\\.)*\"";
    private static final Pattern CALL = Pattern.compile("(?:LOG|logger)\\.(?:error|warn|info)\\(");
    private static final Pattern LOGGED = Pattern.compile(
            "(?:LOG|logger)\\.(error|warn|info)\\(\\s*(" + LITERAL + "(?:\\s*\\+\\s*" + LITERAL + ")*)");
    private static final Pattern ONE_LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Writes the section anew; run in the module's directory after a change to the catalogue. */
    public static void main(String[] none) throws IOException {
        Path page = ManualPages.page(PAGE);
        Files.writeString(page, Files.readString(page).replace(ManualPages.section(PAGE, SECTION), section()));
    }

    @Test
    void thePageShowsTheCatalogue() throws IOException {
        assertThat(ManualPages.section(PAGE, SECTION)).isEqualTo(section());
    }

    @Test
    void theCatalogueHasEveryMessageOfTheProgramsAndNoOther() {
        Set<String> logged = new TreeSet<>();
        for (String source : sources()) {
            assertThat(CALL.matcher(source).results().count())
                    .as("texts of log messages that are no literals, in " + source)
                    .isEqualTo(LOGGED.matcher(source).results().count());
            LOGGED.matcher(source)
                    .results()
                    .forEach(call -> logged.add(
                            (call.group(1).equals("warn") ? "warning" : call.group(1)) + " " + joined(call.group(2))));
        }
        Set<String> listed = MessageCatalogue.read().messages().stream()
                .map(message -> message.severity() + " " + message.text())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(logged);
    }

    @Test
    void noIdComesTwiceAndWhatIsWrongHasAdvice() {
        List<CataloguedMessage> messages = MessageCatalogue.read().messages();
        assertThat(messages).extracting(CataloguedMessage::id).doesNotHaveDuplicates();
        assertThat(messages)
                .filteredOn(message -> !message.severity().equals("info"))
                .allMatch(message -> message.next().matches("[a-z].*[^.]"));
    }

    private static String joined(String literals) {
        return ONE_LITERAL
                .matcher(literals)
                .results()
                .map(part -> part.group(1))
                .collect(Collectors.joining())
                .translateEscapes();
    }

    private static List<String> sources() {
        try (Stream<Path> files = Files.walk(Path.of(".."), 12)) {
            return files.filter(file -> file.toString().matches("\\.\\./[a-z-]+/src/main/java/.*\\.java"))
                    .map(MessagesPageTest::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String section() {
        StringBuilder text = new StringBuilder("""
                Messages go to standard error, to the local syslog socket and, where
                .Ic log.remote
                names one, to a syslog server elsewhere, where the id stands in MSGID.
                With
                .Ic log.stderr
                = \\(dqjson\\(dq, standard error has an object per line with
                .Ic time , severity , program , pid , id
                and
                .Ic message .
                The id
                .Sy other
                is that of messages by libraries.
                What others wrote, such as user IDs, shows control characters escaped, so
                that nobody can forge a line.
                .Pp
                Each message is shown with its id, its severity and what to do about it;
                .Ql ...
                stands for what is filled in.
                .Bl -tag -width Ds
                """);
        for (CataloguedMessage message : MessageCatalogue.read().messages()) {
            text.append(".It Sy ")
                    .append(message.id())
                    .append(" , ")
                    .append(message.severity())
                    .append('\n');
            text.append(roff(message.text().replace("{}", "..."))).append('\n');
            if (!message.next().isEmpty()) {
                text.append(".br\nTo do: ").append(roff(message.next())).append(".\n");
            }
        }
        return text.append(".El\n").toString();
    }

    /** A text line that begins with a dot would be a macro. */
    private static String roff(String text) {
        return (text.startsWith(".") ? "\\&" : "") + text;
    }
}
