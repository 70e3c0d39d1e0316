package oks.openpgp;

import java.util.Optional;

/**
 * Budget for verifying one upload: charged before the work is done, so that an upload with thousands of signatures, or
 * with needlessly large keys, takes a bounded time of one core. One thread.
 */
public final class VerificationBudget {
    /**
     * So many bytes are hashed in the time of one RSA verification with 2048 bits, with slow hashes and a slow core.
     */
    private static final int HASHED_PER_UNIT = 4096;

    private final int mostInUpload;
    private final int mostInCertificate;
    private long spent;
    private long spentBefore;
    private long verifications;
    private long searched;
    private long searchedBefore;
    private boolean uploadExceeded;
    private boolean certificateExceeded;
    private boolean ranOut;

    /** Nothing spent yet, and as much to spend as the limits allow. */
    public VerificationBudget(Limits limits) {
        this(limits, Integer.MAX_VALUE);
    }

    /**
     * Nothing spent yet, and less to spend than the limits may allow.
     *
     * @param most units, for the whole upload
     */
    public VerificationBudget(Limits limits, int most) {
        mostInUpload = Math.min(most, limits.of(Limit.MAX_COST));
        mostInCertificate = Math.min(most, limits.of(Limit.MAX_CERTIFICATE_COST));
    }

    /** Units for hashing this many bytes. */
    static long ofHashing(long bytes) {
        return bytes / HASHED_PER_UNIT;
    }

    /** Bytes that are hashed for this many units. */
    static long hashedFor(long units) {
        return HASHED_PER_UNIT * units;
    }

    /** Begins another certificate, to which all later costs count. */
    void beginCertificate() {
        spentBefore = spent;
        searchedBefore = searched;
        certificateExceeded = false;
    }

    /**
     * Pays for reading a stored certificate and taking it apart, to find out whether something that came alone is meant
     * for it, a unit at least; all later costs count to that certificate. False without enough left.
     *
     * @param bytes of the certificate
     */
    public boolean payForReading(long bytes) {
        beginCertificate();
        return pay(Math.max(bytes, HASHED_PER_UNIT));
    }

    /** Pays for hashing; without enough left nothing is paid, and nothing more can be. */
    boolean payForHashing(long bytes) {
        return pay(bytes);
    }

    /**
     * Whether so many bytes may be hashed, which is paid for besides, to find out where a signature belongs that stands
     * in a wrong place, or is good though it does not look so. At most a quarter goes there, and never the last that is
     * left; not to search further is no excess: a flood of signatures that belong nowhere leaves enough for the
     * owner's.
     */
    boolean allowsSearch(long bytes) {
        long after = searched + bytes;
        if (exceeded()
                || spent + bytes > most()
                || 4 * after > (long) HASHED_PER_UNIT * mostInUpload
                || 4 * (after - searchedBefore) > (long) HASHED_PER_UNIT * mostInCertificate) {
            ranOut = true;
            return false;
        }
        searched = after;
        return true;
    }

    /** Pays for decoding a key, as {@link #payForHashing}. */
    boolean payForKey(KeyPacket key) {
        return pay(HASHED_PER_UNIT * VerificationCost.ofKey(key));
    }

    /** Pays for a verification, as {@link #payForHashing}. */
    boolean payForVerification(long units) {
        boolean paid = pay(HASHED_PER_UNIT * units);
        verifications += paid ? 1 : 0;
        return paid;
    }

    /** The most that may be spent, in all, until the present certificate ends, in bytes hashed. */
    private long most() {
        return Math.min(
                (long) HASHED_PER_UNIT * mostInUpload, spentBefore + (long) HASHED_PER_UNIT * mostInCertificate);
    }

    /** Takes a payment for a verification back that was not begun, because the numbers of the signature are none. */
    void takeBack(long units) {
        spent -= HASHED_PER_UNIT * units;
        verifications--;
    }

    private boolean pay(long price) {
        uploadExceeded |= spent + price > (long) HASHED_PER_UNIT * mostInUpload;
        certificateExceeded |= spent - spentBefore + price > (long) HASHED_PER_UNIT * mostInCertificate;
        if (exceeded()) {
            ranOut = true;
            return false;
        }
        spent += price;
        return true;
    }

    /** Whether something could not be paid for: since the certificate began, or since ever for the whole upload. */
    public boolean exceeded() {
        return uploadExceeded || certificateExceeded;
    }

    /** Whether something could not be paid for at any time, or was not searched for. */
    public boolean ranOut() {
        return ranOut;
    }

    /** Whether these limits would have allowed more. */
    public boolean isLessThan(Limits limits) {
        return mostInUpload < limits.of(Limit.MAX_COST) || mostInCertificate < limits.of(Limit.MAX_CERTIFICATE_COST);
    }

    /** Why the certificate at hand is refused; empty while everything could be paid for. */
    public Optional<String> excess() {
        if (certificateExceeded) {
            return Optional.of(
                    "verifying its signatures costs more than " + mostInCertificate + " RSA-2048 verifications");
        }
        return uploadExceeded
                ? Optional.of("verifying the upload costs more than " + mostInUpload
                        + " RSA-2048 verifications; upload its certificates one by one")
                : Optional.empty();
    }

    /** Units spent so far, rounded up. */
    long spent() {
        return (spent + HASHED_PER_UNIT - 1) / HASHED_PER_UNIT;
    }

    /** Verifications paid for so far. */
    long verifications() {
        return verifications;
    }
}
