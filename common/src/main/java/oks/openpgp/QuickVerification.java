package oks.openpgp;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Verifies Ed25519 with native code where that is installed: the Amazon Corretto Crypto Provider, whose jar an operator
 * may put beside the program's (oksd(8), "FASTER VERIFICATION"). It may only say yes: whatever it does not verify, for
 * whatever reason, Bouncy Castle decides about, so that a broken or odd signature meets the same judge everywhere. Any
 * thread.
 *
 * <p>Ed25519 takes 0.44 of the time that Bouncy Castle takes. Other algorithms are left out because they gain little:
 * RSA 0.65, ECDSA 0.6 to 0.85; and the JDK's own provider is as fast with RSA and takes 7 to 13 times as long with the
 * others.
 */
final class QuickVerification {
    private static final String NAME = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final String ED25519 = "Ed25519";
    /** The bytes before the 32 bytes of a key in its SubjectPublicKeyInfo (RFC 8410, section 4). */
    private static final byte[] ED25519_KEY = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final Optional<QuickVerification> INSTALLED = find(); // last: it uses what stands before it

    private final Provider provider;

    private QuickVerification(Provider provider) {
        this.provider = provider;
    }

    /** The one that is installed; empty without any that works. */
    static Optional<QuickVerification> installed() {
        return INSTALLED;
    }

    private static Optional<QuickVerification> find() {
        try {
            Provider provider = Class.forName(NAME)
                    .asSubclass(Provider.class)
                    .getConstructor()
                    .newInstance();
            return Optional.of(new QuickVerification(provider)).filter(QuickVerification::works);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Optional.empty(); // not there, for another kind of machine, or it could not unpack its library
        }
    }

    /** RFC 8032, section 7.1, "TEST 1", and the same with one bit changed. */
    private boolean works() {
        byte[] key = HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        byte[] signature = HexFormat.of()
                .parseHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                        + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
        boolean right = ed25519(key, new byte[0], signature);
        signature[0] ^= 1;
        return right && !ed25519(key, new byte[0], signature);
    }

    /** Whether an Ed25519 key, 32 bytes, is known to have signed this digest. */
    boolean ed25519(byte[] key, byte[] digest, byte[] signature) {
        byte[] encoded = new byte[ED25519_KEY.length + key.length];
        System.arraycopy(ED25519_KEY, 0, encoded, 0, ED25519_KEY.length);
        System.arraycopy(key, 0, encoded, ED25519_KEY.length, key.length);
        try {
            PublicKey decoded = KeyFactory.getInstance(ED25519).generatePublic(new X509EncodedKeySpec(encoded));
            Signature verifier = Signature.getInstance(ED25519, provider);
            verifier.initVerify(decoded);
            verifier.update(digest);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) { // what providers throw for numbers that make no sense
            return false;
        }
    }

    /** Name and version. */
    @Override
    public String toString() {
        return provider.getName() + " " + provider.getVersionStr();
    }
}
