package oks.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** oks-control(5) and the code name the same commands, arguments and members. */
class ControlPageTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:49:02Z");

    @Test
    void thePageListsEveryCommandAndNoOther() throws IOException {
        Set<String> commands = Arrays.stream(ControlRequest.Kind.values())
                .map(ControlRequest.Kind::word)
                .collect(Collectors.toSet());
        Set<String> words = words("COMMANDS");
        assertThat(words).containsAll(commands);
        words.removeAll(commands);
        words.removeAll(Set.of("max_seconds", "hold")); // arguments of pause
        words.removeAll(members(rotation()));
        words.removeAll(members(snapshot()));
        words.removeAll(members(settings()));
        assertThat(words).isEmpty();
    }

    @Test
    void thePageNamesEveryMemberOfTheResults() throws IOException {
        String page = page();
        for (ObjectNode result : List.of(
                status(),
                rotation(),
                Rotation.notDone("nothing was written", "f", 1).toJson(),
                snapshot(),
                settings())) {
            for (String member : members(result)) {
                assertThat(page).containsPattern("(?m)^\\.(It )?Ic ([a-z_]+ , )*" + member + "\\b");
            }
        }
    }

    private static ObjectNode status() {
        return new ControlStatus(
                        new ControlStatus.Process("oksd", "2.0.0", 1),
                        new ControlStatus.Identity("sample", new UUID(1, 2), 1),
                        new ControlStatus.Activity(
                                ControlStatus.State.PAUSED,
                                "",
                                TIME,
                                List.of(ControlStatus.Holder.signal("USR1", TIME))),
                        10,
                        new ControlStatus.Changes(12, 12, 10, 8),
                        ControlStatus.Hashes.NONE,
                        ControlStatus.RecoveryFile.none("/d"),
                        Optional.of(TIME),
                        ControlStatus.Uploads.NONE,
                        Optional.of(ControlStatus.Memory.NONE),
                        TIME,
                        "/c",
                        Optional.of(new ControlStatus.Replay(11, 100, 200)))
                .toJson();
    }

    private static ObjectNode rotation() {
        return Rotation.done("a", 12, "b", 12).toJson();
    }

    private static ObjectNode snapshot() {
        HeldSnapshot snapshot = new HeldSnapshot(
                "1",
                Path.of("/s"),
                new HeldSnapshot.Contents(12, "00", "11", 10),
                new HeldSnapshot.Origin("sample", new UUID(1, 2), 1, new UUID(3, 4)),
                43);
        assertThat(HeldSnapshot.fromJson(snapshot.toJson())).isEqualTo(snapshot);
        return snapshot.toJson();
    }

    private static ObjectNode settings() {
        ControlSettings settings = new ControlSettings(
                "/c",
                List.of(new ControlSettings.Entry(
                        "recovery.retry_after",
                        TextNode.valueOf("10s"),
                        "default",
                        Optional.of(TextNode.valueOf("5s")))));
        assertThat(ControlSettings.fromJson(settings.toJson())).isEqualTo(settings);
        return settings.toJson();
    }

    private static List<String> members(JsonNode object) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            names.add(field.getKey());
            names.addAll(members(field.getValue()));
            field.getValue().forEach(element -> names.addAll(element.isObject() ? members(element) : List.of()));
        }
        return names;
    }

    /** The words explained in one section. */
    private static Set<String> words(String section) throws IOException {
        String text = page().split("\\.Sh " + section + "\n")[1].split("\n\\.Sh ")[0];
        return Pattern.compile("^\\.It Ic (\\S+)", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("../man/oks-control.5"));
    }
}
