package oks.http;

import io.vertx.core.buffer.Buffer;
import oks.openpgp.Armor;
import oks.openpgp.Certificate;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Found;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Certificates as they are given out, and by what a client sees that nothing is new.
 *
 * @param total    how many there are, more than these when a limit cut the list
 * @param modified when the newest of them changed
 */
record Bundle(List<Certificate> certificates, long total, Instant modified) {
    private static final int NEWEST_LEGACY_VERSION = 4;
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    Bundle {
        certificates = List.copyOf(certificates);
    }

    /** All that was found; 404 when that is nothing. */
    static Bundle of(Certificates answer) {
        return of(answer, Integer.MAX_VALUE, "");
    }

    /** What was found, for old clients, which fail on version 6; 404 when nothing is left. */
    static Bundle legacy(Certificates answer) {
        return of(answer, NEWEST_LEGACY_VERSION, "only version 6 certificates were found, which are not given to old clients");
    }

    private static Bundle of(Certificates answer, int newestVersion, String whenNoneIsOldEnough) {
        List<Certificate> certificates = new ArrayList<>();
        long modifiedMicros = 0;
        for (Found found : answer.found()) {
            Certificate certificate = Certificate.ofStored(found.certificate());
            if (certificate.fingerprint().version() <= newestVersion) {
                certificates.add(certificate);
                modifiedMicros = Math.max(modifiedMicros, found.modifiedMicros());
            }
        }
        if (certificates.isEmpty()) {
            throw HttpFault.of(404, answer.found().isEmpty() ? "no certificate was found" : whenNoneIsOldEnough);
        }
        return new Bundle(certificates, answer.total(), Instant.EPOCH.plus(modifiedMicros, ChronoUnit.MICROS));
    }

    /** Bytes of all certificates together. */
    static long bytes(Certificates answer) {
        return answer.found().stream().mapToLong(found -> found.certificate().length).sum();
    }

    /** One armored block that ends in a newline. */
    Answer armored() {
        byte[] block = Armor.certificates(certificates.stream().map(Certificate::bytes).toList());
        return validated(Answer.of(Answer.KEYS, Buffer.buffer(block)));
    }

    /** The packets, one certificate after the other. */
    Answer binary(String contentType) {
        Buffer packets = Buffer.buffer();
        certificates.forEach(certificate -> packets.appendBytes(certificate.bytes()));
        return validated(Answer.of(contentType, packets));
    }

    private Answer validated(Answer answer) {
        return answer.with("ETag", "W/\"" + tag() + "\"") // weak: the same for gzip and for none
                .with("Last-Modified", HTTP_DATE.format(modified))
                .with("Cache-Control", "no-cache"); // keep it, but ask whether it is still the one: it may be revoked by now
    }

    private String tag() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        certificates.forEach(certificate -> digest.update(certificate.bytes()));
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }
}
