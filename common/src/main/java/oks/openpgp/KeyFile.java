package oks.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Refused;
import org.bouncycastle.openpgp.PGPUtil;

/** A file of an operator's: certificates, a private key or a signature; armored or binary. */
final class KeyFile {
    private static final int MOST = 16 << 20;

    private KeyFile() {}

    /** The certificates in it, their self-signatures verified. */
    static List<Certificate> certificates(byte[] contents, String file) {
        ParsedUpload parsed = new UploadParser(Limits.standard(), Policy.standard()).parse(contents);
        if (parsed.accepted().isEmpty()) {
            throw unusable(
                    file,
                    parsed.refused().stream().findFirst().map(Refused::text).orElse("it holds no certificate"));
        }
        return parsed.accepted().stream().map(Accepted::certificate).toList();
    }

    /** The bytes without armor. */
    static byte[] binary(byte[] contents, String file) {
        try {
            return PGPUtil.getDecoderStream(new ByteArrayInputStream(contents)).readNBytes(MOST);
        } catch (IOException | RuntimeException e) { // what the library throws for what is no OpenPGP
            throw unusable(file, "it is neither binary nor armored OpenPGP");
        }
    }

    static OperatorFault unusable(String file, String why) {
        return OperatorFault.of(ExitCode.USAGE, "file \"%s\" cannot be used: %s", file, why)
                .kept("nothing was written");
    }
}
