package oks.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.testing.SampleCertificates;
import oks.testing.SharedClasses;
import org.apache.commons.io.FileUtils;

/** The options of Java with which the programs are started here, hundreds of times. */
final class Programs {
    static final List<String> OPTIONS = with(SharedClasses.options(Programs::use));

    private Programs() {}

    private static List<String> with(List<String> classes) {
        List<String> options = new ArrayList<>(classes);
        options.add("-Xmx512m");
        return List.copyOf(options);
    }

    /** What tests do most, so that most classes are seen. */
    private static void use(List<String> options) throws IOException, InterruptedException {
        Path prefix = Files.createTempDirectory("oks-e2e");
        Path out = Files.createDirectory(prefix.resolve("out"));
        try (Keyserver keyserver = Keyserver.in(prefix, options).startOksd().startHttp()) {
            String conf = keyserver.conf("oksd");
            keyserver.add(SampleCertificates.certificate(1));
            keyserver.oksctl("status", "--conf", conf).done();
            keyserver.oksBackup("full", "--out", out.toString(), "--conf", conf).done();
            keyserver
                    .oksBackup("recovery", "--rotate", "--out", out.toString(), "--conf", conf)
                    .done();
            keyserver
                    .oksRestore(
                            "from",
                            out.toString(),
                            "--db",
                            prefix.resolve("restored").toString(),
                            "--json")
                    .done();
            keyserver.oksctl("stop", "--conf", conf).done();
            keyserver.awaitEnd();
        } finally {
            FileUtils.deleteDirectory(prefix.toFile());
        }
    }
}
