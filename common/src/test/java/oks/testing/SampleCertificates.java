package oks.testing;

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
        return new SampleKey(seed).certificate(
                userId(seed), "Name " + seed + " update " + update + " <name" + seed + "-" + update + "@example.org>");
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
