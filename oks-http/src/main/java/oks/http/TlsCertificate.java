package oks.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;

/**
 * The certificate that the gateway shows to clients, with its private key: read from PEM files and proven to belong together,
 * so that nothing is put in force that a handshake would fail on.
 *
 * @param subject  whom it names
 * @param notAfter when it expires
 */
record TlsCertificate(Buffer chain, Buffer key, String subject, Instant notAfter) {
    private static final Pattern PRIVATE_KEY = Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END");

    /**
     * Reads what {@code [tls]} names.
     *
     * @throws OperatorFault USAGE when a file cannot be read or they do not fit together
     */
    static TlsCertificate read(OksHttpSettings.Tls settings) {
        Path certificate = Path.of(settings.certificate());
        Path key = settings.key().isEmpty() ? certificate : Path.of(settings.key());
        byte[] chain = bytes(certificate);
        byte[] pem = bytes(key);
        X509Certificate first = first(certificate, chain);
        PrivateKey secret = privateKey(key, new String(pem, StandardCharsets.ISO_8859_1), first.getPublicKey());
        if (!fits(first.getPublicKey(), secret)) {
            throw fault("the private key in file \"%s\" does not belong to the certificate in file \"%s\"", key, certificate);
        }
        return new TlsCertificate(Buffer.buffer(chain), Buffer.buffer(pem), first.getSubjectX500Principal().getName(),
                first.getNotAfter().toInstant());
    }

    /** For a listener. */
    KeyCertOptions options() {
        return new PemKeyCertOptions().setCertValue(chain).setKeyValue(key);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw fault("there is no file \"%s\" for TLS", file);
        } catch (IOException e) {
            throw fault("could not read file \"%s\" for TLS: %s", file, IoReason.of(e)).because(e);
        }
    }

    private static X509Certificate first(Path file, byte[] pem) {
        try {
            String text = new String(pem, StandardCharsets.ISO_8859_1);
            int begin = text.indexOf("-----BEGIN CERTIFICATE-----"); // what stands before it is for people, or is the key
            if (begin < 0) {
                throw fault("file \"%s\" holds no certificate for TLS", file);
            }
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem, begin, pem.length - begin));
        } catch (CertificateException e) {
            throw fault("the certificate in file \"%s\" is broken: %s", file, e.getMessage()).because(e);
        }
    }

    private static PrivateKey privateKey(Path file, String pem, PublicKey publicKey) {
        Matcher found = PRIVATE_KEY.matcher(pem);
        if (!found.find()) {
            throw fault("file \"%s\" holds no private key for TLS", file);
        }
        if (!found.group(1).isEmpty()) {
            throw fault("the private key in file \"%s\" is not plain PKCS #8 but \"%sPRIVATE KEY\"", file, found.group(1))
                    .next("convert it with \"openssl pkcs8 -topk8 -nodes -in OLD -out NEW\"");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(2));
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw fault("the private key in file \"%s\" is broken, or not the certificate's (%s)", file, publicKey.getAlgorithm()).because(e);
        }
    }

    private static boolean fits(PublicKey shown, PrivateKey secret) {
        try {
            Signature signature = Signature.getInstance(switch (shown.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> shown.getAlgorithm();
            });
            byte[] probe = {1, 2, 3};
            signature.initSign(secret);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of another kind or size
        }
    }

    private static OperatorFault fault(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values).next("correct tls.certificate and tls.key in oks-http.conf, or the files");
    }
}
