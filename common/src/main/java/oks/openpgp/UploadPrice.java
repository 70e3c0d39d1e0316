package oks.openpgp;

import oks.openpgp.ParsedUpload.Reason;

/**
 * Adds up what verifying an upload may cost, from sizes and algorithms of its keys and the number of signatures that
 * name them: for as many RSA verifications with 2048 bits as that, nothing is hashed or verified. One thread.
 */
final class UploadPrice implements BinaryPieces {
    private final Limits limits;
    private long units;
    private long ofCertificate;
    private KeyPacket primary; // null before the first certificate
    private long ofPrimary;
    private long ofSubkey;

    UploadPrice(Limits limits) {
        this.limits = limits;
    }

    /** As much as the limits allow, at most. */
    long units() {
        return Math.min(units, limits.of(Limit.MAX_COST));
    }

    @Override
    public void refuse(Reason reason, String text) {
        // costs nothing
    }

    @Override
    public void read(byte[] binary) {
        PacketSplitter packets = new PacketSplitter(binary);
        try {
            while (packets.hasNext()) {
                take(packets.next());
            }
        } catch (Malformed e) {
            // What follows is refused without being verified.
        }
        endCertificate();
    }

    private void take(Packet packet) {
        try {
            switch (packet.type()) {
                case Packet.PUBLIC_KEY -> {
                    endCertificate();
                    primary = KeyPacket.parse(packet);
                    ofPrimary = VerificationCost.ofSignature(primary);
                    ofSubkey = 0;
                    ofCertificate = VerificationCost.ofKey(primary);
                }
                case Packet.PUBLIC_SUBKEY -> {
                    KeyPacket subkey = KeyPacket.parse(packet);
                    ofSubkey = VerificationCost.ofSignature(subkey);
                    ofCertificate += VerificationCost.ofKey(subkey);
                }
                case Packet.USER_ID, Packet.USER_ATTRIBUTE -> ofSubkey = 0;
                case Packet.SIGNATURE ->
                    ofCertificate += isByPrimary(Signature.parse(packet)) ? ofPrimary + ofSubkey : 0;
                default -> {} // is not verified
            }
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            // Such a packet is dropped without being verified.
        }
    }

    /** Whether it may be the primary key's own; such a signature can hold one by the subkey that it binds. */
    private boolean isByPrimary(Signature signature) {
        if (primary == null) {
            return false;
        }
        return !signature.namesIssuer() || signature.namesIssuer(primary);
    }

    private void endCertificate() {
        units += Math.min(ofCertificate, limits.of(Limit.MAX_CERTIFICATE_COST));
        ofCertificate = 0;
        primary = null;
    }
}
