package oks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The packages of common stand in layers: an import that points up, or past what is listed here, fails. */
class LayersTest {
    private static final JavaClasses COMMON = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("oks");

    /** Each package and what it may import of OKS; whoever adds an arrow adds it here, with a reason in the commit. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("cli", Set.of("config", "control", "json", "fault", "log")),
            Map.entry("control", Set.of("openpgp", "process", "json", "fault")),
            Map.entry("service", Set.of("process", "fault")),
            Map.entry("archive", Set.of("recovery", "durable", "json", "fault")),
            Map.entry("store", Set.of("recovery", "openpgp", "durable", "fault")),
            Map.entry("recovery", Set.of("durable", "fault")),
            Map.entry("openpgp", Set.of("fault")),
            Map.entry("log", Set.of("config", "fault")),
            Map.entry("config", Set.of("openpgp", "fault")),
            Map.entry("process", Set.of("fault")),
            Map.entry("json", Set.of("fault")),
            Map.entry("durable", Set.of("fault")),
            Map.entry("fault", Set.of()));

    @Test
    void everyPackageImportsOnlyWhatStandsBelowIt() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : COMMON) {
            String from = layer(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                String to = layer(target);
                boolean ours = target.getPackageName().startsWith("oks.");
                if (ours
                        && !to.equals(from)
                        && !MAY_IMPORT.getOrDefault(from, Set.of()).contains(to)) {
                    wrong.add(from + " imports " + to + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPackageHasAPlaceInTheLayers() {
        Set<String> packages = new TreeSet<>();
        COMMON.forEach(type -> packages.add(layer(type)));
        assertThat(MAY_IMPORT.keySet()).containsAll(packages);
        assertThat(COMMON).hasSizeGreaterThan(50);
    }

    @Test
    void onlyOpenpgpImportsBouncyCastleAndOnlyStoreImportsRocksdb() {
        assertThat(users("org.bouncycastle")).isSubsetOf(List.of("openpgp"));
        assertThat(users("org.rocksdb")).isSubsetOf(List.of("store"));
    }

    private static Set<String> users(String library) {
        Set<String> users = new TreeSet<>();
        for (JavaClass type : COMMON) {
            boolean uses = type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(dependency ->
                            dependency.getTargetClass().getPackageName().startsWith(library));
            if (uses) {
                users.add(layer(type));
            }
        }
        return users;
    }

    private static String layer(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.");
        return parts.length > 1 ? parts[1] : "";
    }
}
