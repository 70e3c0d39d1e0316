package oks.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.PGPContentVerifier;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/**
 * Verifies signatures made by one key. What is hashed is the packets as they came, never an encoding made anew.
 *
 * <p>Used by one thread at a time.
 */
final class SignatureVerifier {
    /** Above this a verification takes seconds; no program makes such keys (RFC 9580 asks for 3072 bits). */
    private static final int MAX_NUMBER_BITS = 16384;
    /** The public exponent: 65537 nearly always, 3 to 41 in old keys; a long one is an attack on the verifier's time. */
    private static final int MAX_EXPONENT_BITS = 64;

    /** What became of a verification. */
    enum Outcome {
        VALID,
        /** The two bytes of the digest differ: wrong without the cost of public-key cryptography. */
        OTHER_DIGEST,
        /** The key did not sign this. */
        WRONG,
        /** The hash or the form of the signature is unknown. */
        UNSUPPORTED
    }

    private final KeyPacket key;
    private final PGPPublicKey publicKey;

    private SignatureVerifier(KeyPacket key, PGPPublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** A verifier for this key, whose algorithm {@link Algorithm} must say can sign. */
    static SignatureVerifier of(KeyPacket key) throws Malformed {
        try {
            checkSizes(key);
            Packet packet = key.packet();
            byte[] framed = new byte[packet.length() + 6];
            framed[0] = (byte) (0xc0 | Packet.PUBLIC_KEY);
            framed[1] = (byte) 0xff;
            for (int i = 0; i < 4; i++) {
                framed[2 + i] = (byte) (packet.length() >> 24 - 8 * i);
            }
            System.arraycopy(packet.body(), 0, framed, 6, packet.length());
            BCPGInputStream in = new BCPGInputStream(new ByteArrayInputStream(framed));
            PublicKeyPacket parsed = (PublicKeyPacket) in.readPacket();
            return new SignatureVerifier(key, new PGPPublicKey(parsed, new BcKeyFingerprintCalculator()));
        } catch (IOException | PGPException | RuntimeException e) {
            throw new Malformed("the key material is broken or of an unknown kind");
        }
    }

    KeyPacket key() {
        return key;
    }

    /** Whether this key made this signature over these bytes. */
    Outcome verify(Signature signature, byte[]... subject) {
        if (signature.keyAlgorithm() != key.algorithm() && !bothRsa(signature.keyAlgorithm(), key.algorithm())
                || (signature.version() == 6) != (key.version() == 6)
                || !saltFits(signature)) {
            return Outcome.WRONG;
        }
        try {
            byte[][] content = content(signature, subject);
            byte[] trailer = signature.trailer();
            if (digestStart(signature, trailer, content) != signature.digestStart()) {
                return Outcome.OTHER_DIGEST;
            }
            PGPContentVerifier verifier = new BcPGPContentVerifierBuilderProvider()
                    .get(signature.keyAlgorithm(), signature.hashAlgorithm())
                    .build(publicKey);
            write(verifier.getOutputStream(), signature.salt(), trailer, content);
            return verifier.verify(encoded(signature)) ? Outcome.VALID : Outcome.WRONG;
        } catch (Malformed e) {
            return Outcome.WRONG;
        } catch (PGPException e) {
            return Outcome.UNSUPPORTED;
        } catch (IOException | RuntimeException e) { // what the library throws for numbers that make no sense
            return Outcome.WRONG;
        }
    }

    /** Version 3 signatures hash a user ID without the five bytes before it (RFC 9580, section 5.2.4). */
    private static byte[][] content(Signature signature, byte[][] subject) {
        boolean userId = signature.isCertification() || signature.type() == Signature.CERTIFICATION_REVOCATION;
        if (signature.version() > 3 || !userId) {
            return subject;
        }
        return new byte[][] {subject[0], Arrays.copyOfRange(subject[1], 5, subject[1].length)};
    }

    private static boolean bothRsa(int one, int other) {
        return (one == Algorithm.RSA || one == Algorithm.RSA_SIGN)
                && (other == Algorithm.RSA || other == Algorithm.RSA_SIGN);
    }

    /** RFC 9580, section 5.2.3: a salt of another length than the hash algorithm's makes the signature malformed. */
    private static boolean saltFits(Signature signature) {
        if (signature.version() != 6) {
            return true;
        }
        int expected = switch (signature.hashAlgorithm()) {
            case 8, 11, 12 -> 16;
            case 9 -> 24;
            case 10, 14 -> 32;
            default -> -1;
        };
        return signature.salt().length == expected;
    }

    private static int digestStart(Signature signature, byte[] trailer, byte[][] content)
            throws IOException, PGPException {
        PGPDigestCalculator calculator = new BcPGPDigestCalculatorProvider().get(signature.hashAlgorithm());
        write(calculator.getOutputStream(), signature.salt(), trailer, content);
        byte[] digest = calculator.getDigest();
        return (digest[0] & 0xff) << 8 | digest[1] & 0xff;
    }

    private static void write(OutputStream out, byte[] salt, byte[] trailer, byte[][] content) throws IOException {
        out.write(salt);
        for (byte[] part : content) {
            out.write(part);
        }
        out.write(trailer);
    }

    /** The signature as Bouncy Castle takes it: RSA the number, DSA and ECDSA in DER, EdDSA the bytes. */
    private byte[] encoded(Signature signature) throws Malformed, IOException {
        Packet packet = signature.packet();
        return switch (key.algorithm()) {
            case Algorithm.ED25519, Algorithm.ED448 ->
                packet.body(signature.numbers(), packet.length() - signature.numbers());
            case Algorithm.RSA, Algorithm.RSA_SIGN -> numbers(signature, 1)[0];
            case Algorithm.EDDSA -> concatenated(numbers(signature, 2));
            default -> der(numbers(signature, 2));
        };
    }

    private static byte[][] numbers(Signature signature, int count) throws Malformed {
        KeyPacket.Mpis mpis = new KeyPacket.Mpis(signature.packet(), signature.numbers());
        byte[][] numbers = new byte[count][];
        for (int i = 0; i < count; i++) {
            numbers[i] = mpis.next();
        }
        if (mpis.hasNext()) {
            throw new Malformed("a signature goes on after its end");
        }
        return numbers;
    }

    private static byte[] concatenated(byte[][] numbers) throws Malformed {
        byte[] both = new byte[64];
        for (int i = 0; i < 2; i++) {
            if (numbers[i].length > 32) {
                throw new Malformed("a signature has a number that is too long");
            }
            System.arraycopy(numbers[i], 0, both, 32 * (i + 1) - numbers[i].length, numbers[i].length);
        }
        return both;
    }

    private static byte[] der(byte[][] numbers) throws IOException {
        return new DERSequence(new ASN1Integer[] {
            new ASN1Integer(new BigInteger(1, numbers[0])), new ASN1Integer(new BigInteger(1, numbers[1]))
        }).getEncoded();
    }

    private static void checkSizes(KeyPacket key) throws Malformed {
        boolean rsa = key.algorithm() == Algorithm.RSA || key.algorithm() == Algorithm.RSA_SIGN;
        if (!rsa && key.algorithm() != Algorithm.DSA) {
            return;
        }
        KeyPacket.Mpis mpis = new KeyPacket.Mpis(key.packet(), key.material());
        int[] most = rsa
                ? new int[] {MAX_NUMBER_BITS, MAX_EXPONENT_BITS}
                : new int[] {MAX_NUMBER_BITS, 512, MAX_NUMBER_BITS, MAX_NUMBER_BITS};
        for (int bits : most) {
            if (mpis.bits() > bits) {
                throw new Malformed("the key has a number of " + mpis.bits() + " bits, more than " + bits);
            }
            mpis.next();
        }
    }
}
