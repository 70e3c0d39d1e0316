package oks.openpgp;

import java.util.Optional;
import oks.openpgp.ParsedUpload.Reason;

/** Which keys are taken: of a known version, with an algorithm that such keys may have, and with nothing after them. */
final class KeyRules {
    private KeyRules() {}

    /** Why a certificate is refused for its primary key. */
    record Objection(Reason reason, String text) {}

    /** Why a certificate with this primary key is refused; empty if it is not. */
    static Optional<Objection> againstPrimary(KeyPacket primary, Policy policy) {
        int algorithm = primary.algorithm();
        if (primary.version() == 3 && !policy.acceptVersion3()) {
            return Optional.of(new Objection(Reason.UNSUPPORTED_VERSION, "version 3 keys are not accepted"));
        }
        if (!Algorithm.verifiable(algorithm)) {
            return Optional.of(new Objection(
                    Reason.UNSUPPORTED_ALGORITHM,
                    "signatures of public-key algorithm " + algorithm + " cannot be verified"));
        }
        if (!Algorithm.allowedIn(algorithm, primary.version())) {
            return Optional.of(new Objection(Reason.UNSUPPORTED_ALGORITHM, notAllowed(primary)));
        }
        try {
            int surplus = KeyMaterial.surplus(primary);
            return Optional.of(new Objection(
                            Reason.PRIVATE_KEY,
                            "the primary key is " + KeyMaterial.surplusText(surplus) + "; nothing was kept"))
                    .filter(against -> surplus > 0);
        } catch (Malformed e) {
            return Optional.of(new Objection(Reason.UNSUPPORTED_ALGORITHM, e.getMessage()));
        }
    }

    /** The key of a subkey packet that may be kept; if it may not, that is reported. */
    static Optional<KeyPacket> subkey(Packet subkey, KeyPacket primary, DropReport dropped) {
        try {
            KeyPacket key = KeyPacket.parse(subkey);
            String name = "subkey " + key.fingerprint();
            int surplus = KeyMaterial.surplus(key);
            if ((key.version() == 6) != (primary.version() == 6)) {
                dropped.add(
                        name,
                        DropRule.SUBKEY_VERSION,
                        "a version " + key.version() + " subkey cannot belong to a version " + primary.version()
                                + " key");
            } else if (!Algorithm.allowedIn(key.algorithm(), key.version())) {
                dropped.add(name, DropRule.SUBKEY_ALGORITHM, notAllowed(key));
            } else if (surplus > 0) {
                dropped.add(name, DropRule.PRIVATE_BYTES, KeyMaterial.surplusText(surplus));
            } else {
                return Optional.of(key);
            }
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            dropped.add("subkey", DropRule.BROKEN, e.getMessage());
        }
        return Optional.empty();
    }

    private static String notAllowed(KeyPacket key) {
        return "version " + key.version() + " keys must not have algorithm " + key.algorithm() + " ("
                + Algorithm.name(key) + ")";
    }
}
