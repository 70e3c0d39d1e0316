package oks.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The release that this code belongs to. */
public final class Version {

    private Version() {}

    /** A program's name and the number of its release, as {@code --version} shows them. */
    static String line(String program) {
        return program + " " + number();
    }

    /** The number of the release, such as {@code 2.0.0}. */
    public static String number() {
        try (InputStream file = Version.class.getResourceAsStream("/oks/version")) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
