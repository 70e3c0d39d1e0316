package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls between the programs, and between them and what they must not see (doc/architecture.md, "Programs"). */
final class ProgramWallsTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("oks");
    private static final Set<String> PROGRAMS =
            Set.of("oks.oksd", "oks.oksctl", "oks.http", "oks.backup", "oks.restore");
    private static final List<String> DATABASE =
            List.of("oks.store", "oks.recovery", "oks.archive", "oks.durable", "org.rocksdb");

    /** Nor does common import one; only what makes their completion scripts sees all of them. */
    @Test
    void noProgramImportsAnother() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : ALL) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = program(type);
                String to = program(dependency.getTargetClass());
                if (!to.isEmpty() && !from.equals(to) && !type.getPackageName().equals("oks.packaging")) {
                    wrong.add(dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(ALL.stream().map(ProgramWallsTest::program).collect(Collectors.toSet()))
                .containsAll(PROGRAMS);
    }

    /** What oks-http and oksctl do with certificates they do through oksd's sockets. */
    @ParameterizedTest
    @ValueSource(strings = {"oks.http", "oks.oksctl"})
    void theDatabaseIsOutOfReach(String program) {
        Set<String> reached =
                reached(program).stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(reached)
                .hasSizeGreaterThan(5)
                .noneMatch(name -> DATABASE.stream().anyMatch(name::startsWith));
    }

    /** Types that a program's types reach, through whatever other types of OKS. */
    private static Set<JavaClass> reached(String program) {
        Deque<JavaClass> open = new ArrayDeque<>();
        ALL.stream().filter(type -> program(type).equals(program)).forEach(open::add);
        Set<JavaClass> reached = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (Dependency dependency : open.remove().getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (reached.add(target) && target.getPackageName().startsWith("oks.")) {
                    open.add(target);
                }
            }
        }
        return reached;
    }

    private static String program(JavaClass type) {
        return PROGRAMS.stream()
                .filter(type.getPackageName()::startsWith)
                .findFirst()
                .orElse("");
    }
}
