package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls between the programs, and between them and what they must not see (doc/architecture.md, "Programs"). */
final class ProgramWallsTest {
    private static final JavaClasses ALL = MainClasses.in("oks");
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

    /** Each package of a program and the others of that program that it may import; the program's own imports all. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("oks.http.answer", Set.of()),
            Map.entry("oks.http.page", Set.of("answer")),
            Map.entry("oks.http.server", Set.of("answer", "page")),
            Map.entry("oks.http.hkp", Set.of("answer", "page", "server")),
            Map.entry("oks.backup.output", Set.of()),
            Map.entry("oks.backup.source", Set.of("output")),
            Map.entry("oks.backup.archive", Set.of("output", "source")),
            Map.entry("oks.backup.verify", Set.of("output", "source", "archive")),
            Map.entry("oks.backup.recovery", Set.of("output", "source", "archive", "verify")),
            Map.entry("oks.backup.check", Set.of("output", "source", "verify", "recovery")),
            Map.entry("oks.backup.expire", Set.of("output", "source", "verify")),
            Map.entry("oks.restore.log", Set.of()),
            Map.entry("oks.restore.database", Set.of("log")),
            Map.entry("oks.restore.replay", Set.of("log", "database")),
            Map.entry("oks.restore.show", Set.of("log")),
            Map.entry("oks.restore.salvage", Set.of("log", "database")),
            Map.entry("oks.oksd.start", Set.of()),
            Map.entry("oks.oksd.writer", Set.of("start")),
            Map.entry("oks.oksd.serve", Set.of("writer")),
            Map.entry("oks.oksd.control", Set.of("start", "writer", "serve")),
            Map.entry("oks.oksctl.load", Set.of()));

    @Test
    void noPackageOfAProgramImportsOneAboveIt() {
        Set<String> wrong = new TreeSet<>();
        Set<String> packages = new TreeSet<>();
        for (JavaClass type : ALL) {
            String from = type.getPackageName();
            String program = program(type);
            if (program.isEmpty() || from.equals(program)) {
                continue;
            }
            packages.add(from);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String to = dependency.getTargetClass().getPackageName();
                boolean own = to.equals(program) || to.startsWith(program + ".");
                if (own && !to.equals(from) && !mayImport(from, to.substring(program.length()))) {
                    wrong.add(dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(packages).isEqualTo(MAY_IMPORT.keySet());
    }

    private static boolean mayImport(String from, String to) {
        return MAY_IMPORT.getOrDefault(from, Set.of()).contains(to.replaceFirst("^\\.", ""));
    }

    /** A type that needs itself, by way of others of its package, cannot be understood or tested alone. */
    @Test
    void noTypesOfAPackageNeedEachOtherInACircle() {
        Map<JavaClass, Set<JavaClass>> needed = new HashMap<>();
        for (JavaClass type : ALL) {
            JavaClass from = outermost(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass to = outermost(dependency.getTargetClass());
                if (!to.equals(from) && to.getPackageName().equals(from.getPackageName())) {
                    needed.computeIfAbsent(from, some -> new HashSet<>()).add(to);
                }
            }
        }
        Map<String, Set<String>> circles = new TreeMap<>();
        for (JavaClass type : needed.keySet()) {
            if (reached(needed.get(type), next -> needed.getOrDefault(next, Set.of()))
                    .contains(type)) {
                circles.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
                        .add(type.getSimpleName());
            }
        }
        assertThat(needed).hasSizeGreaterThan(300);
        assertThat(circles).isEmpty();
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ProgramWallsTest::outermost).orElse(type);
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
        Set<JavaClass> own =
                ALL.stream().filter(type -> program(type).equals(program)).collect(Collectors.toSet());
        return reached(own, type -> type.getPackageName().startsWith("oks.") ? targets(type) : Set.of());
    }

    private static Set<JavaClass> targets(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .map(Dependency::getTargetClass)
                .collect(Collectors.toSet());
    }

    private static Set<JavaClass> reached(Set<JavaClass> from, Function<JavaClass, Set<JavaClass>> next) {
        Deque<JavaClass> open = new ArrayDeque<>(from);
        Set<JavaClass> reached = new HashSet<>(from);
        while (!open.isEmpty()) {
            next.apply(open.remove()).stream().filter(reached::add).forEach(open::add);
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
