package oks.openpgp;

import java.util.Optional;

/**
 * How much of an upload is taken; checked before anything is copied. Sizes are bytes, of packet bodies where a packet
 * is named.
 *
 * @param maxUploadBytes a whole upload, as received
 * @param maxCertificateBytes one certificate after what is not kept was dropped; its raw form may have 16 times as
 *     much, and signatures by other keys, where they are kept, come on top with at most half as much
 * @param maxPacketBytes a key packet
 * @param maxSignatureBytes a signature packet
 * @param maxUserIdBytes a user ID packet
 * @param maxUserAttributeBytes a user attribute, such as a photo; 0 for none at all
 * @param maxUserIds different user IDs and user attributes of one certificate, valid or not
 * @param maxSubkeys different subkeys of one certificate, valid or not
 * @param maxCertificatesPerUpload certificates and bare revocations in one upload
 * @param maxCertificateCost what verifying one certificate may cost, in RSA verifications with 2048 bits
 *     ({@link VerificationCost}): some 40 µs each
 * @param maxUploadCost the same for a whole upload
 */
public record Limits(
        int maxUploadBytes,
        int maxCertificateBytes,
        int maxPacketBytes,
        int maxSignatureBytes,
        int maxUserIdBytes,
        int maxUserAttributeBytes,
        int maxUserIds,
        int maxSubkeys,
        int maxCertificatesPerUpload,
        int maxCertificateCost,
        int maxUploadCost) {
    private static final int KIB = 1024;

    public Limits {
        requirePositive(maxUploadBytes, "maxUploadBytes");
        requirePositive(maxCertificateBytes, "maxCertificateBytes");
        requirePositive(maxPacketBytes, "maxPacketBytes");
        requirePositive(maxSignatureBytes, "maxSignatureBytes");
        requirePositive(maxUserIdBytes, "maxUserIdBytes");
        if (maxUserAttributeBytes < 0) {
            throw new IllegalArgumentException("maxUserAttributeBytes is " + maxUserAttributeBytes);
        }
        requirePositive(maxUserIds, "maxUserIds");
        requirePositive(maxSubkeys, "maxSubkeys");
        requirePositive(maxCertificatesPerUpload, "maxCertificatesPerUpload");
        requirePositive(maxCertificateCost, "maxCertificateCost");
        requirePositive(maxUploadCost, "maxUploadCost");
    }

    /**
     * Room for every certificate in honest use, post-quantum signatures included; of the thousand of the Debian keyring
     * the costliest takes 675 units, and all in one upload 35,000.
     */
    public static Limits standard() {
        return new Limits(32 * KIB * KIB, KIB * KIB, 8 * KIB, 64 * KIB, 2 * KIB, 0, 1000, 1000, 10_000, 10_000, 50_000);
    }

    /** The size of one certificate before anything was dropped from it. */
    int maxRawCertificateBytes() {
        return (int) Math.min(Integer.MAX_VALUE, 16L * maxCertificateBytes);
    }

    /** What other people's signatures may take of one certificate where they are kept at all. */
    int maxThirdPartyBytes() {
        return maxCertificateBytes / 2;
    }

    /**
     * Why a certificate is too large to be stored; empty if it is not. What other keys signed counts for itself only,
     * so that it never leaves the owner less room.
     */
    public Optional<String> excess(Certificate certificate) {
        CertificateParts parts = certificate.parts();
        int userIds = parts.userIds().size() + parts.userAttributes().size();
        if (userIds > maxUserIds) {
            return Optional.of("it would have " + userIds + " user IDs, more than " + maxUserIds);
        }
        if (parts.subkeys().size() > maxSubkeys) {
            return Optional.of("it would have " + parts.subkeys().size() + " subkeys, more than " + maxSubkeys);
        }
        long bytes = certificate.size() <= maxCertificateBytes ? 0 : ThirdPartySignatures.bytesWithout(parts);
        return bytes <= maxCertificateBytes
                ? Optional.empty()
                : Optional.of("it would have " + bytes + " bytes, more than " + maxCertificateBytes);
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be at least 1");
        }
    }
}
