package oks.packaging;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The classes of OKS that are no tests, wherever a build takes the tests' from: a directory, or the test-jar. */
final class MainClasses {
    private MainClasses() {}

    /** Those below a package. */
    static JavaClasses in(String topmost) {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages(topmost);
    }
}
