package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;

/** Puts the packets of an upload together to certificates, in one thread. */
final class PacketSequence implements BinaryPieces {
    static final String PRIVATE_KEY_TEXT = "this is a private key, which nobody else should have; nothing was kept";

    private final Limits limits;
    private final Policy policy;
    private final VerificationBudget budget;
    private final List<Accepted> accepted = new ArrayList<>(1);
    private final List<BareRevocation> revocations = new ArrayList<>(0);
    private final List<Refused> refused = new ArrayList<>(0);
    private RawCertificate current;
    private boolean skipping;
    private int tooMany;

    PacketSequence(Limits limits, Policy policy, VerificationBudget budget) {
        this.limits = limits;
        this.policy = policy;
        this.budget = budget;
    }

    @Override
    public void refuse(Reason reason, String text) {
        if (hasRoom()) {
            refused.add(new Refused("", reason, text));
        }
    }

    /** Whether one more can be reported; one that cannot is counted. */
    private boolean hasRoom() {
        boolean room = accepted.size() + revocations.size() + refused.size() < limits.of(Limit.MAX_CERTIFICATES);
        tooMany += room ? 0 : 1;
        return room;
    }

    /** Reads packets to the end, or to where they are broken. */
    @Override
    public void read(byte[] binary) {
        int before = accepted.size() + revocations.size() + refused.size() + tooMany;
        PacketSplitter packets = new PacketSplitter(binary);
        skipping = false;
        try {
            while (packets.hasNext()) {
                take(packets.next());
            }
        } catch (Malformed e) {
            if (current != null) {
                current.refuse(Reason.MALFORMED, e.getMessage());
            } else {
                boolean openPgp = packets.foundAny() || PacketSplitter.beginsWithKey(binary);
                refuse(openPgp ? Reason.MALFORMED : Reason.NOT_OPENPGP, e.getMessage());
            }
        }
        finishCurrent();
        if (accepted.size() + revocations.size() + refused.size() + tooMany == before) {
            refuse(Reason.NO_CERTIFICATE, "no certificate in it");
        }
    }

    ParsedUpload result() {
        if (tooMany > 0) {
            refused.add(new Refused(
                    "",
                    Reason.TOO_MANY,
                    tooMany + " more than " + limits.of(Limit.MAX_CERTIFICATES) + " certificates in one upload"));
        }
        return new ParsedUpload(accepted, revocations, refused);
    }

    private void take(Packet packet) {
        switch (packet.type()) {
            case Packet.PUBLIC_KEY -> {
                finishCurrent();
                begin(packet);
            }
            case Packet.SECRET_KEY -> {
                finishCurrent();
                skipping = true;
                refuse(Reason.PRIVATE_KEY, PRIVATE_KEY_TEXT);
            }
            default -> takeInside(packet);
        }
    }

    private void takeInside(Packet packet) {
        boolean ignored = packet.type() == 10 || packet.type() == Packet.TRUST || packet.type() == 21;
        if (ignored || skipping) {
            return; // marker, trust and padding packets mean nothing here (RFC 9580, sections 5.8, 5.10, 5.14)
        }
        if (current != null) {
            current.add(packet);
        } else if (packet.type() == Packet.SIGNATURE) {
            takeBareSignature(packet);
        } else {
            skipping = true;
            refuse(
                    packet.isSecret() ? Reason.PRIVATE_KEY : Reason.NO_CERTIFICATE,
                    packet.isSecret()
                            ? PRIVATE_KEY_TEXT
                            : "a packet of type " + packet.type() + " outside of a certificate");
        }
    }

    private void begin(Packet packet) {
        skipping = true;
        if (!hasRoom()) {
            return;
        }
        try {
            current = new RawCertificate(KeyPacket.parse(packet), limits);
            skipping = false;
        } catch (KeyPacket.UnknownVersion e) {
            refuse(Reason.UNSUPPORTED_VERSION, e.getMessage());
        } catch (Malformed e) {
            refuse(Reason.MALFORMED, e.getMessage());
        }
    }

    private void takeBareSignature(Packet packet) {
        if (!hasRoom()) {
            return;
        }
        try {
            Signature signature = Signature.parse(packet);
            if (packet.length() > limits.of(Limit.MAX_SIGNATURE)) {
                refuse(Reason.TOO_LARGE, "a signature with more than " + limits.of(Limit.MAX_SIGNATURE) + " bytes");
            } else if (signature.type() != Signature.KEY_REVOCATION) {
                refuse(Reason.NO_CERTIFICATE, "a signature that is no key revocation, without a certificate");
            } else if (signature.issuer().isEmpty()) {
                refuse(Reason.MALFORMED, "a key revocation that does not say of which key");
            } else {
                revocations.add(BareRevocation.of(signature));
            }
        } catch (Malformed e) {
            refuse(Reason.MALFORMED, e.getMessage());
        }
    }

    private void finishCurrent() {
        if (current != null) {
            CertificateCleaner cleaner = new CertificateCleaner(current, limits, policy, budget);
            List<ParsedUpload.Accepted> cleaned = new ArrayList<>(1);
            cleaner.clean(cleaned, refused);
            cleaned.forEach(one -> policy.weakKeys().take(one, accepted, refused));
            cleaner.revocationsOfOthers().stream()
                    .filter(revocation -> hasRoom())
                    .forEach(revocations::add);
            current = null;
        }
    }
}
