package oks.packaging;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever is given a disk does not go past it: then a disk that fails, counts or is only in memory stands in for all
 * that it does with files. Who handles files without one is listed.
 */
final class DiskWallTest {
    private static final JavaClasses ALL = MainClasses.in("oks");

    /** A disk, and what carries one. */
    private static final Set<String> DISKS = Set.of(
            "oks.durable.Disk",
            "oks.recovery.DatabaseDirectory",
            "oks.recovery.RecoveryDirectory",
            "oks.recovery.RecoveryFile");

    private static final Set<String> PAST_IT = Set.of(
            "java.nio.file.Files",
            "java.nio.channels.FileChannel",
            "org.apache.commons.io.FileUtils",
            "org.apache.commons.io.file.PathUtils");

    /** Packages whose types handle a database, its recovery files or its archives. */
    private static final Pattern HANDLE_THEM =
            Pattern.compile("oks\\.(?:durable|recovery|store|archive|oksd|backup|restore)\\..*");

    /** Types of these packages that are given no disk and handle files all the same, and why. */
    private static final Map<String, String> WITHOUT_A_DISK = Map.ofEntries(
            entry("oks.durable.DirectoryLock", "the kernel's lock belongs to a channel that stays open (fcntl(2))"),
            entry("oks.durable.Ownership", "gives files to a user, which no crash takes back half"),
            entry("oks.store.CertificateStore", "makes the directory in which RocksDB opens files by itself"),
            entry("oks.archive.Extraction", "unpacks to a directory that is forced as a whole, or thrown away"),
            entry(
                    "oks.archive.ArchiveSource",
                    "lists links that belong to the archive that is made; nobody writes there"),
            entry("oks.archive.ArchiveWriter", "reads those links"),
            entry("oks.archive.ArchiveCheck", "reads back what was written, past everything that this process keeps"),
            entry("oks.backup.archive.ArchiveOutput", "shows how much of that is to be read"),
            entry("oks.backup.archive.KeyOptions", "reads the operator's keys and passphrase"),
            entry("oks.backup.output.OutputDirectory", "refuses what is no directory before there is a disk"),
            entry("oks.backup.output.Scratch", "is thrown away, also after a crash"),
            entry("oks.backup.source.SourceProof", "links and copies into such a scratch directory"),
            entry("oks.backup.verify.TestRestore", "looks for the program oks-restore, and reads what it said"),
            entry("oks.backup.verify.VerifyCommand", "reads the operator's trusted keys"));

    /** Types that go past their disk, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "oks.durable.RealDisk", "is a disk",
            "oks.backup.output.OutputLock", "reads the name of the host, which the kernel has in /proc",
            "oks.restore.log.Keyring", "makes the operator's own files, as readable as the umask says");

    @Test
    void nothingThatTakesADiskGoesPastIt() {
        Set<String> takers = ALL.stream()
                .filter(DiskWallTest::takesADisk)
                .map(DiskWallTest::outermost)
                .collect(Collectors.toSet());
        Map<String, Set<String>> past = goingPast();
        past.keySet().retainAll(takers);
        assertThat(takers).hasSizeGreaterThan(50);
        assertThat(past.keySet()).as(past.toString()).isEqualTo(new TreeSet<>(EXCEPTIONS.keySet()));
    }

    @Test
    void whatHandlesFilesWithoutADiskIsListedWithItsReason() {
        Set<String> takers = ALL.stream()
                .filter(DiskWallTest::takesADisk)
                .map(DiskWallTest::outermost)
                .collect(Collectors.toSet());
        Map<String, Set<String>> past = goingPast();
        past.keySet().removeAll(takers);
        past.keySet().removeIf(type -> !HANDLE_THEM.matcher(type).matches());
        assertThat(past.keySet()).as(past.toString()).isEqualTo(new TreeSet<>(WITHOUT_A_DISK.keySet()));
    }

    private static Map<String, Set<String>> goingPast() {
        Map<String, Set<String>> past = new TreeMap<>();
        for (JavaClass type : ALL) {
            for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                if (goesPast(call)) {
                    past.computeIfAbsent(outermost(type), some -> new TreeSet<>())
                            .add(call.getDescription());
                }
            }
        }
        return past;
    }

    private static boolean takesADisk(JavaClass type) {
        Stream<JavaClass> parameters = type.getCodeUnits().stream()
                .map(JavaCodeUnit::getRawParameterTypes)
                .flatMap(java.util.List::stream);
        Stream<JavaClass> fields = type.getFields().stream().map(field -> field.getRawType());
        return Stream.concat(parameters, fields).anyMatch(one -> DISKS.contains(one.getName()))
                || type.isAssignableTo("oks.durable.Disk");
    }

    private static boolean goesPast(JavaMethodCall call) {
        return PAST_IT.contains(call.getTargetOwner().getName())
                && !call.getName().equals("byteCountToDisplaySize"); // only writes a number
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(DiskWallTest::outermost).orElse(type.getName());
    }
}
