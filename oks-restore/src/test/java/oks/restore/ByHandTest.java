package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.recovery.Digest;
import oks.testing.CommandRun;
import oks.testing.ExternalProgram;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives made with tar, in the forms in which people make them. */
final class ByHandTest extends RestoreScene {
    private static final String DEEP =
            "srv/a-directory-with-a-long-name/another-directory-with-a-long-name/and-a-third-one-so-that"
                    + "-no-old-header-can-hold-it/usr/local/oks/var/db";

    private Digest digest;

    @BeforeEach
    void stop() throws IOException {
        ExternalProgram.require("tar", "tar");
    }

    /** A database that was killed; its last recovery file has a hole at its end, as after preallocation. */
    private Path database(String path) throws IOException {
        Path directory = scratch.resolve(path);
        SampleDatabase database = SampleDatabase.create(directory, 1);
        digest = database.put(1, 2, 3).rotate().flush().put(4, 5).digest();
        database.kill();
        List<Path> files = database.recoveryFiles();
        try (RandomAccessFile last =
                new RandomAccessFile(files.get(files.size() - 1).toFile(), "rw")) {
            last.setLength(last.length() + (1 << 20));
        }
        return directory;
    }

    private void assertRestores(Path archive) throws IOException {
        CommandRun run = restore(archive, "--db", target, "-q", "--json");
        assertThat(run.status()).as(run.stdout() + run.stderr()).isZero();
        assertThat(run.json().path("made_by").isNull()).isTrue();
        assertRestored(digest, 5);
    }

    private Path tar(String... arguments) throws Exception {
        Path archive = scratch.resolve("by-hand.tar");
        List<String> command = new ArrayList<>(List.of("tar", "-c", "-f", archive.toString()));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
        return archive;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "oldgnu", "pax"})
    void leadingDirectoriesOfAnyDepth(String format) throws Exception {
        database(DEEP);
        assertRestores(tar("--format=" + format, "-C", scratch.toString(), DEEP.substring(0, DEEP.indexOf('/'))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "ustar", "v7"})
    void theDirectoryItself(String format) throws Exception {
        database("db");
        assertRestores(tar("--format=" + format, "-C", scratch.toString(), "db"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "./"})
    void theContentsOfTheDirectory(String name) throws Exception {
        assertRestores(tar("-C", database("var/db").toString(), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "ustar"})
    void anAbsolutePath(String format) throws Exception {
        assertRestores(tar("-P", "--format=" + format, database("var/db").toString()));
    }

    @ParameterizedTest
    @CsvSource({"gnu,", "pax, 0.0", "pax, 0.1", "pax, 1.0"})
    void sparseFiles(String format, String version) throws Exception {
        database("var/db");
        List<String> arguments = new ArrayList<>(List.of("-S", "--format=" + format));
        if (version != null) {
            arguments.add("--sparse-version=" + version);
        }
        arguments.addAll(List.of("-C", scratch.toString(), "var"));
        Path archive = tar(arguments.toArray(String[]::new));
        assertThat(Files.size(archive)).as("the hole is not in it").isLessThan(1 << 20);
        assertRestores(archive);
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip", "pigz, pigz", "zstd, zstd"})
    void compressedByAnotherProgram(String program, String debianPackage) throws Exception {
        ExternalProgram.require(program, debianPackage);
        database("var/db");
        Path archive = tar("-C", scratch.toString(), "var");
        run(program, "-q", archive.toString());
        assertRestores(archive.resolveSibling(archive.getFileName() + (program.equals("zstd") ? ".zst" : ".gz")));
    }
}
