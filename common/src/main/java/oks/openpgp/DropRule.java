package oks.openpgp;

import java.util.Arrays;
import java.util.Optional;
import oks.fault.Count;

/**
 * Why a part of an accepted certificate is left out. The codes are part of oks-control(5): a code is never used again.
 */
public enum DropRule {
    NO_SELF_SIGNATURE(1, "user ID", "without a valid self-signature", ""),
    NO_BINDING_SIGNATURE(2, "subkey", "without a valid binding signature", ""),
    USER_ID_TOO_LONG(3, "user ID", "that are too long", "upload.max_user_id"),
    USER_ATTRIBUTE_NOT_KEPT(4, "user attribute", "such as photos", "upload.max_user_attribute"),
    SUBKEY_TOO_LONG(5, "subkey", "that are too long", "upload.max_packet"),
    SIGNATURE_TOO_LONG(6, "signature", "that are too long", "upload.max_signature"),
    UNKNOWN_PACKET(7, "packet", "of a type that is not kept", ""),
    BY_ANOTHER_KEY(8, "signature", "by other keys where only the owner's belong", ""),
    THIRD_PARTY(9, "signature", "by other keys", "upload.third_party"),
    THIRD_PARTY_ROOM(10, "signature", "by other keys, for lack of room", "upload.max_certificate"),
    ON_DROPPED(11, "signature", "on parts that were left out", ""),
    MISPLACED(12, "signature", "of a type that does not belong there", ""),
    NOT_EXPORTABLE(13, "signature", "marked as not to be exported", ""),
    NO_ISSUER(14, "signature", "that name no issuer", ""),
    WEAK_HASH(15, "signature", "with a hash that is not accepted any more", "upload.weak_hashes"),
    DOES_NOT_VERIFY(16, "signature", "that do not verify", ""),
    TOO_MANY_WRONG(17, "signature", "not verified after too many wrong ones", ""),
    TOO_COSTLY(18, "signature", "too costly to verify", "upload.max_certificate_cost"),
    NO_BACK_SIGNATURE(19, "signature", "on signing subkeys that did not sign their binding", ""),
    SUBKEY_VERSION(20, "subkey", "of another version than the primary key", ""),
    BROKEN(21, "part", "that are broken or of an unknown kind", ""),
    WEAK_SUBKEY(22, "subkey", "that are weak", "certificates.weak"),
    REPLACED(23, "signature", "by SLH-DSA keys that a newer one replaces", ""),
    SUBKEY_ALGORITHM(24, "subkey", "with an algorithm that keys of their version must not have", ""),
    PRIVATE_BYTES(25, "subkey", "followed by bytes that may be private", "");

    private final int code;
    private final String noun;
    private final String words;
    private final String setting;

    DropRule(int code, String noun, String words, String setting) {
        this.code = code;
        this.noun = noun;
        this.words = words;
        this.setting = setting;
    }

    /** The octet in frames between oksd and its clients, 1 to 255. */
    public int code() {
        return code;
    }

    /** The rule with this code; empty if a newer oksd has one that is not known here. */
    public static Optional<DropRule> ofCode(int code) {
        return Arrays.stream(values()).filter(rule -> rule.code == code).findFirst();
    }

    /**
     * How many parts were left out for this rule, for people: {@code 42,186 signatures by other keys}.
     *
     * @param signatures whether signatures were left out, not the parts that they are on
     */
    public String words(long count, boolean signatures) {
        return Count.grouped(count, signatures ? "signature" : noun) + " " + words;
    }

    /**
     * The name of the parts that were left out, for tables: {@code signatures by other keys}.
     *
     * @param signatures as for {@link #words}
     */
    public String label(boolean signatures) {
        return (signatures ? "signature" : noun) + "s " + words;
    }

    /** The setting of oksd that decides; empty where the format or the protocol does. */
    public Optional<String> setting() {
        return setting.isEmpty() ? Optional.empty() : Optional.of(setting);
    }

    /** Whether it only follows from another part that was left out. */
    boolean isConsequence() {
        return this == NO_SELF_SIGNATURE || this == NO_BINDING_SIGNATURE || this == ON_DROPPED;
    }

    /** Whether a size is what decides. */
    boolean isLength() {
        return this == USER_ID_TOO_LONG || this == SUBKEY_TOO_LONG || this == SIGNATURE_TOO_LONG;
    }
}
