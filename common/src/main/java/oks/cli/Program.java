package oks.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import oks.config.LogSettings;
import oks.config.NearestName;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.Printable;
import oks.log.ProgramLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs a program's command line: help and version on standard output, errors of usage with a hint and status 2, faults
 * as lines on standard error or, with {@code --json}, as one object on standard output, and the exit status.
 *
 * <p>{@code public static void main(String[] args) { System.exit(Program.of("oksctl").run(args, log -> new Oksctl()));
 * }}
 */
public final class Program {
    private final String name;
    private final Console console;
    private final LogSettings unread;

    /** @param unread how a daemon logs before it has read its settings */
    Program(String name, Console console, LogSettings unread) {
        this.name = name;
        this.console = console;
        this.unread = unread;
    }

    /** A program on this process's streams. */
    public static Program of(String name) {
        return of(name, Console.ofProcess());
    }

    /** A program on other streams, as tests have them. */
    public static Program of(String name, Console console) {
        return new Program(name, console, LogSettings.standard());
    }

    /**
     * Runs a tool's command.
     *
     * @param command makes the object with picocli's annotations; it gets the log, which writes to standard error
     * @return the exit status
     */
    public int run(String[] args, Function<ProgramLog, Object> command) {
        Installation.announce(console.environment());
        try (ProgramLog log = ProgramLog.begin(name, console.err())) {
            return execute(args, command.apply(log), (fault, failed) -> show(fault, asJson(args), output(failed)));
        }
    }

    /**
     * Runs a daemon's command. Its faults are logged, so that they reach syslog too; until the command has applied its
     * settings to the log, with the standard settings.
     *
     * @return the exit status
     */
    public int runDaemon(String[] args, Function<ProgramLog, Object> command) {
        Installation.announce(console.environment());
        try (ProgramLog log = ProgramLog.begin(name, console.err())) {
            log.apply(unread);
            return execute(args, command.apply(log), (fault, failed) -> log(fault));
        }
    }

    private int execute(String[] args, Object command, BiConsumer<OperatorFault, Object> report) {
        CommandLine line = SharedOptions.declare(new CommandLine(command));
        prepare(line);
        line.setExecutionStrategy(parsed -> {
            SharedOptions.pass(parsed);
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setParameterExceptionHandler((wrong, given) -> usage(wrong, given));
        line.setExecutionExceptionHandler((thrown, failed, parsed) -> {
            OperatorFault fault = FaultReport.of(thrown);
            OptionalInt told = toldByCommand(fault, failed.getCommand(), args);
            if (told.isPresent()) {
                return told.getAsInt();
            }
            report.accept(fault, failed.getCommand());
            return fault.code().status();
        });
        int status = line.execute(args);
        console.out().flush();
        console.err().flush();
        return status;
    }

    private void prepare(CommandLine line) {
        line.setCommandName(name);
        line.registerConverter(Path.class, new PathArgument());
        line.setExpandAtFiles(false); // a file's name may begin with "@"
        line.setOut(new PrintWriter(console.out(), true, Charset.defaultCharset()));
        line.setErr(new PrintWriter(console.err(), true, Charset.defaultCharset()));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(console.outHasColours() ? Ansi.ON : Ansi.OFF));
        attach(line.getCommandSpec());
    }

    private void attach(CommandSpec spec) {
        spec.versionProvider(() -> new String[] {Version.line(name)});
        spec.mixins().values().stream()
                .map(CommandSpec::userObject)
                .filter(HelpOptions.class::isInstance)
                .forEach(options -> ((HelpOptions) options).attach(console));
        spec.subcommands().values().forEach(subcommand -> attach(subcommand.getCommandSpec()));
    }

    private OptionalInt toldByCommand(OperatorFault fault, Object command, String... args) {
        return command instanceof FaultTeller teller
                ? teller.tell(fault, List.of(args), console.out())
                : OptionalInt.empty();
    }

    private int usage(ParameterException wrong, String... args) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String what = wrong instanceof UnmatchedArgumentException unmatched && namesNoCommand(unmatched)
                ? "unknown command \"" + Printable.of(unmatched.getUnmatched().get(0)) + "\""
                : lowerFirst(Printable.of(String.valueOf(wrong.getMessage()).replace('\n', ' ')));
        String hint = wrong instanceof UnmatchedArgumentException unmatched ? hint(unmatched) : "";
        OperatorFault fault = OperatorFault.of(ExitCode.USAGE, "%s", what).next("%srun \"%s --help\"", hint, command);
        OptionalInt told = toldByCommand(fault, wrong.getCommandLine().getCommand(), args);
        if (told.isPresent()) {
            return told.getAsInt();
        }
        show(fault, asJson(args), console.out());
        return ExitCode.USAGE.status();
    }

    private static boolean namesNoCommand(UnmatchedArgumentException wrong) {
        return !wrong.getCommandLine().getSubcommands().isEmpty() && !wrong.isUnknownOption();
    }

    /** The command or option of which a few letters differ; picocli itself suggests some however far they are. */
    private static String hint(UnmatchedArgumentException wrong) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        List<String> known = Stream.concat(
                        command.subcommands().keySet().stream(), command.optionsMap().keySet().stream())
                .filter(name -> name.length() > "-q".length())
                .toList();
        return wrong.getUnmatched().stream()
                .findFirst()
                .flatMap(unknown -> NearestName.find(unknown.split("=")[0], known))
                .map(near -> "did you mean \"" + near + "\"? ")
                .orElse("");
    }

    /** Where the object of a command goes with {@code --json}. */
    private PrintStream output(Object command) {
        return command instanceof DataCommand data && data.writesData() ? console.err() : console.out();
    }

    private void show(OperatorFault fault, boolean json, PrintStream object) {
        if (json) {
            object.println(FaultReport.json(fault));
        } else {
            fault.lines(name).forEach(line -> console.err().println(Printable.of(line)));
        }
        if (fault.getCause() != null
                && !console.environment().getOrDefault("OKS_DEBUG", "").isEmpty()) {
            fault.getCause().printStackTrace(console.err());
        }
    }

    private void log(OperatorFault fault) {
        Logger logger = LoggerFactory.getLogger("oks." + name);
        fault.logLines().forEach(line -> logger.error("{}", line));
        if (fault.getCause() != null) {
            logger.debug("the reason", fault.getCause());
        }
    }

    private static boolean asJson(String... args) {
        return Arrays.asList(args).contains(OutputOptions.JSON);
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
