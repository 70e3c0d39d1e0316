package oks.http.server;

import io.vertx.core.net.KeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509KeyManager;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;

/**
 * The certificate that the gateway shows to clients, with its private key: read from PEM files and proven by a
 * handshake in memory, so that nothing is put in force that a handshake would fail on.
 *
 * @param keys shows the chain and signs with the key
 * @param subject whom it names
 * @param notAfter when it expires
 */
public record TlsCertificate(X509KeyManager keys, String subject, Instant notAfter) {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");
    private static final Pattern PRIVATE_KEY = Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END");

    /**
     * Reads what {@code [tls]} names.
     *
     * @throws OperatorFault USAGE when a file cannot be read or they do not fit together
     */
    public static TlsCertificate read(OksHttpSettings.Tls settings) {
        Path certificate = Path.of(settings.certificate());
        Path key = keyFile(settings);
        byte[] pem = bytes(key);
        List<X509Certificate> shown = chain(certificate, bytes(certificate));
        X509Certificate first = shown.get(0);
        PrivateKey secret = privateKey(key, new String(pem, StandardCharsets.ISO_8859_1), first.getPublicKey());
        if (!fits(certificate, first.getPublicKey(), secret)) {
            throw fault(
                    "the private key in file \"%s\" does not belong to the certificate in file \"%s\"",
                    key, certificate);
        }
        X509KeyManager keys = keys(shown, secret);
        requireHandshake(certificate, first, keys);
        return new TlsCertificate(
                keys,
                first.getSubjectX500Principal().getName(),
                first.getNotAfter().toInstant());
    }

    /**
     * As whom the files were read, and whose the key is: the user of the service may be another one, who cannot read
     * it.
     */
    public static String readersOf(OksHttpSettings.Tls settings) {
        Path key = keyFile(settings);
        return String.format(
                Locale.ROOT,
                "TLS: checked as user \"%s\"; the user who runs oks-http must be able to read \"%s\", which %s",
                System.getProperty("user.name"),
                key,
                owner(key));
    }

    private static String owner(Path key) {
        try {
            PosixFileAttributes there = Files.readAttributes(key, PosixFileAttributes.class);
            return String.format(
                    Locale.ROOT,
                    "belongs to \"%s\" and group \"%s\" (%s)",
                    there.owner().getName(),
                    there.group().getName(),
                    PosixFilePermissions.toString(there.permissions()));
        } catch (IOException | UnsupportedOperationException e) {
            return "is of an owner who is not known";
        }
    }

    private static Path keyFile(OksHttpSettings.Tls settings) {
        return Path.of(settings.key().isEmpty() ? settings.certificate() : settings.key());
    }

    /** For a listener. */
    public KeyCertOptions options() {
        return KeyCertOptions.wrap(keys);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw fault("there is no file \"%s\" for TLS", file);
        } catch (IOException e) {
            throw fault("could not read file \"%s\" for TLS: %s", file, IoReason.of(e))
                    .because(e);
        }
    }

    private static List<X509Certificate> chain(Path file, byte[] pem) {
        try {
            String text = new String(pem, StandardCharsets.ISO_8859_1);
            StringBuilder certificates = new StringBuilder(); // what stands between them is for people, or is the key
            CERTIFICATE
                    .matcher(text)
                    .results()
                    .forEach(found -> certificates.append(found.group()).append('\n'));
            if (certificates.isEmpty()) {
                throw fault("file \"%s\" holds no certificate for TLS", file);
            }
            Collection<? extends Certificate> read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(certificates.toString().getBytes(StandardCharsets.ISO_8859_1)));
            return read.stream().map(X509Certificate.class::cast).toList();
        } catch (CertificateException e) {
            throw fault("the certificate in file \"%s\" is broken: %s", file, e.getMessage())
                    .because(e);
        }
    }

    private static X509KeyManager keys(List<X509Certificate> chain, PrivateKey secret) {
        try {
            char[] none = {};
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, none);
            store.setKeyEntry("oks-http", secret, none, chain.toArray(new Certificate[0]));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, none);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw fault("Java cannot use the private key for TLS: %s", e.getMessage())
                    .because(e);
        }
    }

    private static void requireHandshake(Path file, X509Certificate certificate, X509KeyManager keys) {
        try {
            TlsHandshake.inMemory(keys);
        } catch (SSLException e) {
            throw unusable(file, certificate.getPublicKey().getAlgorithm()).because(e);
        }
    }

    private static PrivateKey privateKey(Path file, String pem, PublicKey publicKey) {
        Matcher found = PRIVATE_KEY.matcher(pem);
        if (!found.find()) {
            throw fault("file \"%s\" holds no private key for TLS", file);
        }
        if (!found.group(1).isEmpty()) {
            throw fault(
                            "the private key in file \"%s\" is not plain PKCS #8 but \"%sPRIVATE KEY\"",
                            file, found.group(1))
                    .next("convert it with \"openssl pkcs8 -topk8 -nodes -in OLD -out NEW\"");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(2));
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw fault(
                            "the private key in file \"%s\" is broken, or not the certificate's (%s)",
                            file, publicKey.getAlgorithm())
                    .because(e);
        }
    }

    private static boolean fits(Path file, PublicKey shown, PrivateKey secret) {
        byte[] probe = {1, 2, 3};
        byte[] signed;
        Signature signature;
        try {
            signature = Signature.getInstance(
                    switch (shown.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        case "DSA" -> "SHA256withDSA";
                        default -> shown.getAlgorithm();
                    });
            signature.initSign(secret);
            signature.update(probe);
            signed = signature.sign();
        } catch (GeneralSecurityException e) { // a curve or a kind that Java does not have
            throw unusable(file, shown.getAlgorithm()).because(e);
        }
        try {
            signature.initVerify(shown);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of another size
        }
    }

    private static OperatorFault unusable(Path certificate, String algorithm) {
        return fault(
                "the certificate in file \"%s\" has a key of a kind that TLS cannot use (%s): RSA, and ECDSA with "
                        + "the curves P-256 "
                        + "and P-384, work with every client",
                certificate, algorithm);
    }

    private static OperatorFault fault(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values)
                .next("correct tls.certificate and tls.key in oks-http.conf, or the files");
    }
}
