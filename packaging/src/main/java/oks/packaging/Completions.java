package oks.packaging;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import oks.cli.SharedOptions;
import oks.log.ProgramLog;
import oks.oksctl.Oksctl;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Writes a bash completion script, which zsh uses, too, for every program, made from the options that the program
 * declares.
 */
public final class Completions {
    private static final Map<String, String> PROGRAMS = Map.of(
            "oksd", "oks.oksd.Oksd",
            "oks-http", "oks.http.OksHttp",
            "oks-backup", "oks.backup.OksBackup",
            "oks-restore", "oks.restore.OksRestore");

    private Completions() {}

    /** @param args the directory to write to */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, CommandLine> program : programs().entrySet()) {
            Files.writeString(
                    directory.resolve(program.getKey()), AutoComplete.bash(program.getKey(), program.getValue()));
        }
    }

    /** The command line of every program. */
    static Map<String, CommandLine> programs() {
        Map<String, CommandLine> programs = new TreeMap<>();
        PROGRAMS.forEach((program, type) -> programs.put(program, commandLine(type)));
        // Its subcommands are objects, not classes that an annotation names.
        programs.put("oksctl", SharedOptions.declare(new CommandLine(Oksctl.commands())));
        return programs;
    }

    private static CommandLine commandLine(String type) {
        try {
            return SharedOptions.declare(new CommandLine(Class.forName(type), new Unwired()));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("class " + type + " is missing", e);
        }
    }

    /** Makes commands whose options are read but which never run: what they are wired to may be missing. */
    private static final class Unwired implements CommandLine.IFactory {
        private final CommandLine.IFactory standard = CommandLine.defaultFactory();

        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {ProgramLog.class})) {
                    constructor.setAccessible(true);
                    return type.cast(constructor.newInstance((ProgramLog) null));
                }
            }
            return standard.create(type);
        }
    }
}
