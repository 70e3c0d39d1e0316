package oks.oksd.serve;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import oks.openpgp.CertificateDescription;
import oks.openpgp.Fingerprint;
import oks.openpgp.HardRevoked;
import oks.openpgp.IndexTerms;
import oks.openpgp.KeyId;
import oks.openpgp.WordQuery;
import oks.service.ServiceAnswer;
import oks.service.ServiceRequest;
import oks.service.ServiceRequest.Lookup;
import oks.store.CertificateSearch;
import oks.store.CertificateStore;
import oks.store.Matches;
import oks.store.Page;
import oks.store.Patience;
import oks.store.StoredCertificate;

/** Answers lookups from the store. Any thread; never waits for the writer. */
public final class Lookups {
    /** More words make a search dearer and no narrower. */
    private static final int MOST_WORDS = 24;
    /** Prefixes of words are costly: each stands for all words that begin with it. */
    private static final int MOST_BEGINNINGS = 4;

    private static final int RETRY_SECONDS = 10;
    private static final int SKS_HASH_BYTES = 16;

    private final CertificateSearch store;
    private final Supplier<HardRevoked> hardRevoked;

    /** @param hardRevoked what is given out of certificates that their owners revoked for good, now */
    public Lookups(CertificateStore store, Supplier<HardRevoked> hardRevoked) {
        this.store = store.search();
        this.hardRevoked = hardRevoked;
    }

    /** The answer to a lookup that reads so little that an event loop may do it; empty for one that may read more. */
    Optional<ServiceAnswer> answerIfQuick(Lookup lookup) {
        return switch (lookup.by()) {
            case FINGERPRINT, KEY_ID, SKS_HASH -> answerIfComplete(lookup, Patience.few());
            case EMAIL, IDENTITY ->
                IndexTerms.emailOf(lookup.text()).flatMap(email -> answerIfComplete(lookup, Patience.few()));
            case WORDS -> Optional.empty();
        };
    }

    /** Whether it looks for words, whose certificates may be all there are. */
    boolean isSearchByWords(Lookup lookup) {
        return switch (lookup.by()) {
            case FINGERPRINT, KEY_ID, SKS_HASH, EMAIL -> false;
            case WORDS -> true;
            case IDENTITY -> IndexTerms.emailOf(lookup.text()).isEmpty();
        };
    }

    /** The answer to a lookup for which the patience suffices; otherwise empty. */
    Optional<ServiceAnswer> answerIfComplete(Lookup lookup, Patience patience) {
        try {
            HardRevoked given = hardRevoked.get();
            Matches matches = find(lookup, given, patience);
            return matches.more() ? Optional.empty() : Optional.of(certificates(matches, given));
        } catch (IllegalArgumentException e) {
            return Optional.of(badRequest(e));
        }
    }

    /** The answer with what was found as long as the patience lasted. */
    ServiceAnswer answer(Lookup lookup, Patience patience) {
        try {
            HardRevoked given = hardRevoked.get();
            return certificates(find(lookup, given, patience), given);
        } catch (IllegalArgumentException e) {
            return badRequest(e);
        }
    }

    private static ServiceAnswer badRequest(IllegalArgumentException e) {
        return new ServiceAnswer.Failure(ServiceAnswer.FailureCode.BAD_REQUEST, 0, e.getMessage());
    }

    /** Nothing found in the time that a search has does not mean that there is nothing. */
    private static ServiceAnswer certificates(Matches matches, HardRevoked given) {
        if (matches.more() && matches.total() == 0) {
            return new ServiceAnswer.Failure(
                    ServiceAnswer.FailureCode.OVERLOADED,
                    RETRY_SECONDS,
                    "this search takes too long: its words are too common; add one that fewer have, or search for an "
                            + "e-mail address");
        }
        return new ServiceAnswer.Certificates(
                matches.total(),
                matches.more(),
                matches.certificates().stream()
                        .map(stored -> found(stored, given))
                        .toList());
    }

    ServiceAnswer answer(ServiceRequest.Changed changed) {
        List<byte[]> fingerprints = store.changedOn(Instant.EPOCH.plus(changed.day(), ChronoUnit.DAYS)).stream()
                .map(Fingerprint::bytes)
                .toList();
        return new ServiceAnswer.Fingerprints(
                fingerprints.size(), fingerprints.subList(0, Math.min(changed.limit(), fingerprints.size())));
    }

