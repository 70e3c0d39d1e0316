package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All programs write one language, and oks-json(7) is its dictionary: the real programs are run, and every member of
 * every object that they write is in the page, with that type and that result, and every member of the page is in such
 * an object.
 */
final class JsonPageIT {
    private static final Path PREFIX = Path.of("target", "oks").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern MICROSECONDS = Pattern.compile(".*\\.\\d{6}Z");
    /** Objects whose members are not of the language: reasons, verdicts and what settings hold. */
    private static final Set<String> MAPS = Set.of("reasons", "verdicts", "signatures", "parts");

    private static final Set<String> ANY = Set.of("value", "after_restart");
    /** What only a start that takes long or a store with bad blocks has; oks-control(5) and SalvageTest hold these. */
    private static final Set<String> RARE = Set.of("read_bytes", "total_bytes", "unreadable_lsn");

    @TempDir
    private Path scratch;

    private Path conf;
    private Path backup;
    private Path database;
    private Process oksd;
    private final List<String> loaded = new ArrayList<>();
    /** What was seen: of each member its types, and the results that have it. */
    private final TreeMap<String, Set<String>> types = new TreeMap<>();

    private final TreeMap<String, Set<String>> results = new TreeMap<>();

    @Test
    void theProgramsAndThePageNameTheSameMembers() throws Exception {
        Path etc = Files.createDirectory(scratch.resolve("etc"));
        backup = Files.createDirectory(scratch.resolve("backup"));
        database = scratch.resolve("var/db");
        conf = Files.writeString(
                etc.resolve("oksd.conf"),
                "[backup]\ndirectory = \"" + backup + "\"\n[log]\nsyslog = false\nstderr = \"json\"\n");
        start();
        try {
            oksctl();
            backups();
        } finally {
            oksd.destroy();
            assertThat(oksd.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        restores();
        faults();
        try (Stream<String> lines = Files.lines(scratch.resolve("log"))) {
            lines.forEach(line -> note("log", tree(line)));
        }
        TreeMap<String, String> seen = new TreeMap<>();
        types.forEach((member, of) -> seen.put(member, of + " in " + results.get(member)));
        Files.writeString(
                Path.of("target", "json-members.txt"),
                seen.entrySet().stream()
                        .map(one -> one.getKey() + "\t" + String.join(",", types.get(one.getKey())) + "\t"
                                + String.join(",", results.get(one.getKey())))
                        .collect(Collectors.joining("\n", "", "\n")));
        compare();
    }

    private void compare() throws IOException {
        Map<String, Described> page = page();
        List<String> differences = new ArrayList<>();
        types.forEach((member, seen) -> {
            Described described = page.get(member);
            if (described == null) {
                differences.add("the page lacks " + member + ": " + seen + " in " + results.get(member));
                return;
            }
            seen.stream()
                    .filter(type -> !described.types().contains(type))
                    .filter(type -> !type.equals("list")
                            || described.types().stream().noneMatch(of -> of.startsWith("list of"))) // an empty one
                    .forEach(type ->
                            differences.add(member + " is " + type + ", but the page says " + described.types()));
            if (!described.results().equals(Set.of("every result")) && !RARE.contains(member)) {
                Set<String> had = new TreeSet<>(results.get(member));
                had.removeAll(described.results());
                had.forEach(result -> differences.add(result + " has " + member + ", which the page does not say"));
                Set<String> told = new TreeSet<>(described.results());
                told.removeAll(results.get(member));
                told.forEach(result ->
                        differences.add("the page says that " + result + " has " + member + ", and it has not"));
            }
        });
        page.keySet().stream()
                .filter(member -> !types.containsKey(member) && !RARE.contains(member))
                .forEach(member -> differences.add("no program writes " + member));
        assertThat(differences).isEmpty();
    }

    private record Described(Set<String> types, Set<String> results) {}

    /**
     * Items such as {@code .It Ic archive Pq text or null}, ended by a line {@code In: oksctl status, pause; oks-backup
     * full.}
     */
    private static Map<String, Described> page() throws IOException {
        String members = Files.readString(Path.of("../man/oks-json.7"))
                .split("\\.Sh MEMBERS\n")[1]
                .split("\n\\.Sh ")[0];
        Map<String, Described> page = new TreeMap<>();
        Matcher item = Pattern.compile("(?ms)^\\.It Ic (\\S+) Pq ([^\n]+)\n(.*?)^In:\n(.*?)\\.$")
                .matcher(members);
        while (item.find()) {
            Set<String> types = new TreeSet<>(List.of(item.group(2).split(" or (?!false)")));
            Set<String> results = new TreeSet<>();
            for (String program : item.group(4).replace('\n', ' ').split("; *")) {
                String[] commands = program.strip().split(", *");
                String first = commands[0].split(" ")[0];
                for (String command : commands) {
                    results.add(command.startsWith(first) ? command : first + " " + command);
                }
            }
            assertThat(page.put(item.group(1), new Described(types, results)))
                    .as("%s stands twice", item.group(1))
                    .isNull();
        }
        return page;
    }

    private void start() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(PREFIX.resolve("bin/oksd").toString(), conf.toString())
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(scratch.resolve("log").toFile()));
        builder.environment().put("OKS_PROCESS_ALLOW_ROOT", "true");
        oksd = builder.start();
        for (int i = 0; i < 300 && !run("oksctl", "status").out().contains("state          running"); i++) {
            assertThat(oksd.isAlive()).isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private void oksctl() throws Exception {
        Path samples = Path.of("src/main/share/samples.asc").toAbsolutePath();
        Path report = scratch.resolve("report");
        ok("oksctl status");
        ok("oksctl load", samples, "--report", report);
        Path broken = Files.writeString(
                scratch.resolve("broken.asc"),
                "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n");
        fails("oksctl load", broken, "--report", report);
        List<JsonNode> lines =
                Files.readAllLines(report).stream().map(JsonPageIT::tree).toList();
        lines.forEach(line -> note("oksctl load --report", line));
        lines.forEach(line -> loaded.add(line.path("fingerprint").textValue()));
        String first = lines.get(0).path("fingerprint").textValue();
        String second = lines.get(1).path("fingerprint").textValue();
        ok("oksctl point", "here");
        ok("oksctl history", first);
        ok("oksctl history", first, "--export", lines.get(0).path("lsn").asText());
        ok("oksctl delete", first, "--reason", "a test", "--block");
        ok("oksctl unblock", first);
        ok("oksctl history", first);
        ok("oksctl delete", second, "--reason", "a test");
        fails("oksctl delete", second, "--reason", "a test");
        ok("oksctl config");
        ok("oksctl check");
        ok("oksctl check", "--repair");
        ok("oksctl reload");
        ok("oksctl rotate");
        ok("oksctl rotate");
        ok("oksctl dump");
        ok("oksctl pause");
        ok("oksctl status");
        ok("oksctl resume");
        ok("oksctl resume");
        ok("oksctl export", scratch.resolve("export"));
    }

    private void backups() throws Exception {
        ok("oks-backup full");
        Run toPipe = Run.of(
                Map.of(),
                oks.testing.ExternalProgram.require("bash", "bash"),
                "-c",
                "\"$1\" full - --json --quiet --conf \"$2\" > \"$3\"",
                "bash",
                PREFIX.resolve("bin/oks-backup").toString(),
                conf.toString(),
                scratch.resolve("piped").toString());
        JsonNode piped = one("oks-backup full", toPipe.err());
        assertThat(piped.path("ok").booleanValue()).isTrue();
        ok("oksctl point", "after");
        ok("oksctl delete", loaded.get(2), "--reason", "after the archive");
        ok("oks-backup recovery", "--rotate");
        ok("oks-backup recovery");
        fails(
                "oks-backup recovery",
                "--exec-after",
                "false",
                "--rotate",
                "--out",
                Files.createDirectory(scratch.resolve("other")));
        ok("oks-backup follow", "--once");
        ok("oks-backup list");
        ok("oks-backup check");
        fails("oks-backup check", "--max-age", "1s");
        ok("oks-backup verify", "--restore");
        fails("oks-backup verify", Files.writeString(scratch.resolve("sample-20261122104902-1.full.tar"), "no tar"));
        ok("oks-backup list");
        ok("oks-backup expire", "--keep-full", 1);
        ok("oksctl status");
        ok("oksctl stop");
    }

    private void restores() throws Exception {
        Path restored = scratch.resolve("restored");
        ok("oks-restore from --plan", "--db", restored);
        fails("oks-restore from --plan", "--db", restored, "--until-lsn", 9999);
        ok("oks-restore from", "--db", restored);
        ok("oks-restore replay", "--db", restored);
        ok("oks-restore show", recoveryFiles(backup).toArray());
        ok("oks-restore salvage", restored, "--recovery", backup, "--keyring", scratch.resolve("salvaged.pgp"));
        torn();
        early();
    }

    /** A file whose last group is cut, as a crash leaves it, and one with a byte changed in its middle. */
    private void torn() throws Exception {
        Path all = Files.createDirectory(scratch.resolve("torn"));
        for (Path file : recoveryFiles(backup)) {
            Files.copy(file, all.resolve(file.getFileName()));
        }
        Path largest = recoveryFiles(all).stream()
                .max(java.util.Comparator.comparing(JsonPageIT::size))
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length / 2] ^= 1;
        largest.toFile().setWritable(true);
        Files.write(largest, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        fails("oks-restore show", recoveryFiles(all).toArray());
        fails("oks-restore salvage", all, "--keyring", scratch.resolve("some.pgp"));
        Path last = recoveryFiles(database).get(recoveryFiles(database).size() - 1);
        Path cut = Files.createDirectory(scratch.resolve("cut")).resolve(last.getFileName());
        byte[] whole = Files.readAllBytes(last);
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 100));
        ok("oks-restore from", backup, "--db", scratch.resolve("cut-off"), "--recovery", cut);
    }

