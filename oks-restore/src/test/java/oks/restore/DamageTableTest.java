package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import oks.archive.Manifest;
import oks.recovery.Digest;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.DirectoryState;
import oks.testing.ManualPage;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Every file of a backup set with everything that can be wrong with it; see oks-restore(1), section DAMAGE. */
final class DamageTableTest extends BackupSets {
    /** How many of the pairs of damages to try; all of them with a high number. */
    private static final int PAIRS = Integer.getInteger("oks.damage.pairs", 60);

    private static final long SEED = Long.getLong("oks.seed", 20261122L);

    /** What the manual calls each of them. */
    private static final Map<Damage, String> NAMES = new EnumMap<>(Map.of(
            Damage.SHORTENED, "cut short",
            Damage.EMPTIED, "empty",
            Damage.REMOVED, "missing",
            Damage.SWAPPED, "swapped with another recovery file, under its name",
            Damage.DUPLICATED, "there twice",
            Damage.FLIPPED_IN_THE_HEAD, "a byte flipped",
            Damage.FLIPPED_IN_THE_MIDDLE, "a byte flipped",
            Damage.FOREIGN_DATABASE, "of another database",
            Damage.FOREIGN_TIMELINE, "of another timeline",
            Damage.TOO_NEW, "of a newer format"));

