package oks.openpgp;

import java.util.Optional;

/**
 * A key revocation that came without its certificate, such as the file that gpg writes when it makes a key, or without
 * what makes it count there. Not verified: that needs the certificate, and the revoker's where somebody else made it.
 * Immutable.
 */
public final class BareRevocation {
    private final Signature signature;
    private final Optional<Fingerprint> certificate;
    /** The certificate after which it stood, though it does not look like one of it. */
    private final Optional<Fingerprint> standsIn;

    private BareRevocation(Signature signature, Optional<Fingerprint> certificate, Optional<Fingerprint> standsIn) {
        this.signature = signature;
        this.certificate = certificate;
        this.standsIn = standsIn;
    }

    static BareRevocation of(Signature signature) {
        return of(signature, Optional.empty(), Optional.empty());
    }

    /** One that stood in an upload of this certificate, and by the first two bytes of its digest is one of another. */
    static BareRevocation standingIn(Fingerprint certificate, Signature signature) {
        return of(signature, Optional.empty(), Optional.of(certificate));
    }

    /**
     * One that stood in an upload of this certificate, by a key that the owner's signatures in the upload do not name.
     */
    static BareRevocation ofCertificate(Fingerprint certificate, Signature signature) {
        return of(signature, Optional.of(certificate), Optional.empty());
    }

    private static BareRevocation of(
            Signature signature, Optional<Fingerprint> certificate, Optional<Fingerprint> standsIn) {
        Packet own = Packet.of(Packet.SIGNATURE, signature.packet().body()); // lets go of the upload's bytes
        try {
            return new BareRevocation(Signature.parse(own), certificate, standsIn);
        } catch (Malformed e) {
            throw new IllegalStateException("a signature that was read before cannot be read again", e);
        }
    }

    /** The certificate that it revokes, if anything; empty where only its maker is known. */
    public Optional<Fingerprint> certificate() {
        return certificate;
    }

    /** The fingerprint of the key that it says made it, where it names one; gpg does since 2.1. */
    public Optional<Fingerprint> issuerFingerprint() {
        return signature.issuerFingerprint();
    }

    /** The key ID of the key that it says made it. */
    public KeyId issuer() {
        return signature.issuer().orElseThrow();
    }

    /** The signature packet in binary form, with its header. */
    public byte[] bytes() {
        return PacketWriter.framed(signature.packet(), signature.version() == 6);
    }

    /** The signature. */
    Signature signature() {
        return signature;
    }

    /** Whether it stood in an upload of this certificate, though it does not look like one of it. */
    boolean stoodIn(Fingerprint fingerprint) {
        return standsIn.filter(fingerprint::equals).isPresent();
    }
}
