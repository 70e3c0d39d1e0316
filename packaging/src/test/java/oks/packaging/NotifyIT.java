package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lib/notify makes of a unit that has failed, with stand-ins for journalctl and logger. */
final class NotifyIT {
    private static final String UNIT = "oks-backup-check.service";

    @TempDir
    private Path scratch;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void standIns() throws IOException {
        script("logger", "printf '%s\\n' \"$*\" >> " + scratch + "/syslog");
        environment.put("PATH", scratch + ":" + System.getenv("PATH"));
    }

    private void script(String name, String does) throws IOException {
        Path file = Files.writeString(scratch.resolve(name), "#!/bin/bash\n" + does + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void journal(String text) throws IOException {
        Files.writeString(scratch.resolve("journal"), text);
        script("journalctl", "echo \"$*\" >> " + scratch + "/asked; cat " + scratch + "/journal");
    }

    private Run run(int status) throws Exception {
        Run run = Run.of(environment, Path.of("target/oks/lib/notify").toAbsolutePath(), UNIT);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(status);
        return run;
    }

    private String syslog() throws IOException {
        return Files.readString(scratch.resolve("syslog"));
    }

    @Test
    void theAlertSaysWhatHappenedAndWhatToDo() throws Exception {
        journal("""
                oks-backup: error: output directory "/var/backups/oks" does not exist
                oks-backup: kept: nothing was written
                oks-backup: next: make it, or mount the disk that has it
                """);
        environment.put("MONITOR_INVOCATION_ID", "0123");
        environment.put("MONITOR_EXIT_STATUS", "1");
        run(0);
        assertThat(syslog())
                .startsWith("--tag oks-notify --priority daemon.alert -- " + UNIT + " failed with status 1 on ")
                .endsWith(
                        ": output directory \"/var/backups/oks\" does not exist; next: make it, or mount the disk that has it\n");
        assertThat(Files.readString(scratch.resolve("asked"))).contains("_SYSTEMD_INVOCATION_ID=0123");
    }

    @Test
    void whatADaemonLoggedIsUnderstood() throws Exception {
        journal("""
                made database "keyserver"
                recovery file "x" is damaged at offset 4200
                kept: nothing was changed
                next: put an undamaged copy of this file in its place
                oksd.service: Main process exited, code=exited, status=5/NOTINSTALLED
                """);
        run(0);
        assertThat(syslog())
                .contains(
                        ": recovery file \"x\" is damaged at offset 4200; next: put an undamaged copy of this file in its place\n");
    }

    @Test
    void whatVerifyFoundIsUnderstood() throws Exception {
        journal("ok   keyserver: 1 file, LSN 1 to 20\nBAD  /var/backups/oks/a.tar.gz: it has other bytes\n");
        run(0);
        assertThat(syslog())
                .contains(": damaged: /var/backups/oks/a.tar.gz: it has other bytes; next: look at \"journalctl -u "
                        + UNIT + "\"");
    }

    @Test
    void withoutAJournalTheUnitIsNamed() throws Exception {
        journal("");
        run(0);
        assertThat(syslog())
                .contains(UNIT + " failed on ", "; next: look at \"journalctl -u " + UNIT + "\" and oks-operations(7)");
    }

    @Test
    void theCommandGetsTheTextAndAFailureOfItIsTold() throws Exception {
        journal("oks-backup: error: a $(touch " + scratch + "/pwned) `id`\noks-backup: next: b\n");
        environment.put(
                "NOTIFY_COMMAND",
                "printf '%s|%s\\n' \"$NOTIFY_SUBJECT\" \"$NOTIFY_UNIT\" > " + scratch + "/mail; cat >> " + scratch
                        + "/mail");
        run(0);
        assertThat(Files.readString(scratch.resolve("mail")).lines().toList())
                .hasSize(5)
                .last()
                .asString()
                .contains("next: b");
        assertThat(Files.readString(scratch.resolve("mail")))
                .startsWith(UNIT + " failed on ")
                .contains("|" + UNIT + "\n", "a $(touch ");
        assertThat(scratch.resolve("pwned")).doesNotExist();
        environment.put("NOTIFY_COMMAND", "exit 7");
        run(1);
        assertThat(syslog()).contains("NOTIFY_COMMAND failed for " + UNIT + "; next: try it by hand");
    }
}
