package oks.oksctl;

import java.util.List;
import oks.openpgp.Fingerprint;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The certificate a command is about; the fingerprint may be in groups, as gpg prints it. */
final class FingerprintParameter {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FINGERPRINT",
            arity = "1..*",
            description = "The fingerprint of the primary key, with or without 0x and spaces.")
    private List<String> groups;

    /** The fingerprint; refuses anything else. */
    Fingerprint parse() {
        String text = String.join("", groups).replace(" ", "");
        try {
            return Fingerprint.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "\"" + String.join(" ", groups)
                            + "\" is no fingerprint: 40 hexadecimal digits are expected (64 for version 6, 32 for "
                            + "version 3)",
                    e);
        }
    }
}