    private Matches find(Lookup lookup, HardRevoked given, Patience patience) {
        Page page = new Page(lookup.skip(), lookup.limit());
        CertificateSearch search = store.giving(given);
        return switch (lookup.by()) {
            case FINGERPRINT -> search.byFingerprint(Fingerprint.of(lookup.value()), page, patience);
            case KEY_ID -> search.byKeyId(keyId(lookup.value()), page, patience);
            case EMAIL -> named(byEmail(search, lookup.text(), page, patience), given);
            case WORDS -> named(byWords(search, lookup, page, patience), given);
            case IDENTITY -> named(byIdentity(search, lookup.text(), page, patience), given);
            case SKS_HASH -> search.bySksHash(sksHash(lookup.value()), page, patience);
        };
    }

    private static Matches byWords(CertificateSearch search, Lookup lookup, Page page, Patience patience) {
        List<WordQuery> words = words(lookup.text());
        if (lookup.domains().isEmpty() || words.isEmpty()) {
            return search.byWords(words, page, patience);
        }
        List<List<WordQuery>> ofDomains = lookup.domains().stream()
                .map(domain -> Stream.concat(words.stream(), WordQuery.exactly(domain).stream())
                        .distinct()
                        .toList())
                .toList();
        return search.byAnyWords(ofDomains, stored -> isWanted(stored, words, lookup.domains()), page, patience);
    }

    /** Whether a certificate has all words, wherever, and an address at one of the domains. */
    private static boolean isWanted(StoredCertificate stored, List<WordQuery> words, List<String> domains) {
        List<String> userIds = stored.certificate().userIds();
        Set<String> its = new HashSet<>();
        userIds.forEach(userId -> its.addAll(IndexTerms.wordsOf(userId)));
        return words.stream().allMatch(word -> its.stream().anyMatch(word::matches))
                && userIds.stream()
                        .flatMap(userId -> IndexTerms.emailsOf(userId).stream())
                        .anyMatch(email -> domains.contains(email.substring(email.lastIndexOf('@') + 1)));
    }

    private static List<WordQuery> words(String query) {
        List<WordQuery> words = WordQuery.of(query).stream().distinct().toList();
        if (words.size() > MOST_WORDS
                || words.stream().filter(WordQuery::prefix).count() > MOST_BEGINNINGS) {
            throw new IllegalArgumentException("a search has at most " + MOST_WORDS + " words, of which at most "
                    + MOST_BEGINNINGS + " have an asterisk");
        }
        return words;
    }

    /**
     * What names found, without certificates that no name may find: those that were revoked while the search went on,
     * or that an index of an earlier version still names.
     */
    private static Matches named(Matches matches, HardRevoked given) {
        List<StoredCertificate> shown = matches.certificates().stream()
                .filter(stored -> !given.hides(stored.content()))
                .toList();
        int hidden = matches.certificates().size() - shown.size();
        return hidden == 0 ? matches : new Matches(matches.total() - hidden, matches.more(), shown);
    }

    private static Matches byEmail(CertificateSearch search, String address, Page page, Patience patience) {
        return IndexTerms.emailOf(address)
                .map(email -> search.byEmail(email, page, patience))
                .orElse(Matches.NONE);
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

    private static Matches byIdentity(CertificateSearch search, String identity, Page page, Patience patience) {
        if (IndexTerms.emailOf(identity).isPresent()) {
            return byEmail(search, identity, page, patience);
        }
        Matches exact = search.byWords(
                longest(WordQuery.exactly(identity)), stored -> hasUserId(stored, identity), page, patience);
        boolean none = exact.total() == 0 && !exact.more();
        return none ? byEmail(search, withPlus(identity), page, patience) : exact;
    }

    /** GnuPG 2.2 sends a blank where an address has a plus sign. */
    private static String withPlus(String identity) {
        return identity.indexOf('@') < 0 ? "" : identity.strip().replace(' ', '+');
    }

    /** The words that tell most, of a user ID that has too many. */
    private static List<WordQuery> longest(List<WordQuery> words) {
        return words.stream()
                .sorted(Comparator.comparingInt((WordQuery word) -> word.word().length())
                        .reversed())
                .limit(MOST_WORDS)
                .toList();
    }

    private static boolean hasUserId(StoredCertificate stored, String identity) {
        return CertificateDescription.of(stored.certificate()).userIds().stream()
                .anyMatch(userId -> IndexTerms.areAlike(userId.text(), identity));
    }

    private static ServiceAnswer.Found found(StoredCertificate stored, HardRevoked given) {
        return new ServiceAnswer.Found(
                stored.lsn().number(),
                ChronoUnit.MICROS.between(Instant.EPOCH, stored.modified()),
                given.given(stored.content()));
    }
}
