package oks.openpgp;

import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.MD5Digest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA224Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;

/**
 * Hash algorithms by number (RFC 9580, section 9.5). MD5, SHA-1 and RIPEMD-160 are read as well: certificates of the
 * 1990s and 2000s have nothing else. Which of them count: {@link WeakHashes}.
 */
final class HashAlgorithm {
    static final int MD5 = 1;
    static final int SHA1 = 2;
    static final int RIPEMD160 = 3;
    static final int SHA224 = 11;

    private HashAlgorithm() {}

    /** A new digest; Malformed for a number that is unknown. */
    static Digest newDigest(int algorithm) throws Malformed {
        return switch (algorithm) {
            case MD5 -> new MD5Digest();
            case SHA1 -> new SHA1Digest();
            case RIPEMD160 -> new RIPEMD160Digest();
            case 8 -> new SHA256Digest();
            case 9 -> new SHA384Digest();
            case 10 -> new SHA512Digest();
            case SHA224 -> new SHA224Digest();
            case 12 -> new SHA3Digest(256);
            case 14 -> new SHA3Digest(512);
            default -> throw new Malformed("hash algorithm " + algorithm + " is unknown");
        };
    }

    /** Bytes of salt in a version 6 signature; -1 for hashes that version 6 does not allow. */
    static int saltBytes(int algorithm) {
        return switch (algorithm) {
            case 8, SHA224, 12 -> 16;
            case 9 -> 24;
            case 10, 14 -> 32;
            default -> -1;
        };
    }

    /**
     * Whether signatures of a key with this algorithm may have this hash: those of RFC 9980 want 256 bits at least
     * (sections 5.3.1 and 6.2.1).
     */
    static boolean suits(int keyAlgorithm, int hashAlgorithm) {
        return !Algorithm.isPostQuantum(keyAlgorithm) || hashAlgorithm > RIPEMD160 && hashAlgorithm != SHA224;
    }

    /** The digest of what was put in. */
    static byte[] result(Digest digest) {
        byte[] result = new byte[digest.getDigestSize()];
        digest.doFinal(result, 0);
        return result;
    }
}