    /** Goes back before the deletions, which are carried forward. */
    private void early() throws Exception {
        Path archive = scratch.resolve("hand.tar");
        Path db = Files.createDirectory(scratch.resolve("early"));
        assertThat(run("oksctl", "status").status()).isEqualTo(3);
        Files.delete(db);
        ok("oks-restore from", "--db", db, "--until-lsn", firstArchived());
        Path tar = oks.testing.ExternalProgram.require("tar", "tar");
        assertThat(Run.of(
                                Map.of(),
                                tar,
                                "cf",
                                archive.toString(),
                                "-C",
                                db.getParent().toString(),
                                "early")
                        .status())
                .isZero();
        ok("oks-restore from --plan", archive, "--db", scratch.resolve("hand"));
        ok("oks-restore from", archive, "--db", scratch.resolve("hand"));
    }

    private long firstArchived() throws Exception {
        return one("oks-backup list", runOks("oks-backup", "list").out())
                .path("archives")
                .get(0)
                .path("lsn")
                .longValue();
    }

    /** Every command refuses what is wrong in the same words. */
    private void faults() throws Exception {
        for (String command : List.of(
                "status",
                "pause",
                "resume",
                "rotate",
                "dump",
                "reload",
                "config",
                "check",
                "stop",
                "point here",
                "load etc/oksd.conf",
                "export /nowhere/at/all",
                "unblock " + "0".repeat(40),
                "history " + "0".repeat(40))) {
            fails("oksctl " + command);
        }
        for (String command : List.of(
                "check", "full --out /nowhere/at/all", "list /nowhere/at/all", "verify /nowhere/at/all", "expire")) {
            fails("oks-backup " + command);
        }
        for (String command : List.of(
                "from /nowhere --db /nowhere/db",
                "replay /nowhere --db /nowhere/db",
                "show /nowhere",
                "salvage /nowhere --keyring x")) {
            fails("oks-restore " + command);
        }
    }

