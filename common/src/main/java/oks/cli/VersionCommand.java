package oks.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code version}, for those who do not type {@code --version}. */
@Command(name = "version", description = "Show the version.")
final class VersionCommand implements Runnable {
    @Mixin
    private HelpOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        options.out().println(Version.line(spec.root().name()));
    }
}
