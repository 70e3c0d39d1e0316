package oks.backup.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import oks.archive.Manifest;
import oks.archive.ManifestText;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.TrustedKeys;

/** The check of the signatures of archives, and its result as text. */
final class SignatureCheck {
    private final Disk disk;
    private final Optional<TrustedKeys> trusted;

    /** @param trusted who must have signed every archive; empty when nothing is demanded */
    SignatureCheck(Disk disk, Optional<TrustedKeys> trusted) {
        this.disk = disk;
        this.trusted = trusted;
    }

    /**
     * Checks the signature of a manifest.
     *
     * @param archive its name, for messages
     * @param signature where it should stand
     * @return what to say about it; "" when there is nothing to say
     * @throws OperatorFault DAMAGED when a signature is demanded, and there is none that counts
     */
    String check(Manifest manifest, String archive, Path signature) throws IOException {
        if (trusted.isEmpty()) {
            return disk.exists(signature) ? "; signed, but by whom was not asked (--trusted-keys)" : "";
        }
        if (!disk.exists(signature)) {
            throw unsigned(archive, "has no signature \"" + signature + "\"");
        }
        TrustedKeys.Signed signed = trusted.get()
                .verify(
                        Durable.read(disk, signature),
                        ManifestText.statement(manifest),
                        "signature \"" + signature + "\"");
        return "; signed by " + signed.certificate() + " at " + signed.at();
    }

    /** An archive made by hand has nothing that could be signed: refused when signatures are demanded. */
    void refuseWithoutManifest(String archive) {
        if (trusted.isPresent()) {
            throw unsigned(archive, "was made by hand, without a manifest that could be signed");
        }
    }

    private static OperatorFault unsigned(String archive, String why) {
        return OperatorFault.of(ExitCode.DAMAGED, "archive \"%s\" %s", archive, why)
                .next("take a signed archive, or make one: %s", Advice.signedArchive());
    }
}
