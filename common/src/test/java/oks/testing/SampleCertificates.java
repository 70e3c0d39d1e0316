package oks.testing;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Small valid certificates by the thousand: version 4, Ed25519, one user ID {@code Name N <nameN@example.org>}.
 *
 * <p>Everything comes from the seed, signatures included (Ed25519 is deterministic): the same seed gives the same bytes
 * in every run. gpg and sq take them.
 */
public final class SampleCertificates {
    private SampleCertificates() {}

    /** A binary certificate: primary key, one user ID, its self-signature. */
    public static byte[] certificate(long seed) {
        return new SampleKey(seed).certificate(userId(seed));
    }

    /** The same key with one more user ID, {@code Name N update U <nameN-U@example.org>}. */
    public static byte[] updated(long seed, int update) {
        return new SampleKey(seed)
                .certificate(
                        userId(seed),
                        "Name " + seed + " update " + update + " <name" + seed + "-" + update + "@example.org>");
    }

    /**
     * One of two certificates whose fingerprints have the first eight bytes in common, with unsigned user IDs. Their
     * keys were found by a walk of 2^31 steps (Pollard's rho) through points that end in eight bytes of a fingerprint.
     *
     * @param which 0 or 1
     */
    public static byte[] beginningAlike(int which, String... userIds) {
        StringBuilder hex = new StringBuilder(
                        "9833046592008016092b06010401da470f01010740") // a point of 32 bytes follows
                .append("00".repeat(24))
                .append(which == 0 ? "2d24cf38cd7251b9" : "b1b11858fceb1fd6");
        for (String userId : userIds) {
            byte[] text = userId.getBytes(StandardCharsets.UTF_8);
            hex.append(String.format(Locale.ROOT, "b4%02x", text.length))
                    .append(HexFormat.of().formatHex(text));
        }
        return HexFormat.of().parseHex(hex);
    }

    /** The same key with these user IDs. */
    public static byte[] withUserIds(long seed, String... userIds) {
        return new SampleKey(seed).certificate(userIds);
    }

    /** A binary key revocation of {@link #certificate} alone, without the certificate. */
    public static byte[] revocation(long seed) {
        return new SampleKey(seed).revocation();
    }

    /** The certificate with its key revocation in it. */
    public static byte[] revoked(long seed) {
        SampleKey key = new SampleKey(seed);
        return SampleKey.concat(key.packet(), key.revocation(), key.userIdWithSignature(userId(seed)));
    }

    /** The user ID of {@link #certificate}. */
    public static String userId(long seed) {
        return "Name " + seed + " <name" + seed + "@example.org>";
    }

    /** The e-mail address in {@link #userId}. */
    public static String email(long seed) {
        return "name" + seed + "@example.org";
    }

    /** The fingerprint of {@link #certificate}: 40 upper-case hexadecimal digits. */
    public static String fingerprint(long seed) {
        return new SampleKey(seed).fingerprint();
    }
}
