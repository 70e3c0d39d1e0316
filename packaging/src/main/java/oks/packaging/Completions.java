package oks.packaging;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import oks.log.ProgramLog;
import oks.oksctl.Oksctl;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes a bash completion script, which zsh uses, too, for every program, made from the options that the program declares. */
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
        for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
            write(program.getKey(), program.getValue(), directory);
        }
        // Its subcommands are objects, not classes that an annotation names.
        Files.writeString(directory.resolve("oksctl"), AutoComplete.bash("oksctl", new CommandLine(Oksctl.commands())));
    }

    private static void write(String program, String type, Path directory) throws IOException {
        try {
            CommandLine command = new CommandLine(Class.forName(type), new Unwired());
            Files.writeString(directory.resolve(program), AutoComplete.bash(program, command));
        } catch (ClassNotFoundException e) { // LaunchersIT fails without its script
            System.err.println("no completion for " + program + ": class " + type + " is missing");
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
