package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The stored sample certificates; README.md beside them says how each was made. */
final class Samples {
    static final List<String> ALL = List.of(
            "rsa.pgp",
            "dsa-elgamal.pgp",
            "ed25519.pgp",
            "nistp.pgp",
            "brainpool.pgp",
            "expired.pgp",
            "before-revocation.pgp",
            "revoked.pgp",
            "photo.pgp",
            "third-party.pgp",
            "signing-subkey.pgp",
            "attested.pgp",
            "rfc9580-a3.asc",
            "rfc9980-v4-ml-kem-768.asc",
            "rfc9980-ml-dsa-65.asc",
            "rfc9980-slh-dsa-128s.asc",
            "openpgpjs-ml-dsa-65.asc");

    private Samples() {}

    static byte[] bytes(String name) {
        try (InputStream in = Samples.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ParsedUpload parse(byte[] upload) {
        return new UploadParser(Limits.standard(), Policy.standard()).parse(upload);
    }

    /** The one certificate in a sample. */
    static Certificate certificate(String name) {
        return certificate(bytes(name));
    }

    /** The one certificate in an upload with nothing else. */
    static Certificate certificate(byte[] upload) {
        ParsedUpload parsed = parse(upload);
        assertThat(parsed.refused()).isEmpty();
        assertThat(parsed.accepted()).hasSize(1);
        return parsed.accepted().get(0).certificate();
    }
}
