package oks.openpgp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The certificates whose signatures an operator believes. Immutable. */
public final class TrustedKeys {
    private final List<Certificate> certificates;

    TrustedKeys(List<Certificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    /**
     * The certificates of a file, armored or binary.
     *
     * @param file its name, for messages
     * @throws OperatorFault USAGE when it holds none whose owner signed it
     */
    public static TrustedKeys read(byte[] contents, String file) {
        return new TrustedKeys(KeyFile.certificates(contents, file));
    }

    /**
     * A signature that counts.
     *
     * @param certificate the fingerprint of the trusted certificate; the key that signed may be a subkey of it
     */
    public record Signed(Fingerprint certificate, Instant at) {}

    /**
     * Whether one of these certificates signed these bytes, with a key that was neither revoked nor expired then.
     *
     * @param signature a detached signature, armored or binary
     * @param name what the signature is called in messages
     * @throws OperatorFault DAMAGED when none did, saying why not
     */
    public Signed verify(byte[] signature, byte[] data, String name) {
        List<Signature> signatures = signatures(signature, name);
        String why = "it was not made by a trusted key";
        for (Signature one : signatures) {
            Instant at = Instant.ofEpochSecond(one.created());
            for (Certificate certificate : certificates) {
                for (KeyPacket key : UsableKeys.of(certificate, UsableKeys.SIGN, at)) {
                    if (!one.namesIssuer(key)) {
                        continue;
                    }
                    if (verifies(key, one, data)) {
                        return new Signed(certificate.fingerprint(), at);
                    }
                    why = "key " + key.fingerprint() + " made it for something else, or it was changed";
                }
            }
        }
        throw wrong(name, why);
    }

    private static boolean verifies(KeyPacket key, Signature signature, byte[] data) {
        try {
            VerificationBudget budget = new VerificationBudget(Limits.standard());
            return signature.type() == Signature.BINARY_DOCUMENT
                    && SignatureVerifier.of(key, budget).verify(signature, data)
                            == SignatureVerifier.VerificationResult.VALID;
        } catch (Malformed e) {
            return false; // a kind of key whose signatures cannot be verified here
        }
    }

    private static List<Signature> signatures(byte[] contents, String name) {
        List<Signature> signatures = new ArrayList<>();
        try {
            PacketSplitter packets = new PacketSplitter(KeyFile.binary(contents, name));
            while (packets.hasNext()) {
                Packet packet = packets.next();
                if (packet.type() == Packet.SIGNATURE) {
                    signatures.add(Signature.parse(packet));
                }
            }
        } catch (Malformed | OperatorFault e) {
            throw wrong(name, "it is no OpenPGP signature");
        }
        return signatures;
    }

    private static OperatorFault wrong(String name, String why) {
        return OperatorFault.of(ExitCode.DAMAGED, "%s does not count: %s", name, why)
                .next("find out who changed it; do not restore before you know");
    }
}
