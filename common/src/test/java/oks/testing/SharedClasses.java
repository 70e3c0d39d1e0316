package oks.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * Classes of jars, prepared once by Java for all programs that a module's tests start: a start then takes half the
 * time. The system property {@code oks.classes} names the directory where they stand; without it, every start loads its
 * classes itself. See java(1), "Application Class Data Sharing".
 */
public final class SharedClasses {
    private static final String SILENT = "-Xlog:disable"; // of classes that cannot be shared

    private final Path file;

    private SharedClasses(Path file) {
        this.file = file;
    }

    /** Runs of programs with these options of Java; the classes that they load are prepared. */
    public interface Training {
        void run(List<String> options) throws Exception;
    }

    /** The options of Java for {@link JavaCommand}; one test process prepares the classes, others wait for it. */
    public static List<String> options(Training training) {
        Optional<Path> directory =
                Optional.ofNullable(System.getProperty("oks.classes")).map(Path::of);
        if (directory.isEmpty()) {
            return List.of();
        }
        SharedClasses classes = new SharedClasses(
                directory.get().toAbsolutePath().resolve(System.getProperty("java.vm.version") + ".jsa"));
        try {
            Files.createDirectories(classes.file.getParent());
            classes.prepareUnlessCurrent(training);
        } catch (Exception e) {
            throw new AssertionError("could not prepare classes in " + classes.file, e);
        }
        return List.of("-XX:SharedArchiveFile=" + classes.file, "-Xshare:auto", SILENT);
    }

    private void prepareUnlessCurrent(Training training) throws Exception {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !isCurrent()) {
                prepare(training);
            }
        }
    }

    /** Whether the very jars were prepared of which this run's class path consists. */
    private boolean isCurrent() throws IOException {
        return Files.exists(file)
                && Files.exists(jarsFile())
                && Files.readString(jarsFile()).equals(jars());
    }

    private Path jarsFile() {
        return file.resolveSibling(file.getFileName() + ".jars");
    }

    private static String jars() throws IOException {
        StringBuilder jars = new StringBuilder();
        for (Path jar : JavaCommand.jars()) {
            jars.append(jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar) + "\n");
        }
        return jars.toString();
    }

    private void prepare(Training training) throws Exception {
        Path scratch = Files.createTempDirectory("oks-classes");
        try {
            Path lists = Files.createDirectory(scratch.resolve("lists"));
            training.run(List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + lists.resolve("%p")));
            Path classes = Files.write(scratch.resolve("classes"), inJars(lists));
            Path made = scratch.resolve("made");
            dump(classes, made);
            Files.writeString(jarsFile(), jars());
            Files.copy(made, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            FileUtils.deleteDirectory(scratch.toFile());
        }
    }

    private static void dump(Path classes, Path made) throws IOException, InterruptedException {
        List<String> command = JavaCommand.of(
                List.of("-Xshare:dump", "-XX:SharedClassListFile=" + classes, "-XX:SharedArchiveFile=" + made, SILENT),
                "none");
        command.set(
                command.indexOf("-cp") + 1,
                JavaCommand.jars().stream().map(Path::toString).collect(Collectors.joining(":")));
        Process dump = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(dump.waitFor()).as("%s: %s", command, said).isZero();
    }

    /** Each class once, in the order of the runs; newer JVMs number the classes of a run. */
    private static Set<String> inJars(Path lists) throws IOException {
        List<Path> runs;
        try (Stream<Path> files = Files.list(lists)) {
            runs = files.sorted().toList();
        }
        Set<String> classes = new LinkedHashSet<>();
        for (Path run : runs) {
            for (String line : Files.readAllLines(run)) {
                if (!line.startsWith("#") && !line.contains(" source: ")) {
                    classes.add(line.replaceFirst(" id: .*", ""));
                }
            }
        }
        return classes;
    }
}