    /** Something is wrong with a file of the set; 0 is the archive. */
    private record Case(Damage damage, int file) {
        int status() {
            return damage.status(file);
        }
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Damage damage : Damage.values()) {
            for (int file = 0; file <= RECOVERY_FILES; file++) {
                cases.add(new Case(damage, file));
            }
        }
        return cases;
    }

    @Test
    void everyFileWithEveryDamageEndsAsTheManualSaysAndTheTargetIsNotTouched(TestReporter reporter) throws IOException {
        for (Case wrong : cases()) {
            Outcome outcome = restoreWith(List.of(wrong));
            assertThat(outcome.run.status()).as(outcome.how).isEqualTo(wrong.status());
            boolean tailIsLost = wrong.file == RECOVERY_FILES
                    && Set.of(Damage.SHORTENED, Damage.REMOVED).contains(wrong.damage);
            // The archive's timeline is the newest then, and no file here is of it.
            boolean filesAreOfAnother = wrong.file == 0 && wrong.damage == Damage.FOREIGN_TIMELINE;
            if (wrong.status() == 0) {
                assertThat(outcome.restored.equals(states.get(states.size() - 1)))
                        .as(outcome.how)
                        .isNotEqualTo(tailIsLost || filesAreOfAnother);
            }
            if (filesAreOfAnother) {
                assertThat(outcome.run.stdout())
                        .contains("left out        " + RECOVERY_FILES + " recovery files of other histories");
            }
            if (wrong.damage == Damage.TOO_NEW) {
                int newest = wrong.file == 0 ? Manifest.FORMAT : 1;
                assertThat(outcome.run.stderr())
                        .contains(" has format " + (newest + 1) + ", but this program reads formats up to " + newest);
            }
        }
        reporter.publishEntry("damage table", cases().size() + " combinations of file and damage");
        assertThat(cases()).hasSize(Damage.values().length * (1 + RECOVERY_FILES));
    }

    @Test
    void withTwoDamagedFilesARestoreIsRefusedOrBringsBackAStateThatWas(TestReporter reporter) throws IOException {
        List<List<Case>> pairs = new ArrayList<>();
        for (Case one : cases()) {
            cases().stream().filter(other -> other.file > one.file).forEach(other -> pairs.add(List.of(one, other)));
        }
        Collections.shuffle(pairs, new Random(SEED));
        int refused = 0;
        List<List<Case>> tried = pairs.subList(0, Math.min(PAIRS, pairs.size()));
        for (List<Case> pair : tried) {
            Outcome outcome = restoreWith(pair);
            refused += outcome.run.status() == 0 ? 0 : 1;
            assertThat(outcome.run.status()).as(outcome.how).isIn(0, 1, 2, 5, 6);
            assertThat(outcome.restored)
                    .as(outcome.how)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            state -> assertThat(states).contains(state));
            boolean harmless = pair.stream().allMatch(wrong -> wrong.damage == Damage.DUPLICATED);
            assertThat(!harmless || outcome.run.status() == 0).as(outcome.how).isTrue();
        }
        reporter.publishEntry(
                "damage table",
                String.format(
                        Locale.ROOT,
                        "%d of %d pairs of damaged files, %d refused, seed %d",
                        tried.size(),
                        pairs.size(),
                        refused,
                        SEED));
    }

    /** @param restored the state digest; null unless the status is 0 */
    private record Outcome(CommandRun run, Digest restored, String how) {}

    private Outcome restoreWith(List<Case> damages) throws IOException {
        Path set = scratch.resolve("damaged");
        PathUtils.copyDirectory(archive.getParent(), set);
        List<Path> files = new ArrayList<>();
        for (Case wrong : damages) {
            files.add(file(archive.getParent(), wrong.file));
        }
        for (int i = 0; i < damages.size(); i++) {
            Path file = set.resolve(files.get(i).getFileName());
            if (Files.exists(file)) { // it may have changed places with the other one
                inflict(damages.get(i).damage, damages.get(i).file, file, set);
            }
        }
        Path again = Files.createDirectories(set.resolve("again"));
        CommandRun run = restore(
                set.resolve(archive.getFileName()), "--db", target, "--recovery", set, "--recovery", again, "-q");
        String how = damages + ": " + run.stdout() + run.stderr();
        Digest restored = run.status() == 0 ? restored(how) : refused(run, how);
        PathUtils.deleteDirectory(set);
        return new Outcome(run, restored, how);
    }

    private Digest restored(String how) throws IOException {
        Digest digest;
        try (CertificateStore store = CertificateStore.open(target.resolve("store"), StoreOptions.standard())) {
            digest = store.position().digest();
            assertThat(store.check(read -> {}).differences()).as(how).isEmpty();
        }
        PathUtils.deleteDirectory(target);
        return digest;
    }

    private Digest refused(CommandRun run, String how) {
        assertThat(run.stderr())
                .as(how)
                .startsWith("oks-restore: error: ")
                .contains("oks-restore: kept: ", "oks-restore: next: ");
        assertNothingLeft();
        return null;
    }

    @Test
    void theManualHasThisTable() throws IOException {
        String text = ManualPage.of("oks-restore.1").text();
        int section = text.indexOf(".Sh DAMAGE");
        String table = text.substring(section, text.indexOf("\n.Sh ", section));
        for (Damage damage : Damage.values()) {
            String item = ".It " + NAMES.get(damage) + "\n";
            assertThat(table).contains(item);
            String statuses =
                    table.substring(table.indexOf(item) + item.length()).replaceAll("(?s)\n\\.(It|El).*", "");
            assertThat(statuses.replaceAll("[^0-9;]", ""))
                    .as(damage.name())
                    .isEqualTo(damage.archive + ";" + damage.middle + ";" + damage.last);
        }
        assertThat(table.split("\n\\.It "))
                .hasSize(1 + Set.copyOf(NAMES.values()).size());
    }

    @Test
    void aDatabaseOfANewerFormatIsRefusedNamingBothFormats() throws Exception {
        Path directory = scratch.resolve("newer");
        SampleDatabase.create(directory, 3).put(1).close();
        Path identity = directory.resolve("IDENTITY");
        Files.writeString(identity, Files.readString(identity).replace("format 1\n", "format 2\n"));
        DirectoryState before = DirectoryState.of(directory);
        CommandRun replay = CommandRun.of(
                "oks-restore",
                OksRestore::new,
                "replay",
                archive.getParent().toString(),
                "--db",
                directory.toString(),
                "-q");
        assertThat(replay.status()).isEqualTo(1);
        assertThat(replay.stderr()).contains("\" has format 2, but this program reads formats up to 1");
        Files.delete(directory.resolve("LOCK"));
        assertThat(DirectoryState.of(directory)).isEqualTo(before);
        Path byHand = scratch.resolve("newer.tar");
        run("tar", "-cf", byHand.toString(), "-C", scratch.toString(), "newer");
        CommandRun run = restore(byHand, "--db", target, "-q");
        assertThat(run.status()).as(run.stderr()).isEqualTo(1);
        assertThat(run.stderr()).contains("newer.tar/newer\" has format 2, but this program reads formats up to 1");
        assertNothingLeft();
    }
}
