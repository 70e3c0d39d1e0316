package oks.openpgp;

/**
 * The rule for self-signatures with broken hashes; whom to trust is still for the reader of a certificate to decide.
 */
public enum WeakHashes {
    /** None: certificates of the 1990s and 2000s lose most of what they have. */
    NONE,
    /**
     * SHA-1 and RIPEMD-160, as gpg takes them in self-signatures; MD5 in version 3 keys only, which had nothing else.
     */
    SHA1,
    /** MD5 as well. */
    MD5;

    /** Whether a self-signature with this hash counts. */
    boolean allow(int hashAlgorithm, int keyVersion) {
        return switch (hashAlgorithm) {
            case HashAlgorithm.MD5 -> this == MD5 || this == SHA1 && keyVersion == 3;
            case HashAlgorithm.SHA1, HashAlgorithm.RIPEMD160 -> this != NONE;
            default -> true;
        };
    }
}