    private static List<Path> recoveryFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".recovery"))
                    .sorted()
                    .toList();
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private void ok(String command, Object... more) throws Exception {
        Run run = runOks(command, more);
        assertThat(run.status()).as(command + ": " + run).isZero();
        assertThat(one(command, run.out()).path("ok").booleanValue())
                .as(run.out())
                .isTrue();
    }

    private void fails(String command, Object... more) throws Exception {
        Run run = runOks(command, more);
        JsonNode result = one(command, run.out());
        assertThat(result.path("ok").booleanValue()).as(run.out()).isFalse();
        assertThat(result.path("error").path("exit").intValue())
                .as(run.out())
                .isEqualTo(run.status())
                .isNotZero();
    }

    private Run runOks(String command, Object... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        Stream.of(more).map(Object::toString).forEach(words::add);
        words.add("--json");
        words.add("--quiet");
        if (!command.matches("oks-restore (show|salvage).*")) {
            words.addAll(List.of("--conf", conf.toString()));
        }
        return run(words.get(0), words.subList(1, words.size()).toArray(new String[0]));
    }

    private Run run(String program, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        if (!all.contains("--json")) {
            all.addAll(List.of("--conf", conf.toString()));
        }
        return Run.of(
                Map.of("OKS_PROCESS_ALLOW_ROOT", "true", "OKS_BACKUP_DIRECTORY", ""),
                PREFIX.resolve("bin").resolve(program),
                all.toArray(new String[0]));
    }

    /** The only object in a text. */
    private JsonNode one(String result, String text) throws IOException {
        try (MappingIterator<JsonNode> objects = JSON.readerFor(JsonNode.class).readValues(text)) {
            List<JsonNode> all = objects.readAll();
            assertThat(all).as("%s: %s", result, text).hasSize(1);
            assertThat(all.get(0).path("ok").isBoolean())
                    .as("%s: %s", result, text)
                    .isTrue();
            note(result, all.get(0));
            return all.get(0);
        }
    }

    private static JsonNode tree(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private void note(String result, JsonNode object) {
        object.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            types.computeIfAbsent(name, absent -> new TreeSet<>()).add(ANY.contains(name) ? "any" : type(name, value));
            results.computeIfAbsent(name, absent -> new TreeSet<>()).add(result);
            if (value.isObject() && !MAPS.contains(name)) {
                note(result, value);
            }
            value.forEach(element -> Optional.of(element)
                    .filter(inner -> inner.isObject() && value.isArray())
                    .ifPresent(inner -> note(result, inner)));
        });
    }

    private static String type(String name, JsonNode value) {
        if (value.isTextual() && TIME.matcher(value.textValue()).matches()) {
            assertThat(value.textValue()).as(name).matches(MICROSECONDS);
            assertThat(Instant.parse(value.textValue())).isNotNull();
            return "time";
        }
        if (value.isObject()) {
            return MAPS.contains(name) ? "numbers by name" : "object";
        }
        return value.isTextual()
                ? "text"
                : value.isNumber()
                        ? "number"
                        : value.isBoolean() ? "true or false" : value.isNull() ? "null" : list(value);
    }

    private static String list(JsonNode value) {
        if (value.isEmpty()) {
            return "list";
        }
        return value.get(0).isTextual()
                ? "list of texts"
                : value.get(0).isNumber() ? "list of numbers" : "list of objects";
    }
}
