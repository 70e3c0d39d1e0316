package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import oks.control.ControlRequest;
import oks.control.ControlSettings;
import oks.log.Printable;
import picocli.CommandLine.Command;

/** {@code oksctl config}. */
@Command(
        name = "config",
        description = {
            "Show every setting that oksd works with, and where it came from.",
            "That is the default, a line of the configuration file, or an environment variable."
        })
final class ConfigCommand extends ControlCommand {
    private static final int MOST_PADDED = 48;

    @Override
    ControlRequest request() {
        return new ControlRequest.Config();
    }

    /** The file, then a line per setting: as it would stand in the file, and its origin. */
    @Override
    String told(ObjectNode result) {
        ControlSettings settings = ControlSettings.fromJson(result);
        int width = settings.settings().stream()
                .mapToInt(entry -> line(entry).length())
                .filter(length -> length <= MOST_PADDED)
                .max()
                .orElse(1);
        StringBuilder text = new StringBuilder("# " + Printable.of(settings.file()));
        for (ControlSettings.Entry entry : settings.settings()) {
            String later = entry.afterRestart()
                    .map(value -> "; " + value + " after a restart")
                    .orElse("");
            text.append(String.format(
                    Locale.ROOT, "%n%-" + width + "s  # %s%s", line(entry), entry.origin(), Printable.of(later)));
        }
        return text.toString();
    }

    private static String line(ControlSettings.Entry entry) {
        return Printable.of(entry.name() + " = " + entry.value());
    }
}
