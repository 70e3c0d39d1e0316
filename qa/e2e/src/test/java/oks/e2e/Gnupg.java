package oks.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import oks.testing.ExternalProgram;
import oks.testing.GnuPgHome;

/** A fresh GnuPG home, with the real gpg; its agents end with it. */
final class Gnupg implements AutoCloseable {
    private final GnuPgHome home;

    private Gnupg(GnuPgHome home) {
        this.home = home;
    }

    static Gnupg create() throws IOException {
        ExternalProgram.require("dirmngr", "dirmngr");
        return new Gnupg(GnuPgHome.create());
    }

    /** GNUPGHOME. */
    Path home() {
        return home.directory();
    }

    Finished gpg(String... arguments) throws IOException, InterruptedException {
        String directory = home.directory().toString();
        List<String> command = new ArrayList<>(List.of("gpg", "--batch", "--no-tty", "--homedir", directory));
        command.addAll(List.of(arguments));
        return Finished.run(home.directory(), Map.of("LC_ALL", "C.UTF-8", "GNUPGHOME", directory), command);
    }

    /** Makes a key and returns its fingerprint. */
    String makeKey(String userId) throws IOException, InterruptedException {
        Finished made = gpg(
                        "--status-fd", "1", "--passphrase", "", "--quick-gen-key", userId, "ed25519", "sign", "never")
                .done();
        return made.stdout()
                .lines()
                .filter(line -> line.contains("KEY_CREATED"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
    }

    Finished send(Keyserver keyserver, List<String> fingerprints) throws IOException, InterruptedException {
        return gpg(arguments(List.of("--keyserver", keyserver.url(), "--send-keys"), fingerprints));
    }

    Finished receive(Keyserver keyserver, List<String> fingerprints) throws IOException, InterruptedException {
        return gpg(arguments(List.of("--keyserver", keyserver.url(), "--recv-keys"), fingerprints));
    }

    /** The primary fingerprints of the certificates in this home. */
    List<String> fingerprints() throws IOException, InterruptedException {
        List<String> primaries = new ArrayList<>();
        boolean primary = false;
        for (String line :
                gpg("--with-colons", "--list-keys").done().stdout().lines().toList()) {
            if (line.startsWith("pub:")) {
                primary = true;
            } else if (primary && line.startsWith("fpr:")) {
                primaries.add(line.split(":")[9]);
                primary = false;
            }
        }
        return primaries;
    }

    private static String[] arguments(List<String> options, List<String> fingerprints) {
        List<String> all = new ArrayList<>(options);
        all.addAll(fingerprints);
        return all.toArray(String[]::new);
    }

    @Override
    public void close() throws IOException {
        home.close();
    }
}
