package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.archive.Compression;
import oks.testing.CommandRun;
import oks.testing.ManualPage;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a restore says of itself. */
final class ProofTest extends RestoreScene {
    private static final Pattern LABEL = Pattern.compile("(?m)^\\.It ([a-z ]+)$");
    private static final Pattern MEMBERS = Pattern.compile("\\bIc ([a-z_ ,:]+)");
    private static final Pattern MEMBER = Pattern.compile("[a-z_]+");

    private String section;
    private Path archive;

    @BeforeEach
    void make() throws IOException {
        String page = ManualPage.of("oks-restore.1").text();
        section = page.substring(page.indexOf(".Sh PROOF"), page.indexOf(".Sh DAMAGE"));
        SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
        archive = archive(database.put(1), Compression.GZIP);
        database.put(2, 3).rotate().delete(2, true).rotate().put(4, 5);
        database.kill();
        database.copyRecoveryFiles(copies);
        Path last = database.recoveryFiles().get(database.recoveryFiles().size() - 1);
        byte[] bytes = Files.readAllBytes(last);
        Files.write(copies.resolve(last.getFileName()), java.util.Arrays.copyOf(bytes, bytes.length - 20));
        Files.createDirectory(target);
        Files.writeString(target.resolve("old"), "kept");
    }

    private CommandRun restored(Object... options) {
        Object[] line = new Object[6 + options.length];
        System.arraycopy(new Object[] {archive, "--db", target, "--recovery", copies, "--move-aside"}, 0, line, 0, 6);
        System.arraycopy(options, 0, line, 6, options.length);
        CommandRun run = restore(line);
        assertThat(run.status()).as(run.stdout() + run.stderr()).isZero();
        return run;
    }

    @Test
    void theBlockHasEveryLineOfTheManual() {
        String block = restored("--until-lsn", 3, "-q").stdout();
        for (Matcher label = LABEL.matcher(section); label.find(); ) {
            assertThat(block).contains("\n  " + String.format(Locale.ROOT, "%-16s", label.group(1)));
        }
        assertThat(block)
                .contains("  deletions       1 carried forward, to LSN 4\n    " + SampleCertificates.fingerprint(2));
        assertThat(block)
                .containsPattern(
                        "  certificates    2\n  indexes         as the certificates say\n  state digest    [0-9a-f]{64}, equal at 2 commits and in a full scan\n")
                .containsPattern("  took            \\d+\\.\\d s\n");
    }

    @Test
    void theObjectHasEveryMemberOfTheManual() {
        JsonNode proof = restored("--json", "-q").json();
        for (Matcher members = MEMBERS.matcher(section); members.find(); ) {
            for (Matcher member = MEMBER.matcher(members.group(1)); member.find(); ) {
                assertThat(proof.findValue(member.group())).as(member.group()).isNotNull();
            }
        }
        assertThat(proof.path("torn").path("after_lsn").asLong()).isEqualTo(5);
        assertThat(proof.path("recovery_files")).hasSize(3);
        assertThat(proof.path("seconds").asDouble()).isPositive();
        assertThat(proof.path("moved_aside").asText()).contains("restored.before-");
    }

    @Test
    void progressTellsChangesAndSpeedOnATerminalAndNothingOfQuickWorkElsewhere() {
        assertThat(restored().stderr()).doesNotContain("replaying", "proving");
        CommandRun seen = CommandRun.onTerminal(
                "oks-restore",
                OksRestore::new,
                "from",
                archive.toString(),
                "--db",
                target.toString(),
                "--recovery",
                copies.toString(),
                "--move-aside");
        assertThat(seen.stderr()).containsPattern("replaying +\\d+% .* of .*B, 4 changes");
    }
}
