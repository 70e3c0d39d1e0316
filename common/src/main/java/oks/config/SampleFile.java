package oks.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the commented sample of a configuration file: every setting with its sentence, range and default. */
public final class SampleFile {
    private static final int WIDTH = 100;

    private SampleFile() {}

    /** The sample's text: every setting commented out, so that the file as delivered changes no default. */
    public static String of(SettingsTable table) {
        List<String> lines = new ArrayList<>(List.of(
                "# " + table.fileName() + ": the settings of " + table.program() + "; see " + table.fileName() + "(5).",
                "# Every line below that begins with \"#\" and a key shows the default: take the \"#\" away to "
                        + "change it.",
                "# Relative paths count from the parent of this file's directory. This file is TOML."));
        for (String name : table.tables()) {
            lines.add("");
            lines.add("[" + name + "]  # " + table.about(name));
            for (Setting<?> setting : table.settingsOf(name)) {
                lines.add("");
                describe(setting, lines);
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static void describe(Setting<?> setting, List<String> lines) {
        wrap(setting.sentence(), lines);
        String effect = setting.change().name().toLowerCase(Locale.ROOT);
        wrap("Takes " + setting.expected() + "; a change takes effect at " + effect + ".", lines);
        lines.add("#" + setting.key() + " = " + setting.standardAsToml());
    }

    private static void wrap(String text, List<String> lines) {
        StringBuilder line = new StringBuilder("#");
        for (String word : text.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
    }
}
