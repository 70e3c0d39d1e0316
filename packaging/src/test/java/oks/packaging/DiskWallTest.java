package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever is given a disk does not go past it: then a disk that fails, counts or is only in memory stands in for all
 * that it does with files.
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
        Map<String, Set<String>> past = new TreeMap<>();
        for (JavaClass type : ALL) {
            String name = outermost(type);
            for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                if (takers.contains(name) && goesPast(call)) {
                    past.computeIfAbsent(name, some -> new TreeSet<>()).add(call.getDescription());
                }
            }
        }
        assertThat(takers).hasSizeGreaterThan(50);
        assertThat(past.keySet()).as(past.toString()).isEqualTo(new TreeSet<>(EXCEPTIONS.keySet()));
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
