package oks.http.hkp;

import io.netty.handler.codec.DateFormatter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;
import oks.openpgp.Armor;
import oks.openpgp.BareCertificate;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateDescription;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Found;

/**
 * Certificates as they are given out, and by what a client sees that nothing is new. They stay the bytes that oksd
 * sent, unless somebody wants to know what is in them.
 *
 * @param total how many there are, more than these when a limit cut the list
 */
record Bundle(List<Found> found, long total) {
    private static final int NEWEST_LEGACY_VERSION = 4;

    Bundle {
        found = List.copyOf(found);
    }

    /** All that was found; 404 when that is nothing. */
    static Bundle of(Certificates answer) {
        if (answer.found().isEmpty()) {
            throw HttpFault.of(
                    404,
                    answer.total() == 0
                            ? "no certificate was found"
                            : "the list of " + answer.total() + " certificates ends before");
        }
        return new Bundle(answer.found(), answer.total());
    }

    /** The certificates found, for old clients, which fail on version 6; 404 when none is left. */
    static Bundle legacy(Certificates answer) {
        Bundle all = of(answer);
        List<Found> old = new ArrayList<>(all.found.size());
        for (Found found : all.found) {
            if (Certificate.versionOf(found.certificate()) <= NEWEST_LEGACY_VERSION) {
                old.add(found);
            }
        }
        if (old.isEmpty()) {
            throw HttpFault.of(404, "only version 6 certificates were found, which are not given to old clients");
        }
        return new Bundle(old, answer.total());
    }

    /** Bytes of all certificates together. */
    static long bytes(Certificates answer) {
        long bytes = 0;
        for (Found found : answer.found()) {
            bytes += found.certificate().length;
        }
        return bytes;
    }

    /** Their descriptions, each made when it is asked for: all at once they would take several times the memory. */
    List<CertificateDescription> described() {
        return new AbstractList<>() {
            @Override
            public CertificateDescription get(int index) {
                return CertificateDescription.of(
                        Certificate.ofStored(found.get(index).certificate()));
            }

            @Override
            public int size() {
                return found.size();
            }
        };
    }

    /** When the newest of them changed. */
    Instant modified() {
        return Instant.EPOCH.plus(modifiedMicros(), ChronoUnit.MICROS);
    }

    private long modifiedMicros() {
        long newest = 0;
        for (Found one : found) {
            newest = Math.max(newest, one.modifiedMicros());
        }
        return newest;
    }

    /** One armored block that ends in a newline. */
    Answer armored() {
        return validated(Answer.of(Answer.KEYS, Armor.certificates(packets())));
    }

    /**
     * The same; where all of them consist of nothing but a key and its revocations, those stand before: GnuPG takes
     * them in where it takes no certificate without a user ID (draft-ietf-openpgp-hkp, section 9.1). Never before a
     * certificate that lives: sq refuses the whole answer, and a stranger's certificate may claim the key that is asked
     * for as its subkey.
     */
    Answer armoredForGpg() {
        List<byte[]> revocations = found.stream()
                .map(one -> BareCertificate.revocationsIn(one.certificate()))
                .toList();
        if (revocations.stream().anyMatch(none -> none.length == 0)) {
            return armored();
        }
        List<byte[]> all = new ArrayList<>(revocations);
        all.addAll(packets());
        return validated(Answer.of(Answer.KEYS, Armor.certificates(all))).varying("Accept, Pragma, User-Agent");
    }

    /** The packets, one certificate after the other. */
    Answer binary(String contentType) {
        Buffer all = Buffer.buffer(
                found.stream().mapToInt(one -> one.certificate().length).sum());
        packets().forEach(all::appendBytes);
        return validated(Answer.of(contentType, all));
    }

    private List<byte[]> packets() {
        List<byte[]> packets = new ArrayList<>(found.size());
        for (Found one : found) {
            packets.add(one.certificate());
        }
        return packets;
    }

    private Answer validated(Answer answer) {
        return answer.with(HttpHeaders.ETAG, "W/\"" + tag() + '"') // weak: the same for gzip and for none
                .with(HttpHeaders.LAST_MODIFIED, DateFormatter.format(new Date(modifiedMicros() / 1000)))
                .with(
                        HttpHeaders.CACHE_CONTROL,
                        "no-cache"); // keep it, but ask whether it is still the one: it may be revoked by now
    }

    /**
     * A certificate is what the change made it that wrote it: the number of the change, and its time, which tells apart
     * the changes of the same number before and after a restore; and its length, which tells apart the whole and the
     * bare form of one that is revoked for good. Of several certificates, a hash of that.
     */
    private String tag() {
        if (found.size() == 1) {
            return Long.toHexString(found.get(0).lsn())
                    + '-'
                    + Long.toHexString(found.get(0).modifiedMicros())
                    + '-'
                    + Integer.toHexString(found.get(0).certificate().length);
        }
        ByteBuffer changes = ByteBuffer.allocate(3 * Long.BYTES * found.size());
        found.forEach(
                one -> changes.putLong(one.lsn()).putLong(one.modifiedMicros()).putLong(one.certificate().length));
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(changes.array()), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
