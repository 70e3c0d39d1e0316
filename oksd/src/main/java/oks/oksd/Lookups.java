package oks.oksd;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import oks.openpgp.CertificateDescription;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import oks.openpgp.WordQuery;
import oks.service.ServiceAnswer;
import oks.service.ServiceRequest;
import oks.service.ServiceRequest.Lookup;
import oks.store.CertificateSearch;
import oks.store.CertificateStore;
import oks.store.Matches;
import oks.store.StoredCertificate;

/** Answers lookups from the store. Any thread; never waits for the writer. */
final class Lookups {
    private static final int IDENTITY_CANDIDATES = 1000;
    private static final int SKS_HASH_BYTES = 16;

    private final CertificateSearch search;

    Lookups(CertificateStore store) {
        this.search = store.search();
    }

    /** The answer to a lookup that reads so little that an event loop may do it; empty for one that may read more. */
    Optional<ServiceAnswer> answerIfQuick(Lookup lookup) {
        return switch (lookup.by()) {
            case FINGERPRINT, KEY_ID, SKS_HASH -> Optional.of(answer(lookup));
            case EMAIL, IDENTITY -> IndexTerms.emailOf(lookup.text())
                    .flatMap(email -> search.byEmailIfFew(email, lookup.limit()))
                    .map(Lookups::certificates);
            case WORDS -> Optional.empty();
        };
    }

    ServiceAnswer answer(Lookup lookup) {
        Matches matches;
        try {
            matches = find(lookup);
        } catch (IllegalArgumentException e) {
            return new ServiceAnswer.Failure(ServiceAnswer.FailureCode.BAD_REQUEST, 0, e.getMessage());
        }
        return certificates(matches);
    }

    private static ServiceAnswer certificates(Matches matches) {
        return new ServiceAnswer.Certificates(
                matches.total(), matches.certificates().stream().map(Lookups::found).toList());
    }

    ServiceAnswer answer(ServiceRequest.Changed changed) {
        List<byte[]> fingerprints = search.changedOn(Instant.EPOCH.plus(changed.day(), ChronoUnit.DAYS)).stream()
                .map(Fingerprint::bytes)
                .toList();
        return new ServiceAnswer.Fingerprints(
                fingerprints.size(), fingerprints.subList(0, Math.min(changed.limit(), fingerprints.size())));
    }

    private Matches find(Lookup lookup) {
        return switch (lookup.by()) {
            case FINGERPRINT -> search.byFingerprint(Fingerprint.of(lookup.value()), lookup.limit());
            case KEY_ID -> search.byKeyId(keyId(lookup.value()), lookup.limit());
            case EMAIL -> byEmail(lookup.text(), lookup.limit());
            case WORDS -> search.byWords(WordQuery.of(lookup.text()), lookup.limit());
            case IDENTITY -> byIdentity(lookup.text(), lookup.limit());
            case SKS_HASH -> search.bySksHash(sksHash(lookup.value()), lookup.limit());
        };
    }

    private Matches byEmail(String address, int limit) {
        return IndexTerms.emailOf(address).map(email -> search.byEmail(email, limit)).orElse(Matches.NONE);
    }

    private static KeyId keyId(byte[] value) {
        if (value.length != Long.BYTES) {
            throw new IllegalArgumentException("a key ID has 8 bytes, not " + value.length);
        }
        return new KeyId(ByteBuffer.wrap(value).getLong());
    }

    private static byte[] sksHash(byte[] value) {
        if (value.length != SKS_HASH_BYTES) {
            throw new IllegalArgumentException("an SKS hash has 16 bytes, not " + value.length);
        }
        return value;
    }

    private Matches byIdentity(String identity, int limit) {
        if (IndexTerms.emailOf(identity).isPresent()) {
            return byEmail(identity, limit);
        }
        List<StoredCertificate> exact =
                search.byWords(WordQuery.exactly(identity), IDENTITY_CANDIDATES).certificates().stream()
                        .filter(stored -> hasUserId(stored, identity))
                        .toList();
        return new Matches(exact.size(), exact.subList(0, Math.min(limit, exact.size())));
    }

    private static boolean hasUserId(StoredCertificate stored, String identity) {
        return CertificateDescription.of(stored.certificate()).userIds().stream()
                .anyMatch(userId -> userId.text().equalsIgnoreCase(identity));
    }

    private static ServiceAnswer.Found found(StoredCertificate stored) {
        return new ServiceAnswer.Found(
                stored.lsn().number(),
                ChronoUnit.MICROS.between(Instant.EPOCH, stored.modified()),
                stored.content());
    }
}
