package oks.openpgp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import oks.openpgp.ParsedUpload.Reason;

/** One certificate of an upload while its packets come in: sorted into places, measured, nothing verified. */
final class RawCertificate {
    private final Limits limits;
    private final KeyPacket primary;
    private final CertificateParts parts;
    private final DropReport dropped = new DropReport();
    private final Map<String, List<Packet>> leftOut = new LinkedHashMap<>(0);
    private List<Packet> place;
    private String placeName = DropReport.PRIMARY;
    private long bytes;
    private ParsedUpload.Refused refused;

    RawCertificate(KeyPacket primary, Limits limits) {
        this.limits = limits;
        this.primary = primary;
        parts = new CertificateParts(primary.packet());
        place = parts.signatures();
        bytes = primary.packet().length();
        if (bytes > limits.of(Limit.MAX_PACKET)) {
            refuse(
                    Reason.TOO_LARGE,
                    "the primary key packet has " + bytes + " bytes, more than " + limits.of(Limit.MAX_PACKET));
        }
    }

    KeyPacket primary() {
        return primary;
    }

    CertificateParts parts() {
        return parts;
    }

    /** Signatures after something that was left out, by its name: on it, or on something else and out of order. */
    Map<String, List<Packet>> leftOut() {
        return leftOut;
    }

    /** Notes signatures after something that is left out. */
    void leaveOut(String component, List<Packet> signatures) {
        leftOut.computeIfAbsent(component, c -> new ArrayList<>(1)).addAll(signatures);
    }

    DropReport dropped() {
        return dropped;
    }

    /** Why the whole certificate is refused, or null. */
    ParsedUpload.Refused refused() {
        return refused;
    }

    /** Refuses the whole certificate; the first reason stays. */
    void refuse(Reason reason, String text) {
        if (refused == null) {
            refused = new ParsedUpload.Refused(primary.fingerprint().toString(), reason, text);
        }
    }

    /** Takes the next packet after the primary key. */
    void add(Packet packet) {
        bytes += packet.length();
        if (bytes > limits.maxRawCertificateBytes()) {
            refuse(Reason.TOO_LARGE, "the certificate has more than " + limits.maxRawCertificateBytes() + " bytes");
        }
        if (refused != null) {
            return; // nothing of it will be kept
        }
        switch (packet.type()) {
            case Packet.SIGNATURE -> signature(packet);
            case Packet.USER_ID -> userId(packet);
            case Packet.PUBLIC_SUBKEY -> subkey(packet);
            case Packet.SECRET_SUBKEY, Packet.PERSISTENT_SYMMETRIC_KEY ->
                refuse(
                        Reason.PRIVATE_KEY,
                        "it contains a private key, which nobody else should have; nothing was kept");
            case Packet.USER_ATTRIBUTE -> userAttribute(packet);
            default ->
                dropped.add(
                        "packet of type " + packet.type(),
                        DropRule.UNKNOWN_PACKET,
                        "packets of this type are not kept");
        }
    }

    private void signature(Packet packet) {
        if (packet.length() > limits.of(Limit.MAX_SIGNATURE)) {
            dropped.addSignatures(placeName, DropRule.SIGNATURE_TOO_LONG, longerThan(Limit.MAX_SIGNATURE), 1);
        } else if (place == null) {
            leaveOut(placeName, List.of(packet));
        } else {
            place.add(packet);
        }
    }

    private void userId(Packet packet) {
        if (packet.length() > limits.of(Limit.MAX_USER_ID)) {
            leaveOut(DropReport.userId(packet), DropRule.USER_ID_TOO_LONG, longerThan(Limit.MAX_USER_ID));
            return;
        }
        placeName = DropReport.userId(packet);
        place = parts.userId(packet);
        refuseTooManyUserIds();
    }

    private void userAttribute(Packet packet) {
        if (limits.of(Limit.MAX_USER_ATTRIBUTE) == 0) {
            leaveOut(
                    DropReport.USER_ATTRIBUTE,
                    DropRule.USER_ATTRIBUTE_NOT_KEPT,
                    "photos and other user attributes are not kept here (upload.max_user_attribute = 0)");
            return;
        }
        if (packet.length() > limits.of(Limit.MAX_USER_ATTRIBUTE)) {
            leaveOut(DropReport.USER_ATTRIBUTE, DropRule.USER_ATTRIBUTE_NOT_KEPT, longerThan(Limit.MAX_USER_ATTRIBUTE));
            return;
        }
        placeName = DropReport.USER_ATTRIBUTE;
        place = parts.userAttribute(packet);
        refuseTooManyUserIds();
    }

    private void refuseTooManyUserIds() {
        if (parts.userIds().size() + parts.userAttributes().size() > limits.of(Limit.MAX_USER_IDS)) {
            refuse(Reason.TOO_MANY, "the certificate has more than " + limits.of(Limit.MAX_USER_IDS) + " user IDs");
        }
    }

    private void subkey(Packet packet) {
        if (packet.length() > limits.of(Limit.MAX_PACKET)) {
            leaveOut("subkey", DropRule.SUBKEY_TOO_LONG, longerThan(Limit.MAX_PACKET));
            return;
        }
        placeName = "subkey";
        place = parts.subkey(packet);
        if (parts.subkeys().size() > limits.of(Limit.MAX_SUBKEYS)) {
            refuse(Reason.TOO_MANY, "the certificate has more than " + limits.of(Limit.MAX_SUBKEYS) + " subkeys");
        }
    }

    private String longerThan(Limit limit) {
        return "longer than " + limits.of(limit) + " bytes (upload." + limit.key() + ")";
    }

    private void leaveOut(String component, DropRule rule, String reason) {
        dropped.add(component, rule, reason);
        placeName = component;
        place = null;
    }
}
