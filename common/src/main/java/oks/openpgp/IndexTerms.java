package oks.openpgp;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything under which a certificate can be found, from its content alone.
 *
 * @param primary fingerprint of the primary key
 * @param subkeys fingerprints of the subkeys, in the certificate's order
 * @param keyIds key IDs of the primary key and the subkeys, each once: a primary key can be its own subkey
 * @param proven fingerprints of those keys that are proven to be the owner's: the primary key, and subkeys that signed
 *     their binding, too; anybody can claim other subkeys
 * @param provenKeyIds their key IDs
 * @param emails e-mail addresses of the user IDs, as {@link #emailsOf} writes them, sorted; at most
 *     {@value #MAX_EMAILS}
 * @param words words of the user IDs, folded, sorted; at most {@value #MAX_WORDS}
 * @param namedRevokers key IDs of keys that the owner allows to revoke the certificate
 * @param awaitedRevokers key IDs of revokers whose revocations could not be verified yet
 * @param hardRevoked whether the owner revoked it for good ({@link BareCertificate}), so that its names may be hidden
 * @param bareSksHash the {@code sksHash} of the bare form of a certificate that is revoked for good; of any other the
 *     same as {@code sksHash}
 * @param sksHash the 16 bytes by which SKS keyservers name this content: MD5 over all packets, sorted by type and body,
 *     each as u32 type, u32 length, body
 */
public record IndexTerms(
        Fingerprint primary,
        Set<Fingerprint> subkeys,
        Set<KeyId> keyIds,
        Set<Fingerprint> proven,
        Set<KeyId> provenKeyIds,
        Set<String> emails,
        Set<String> words,
        Set<KeyId> namedRevokers,
        Set<KeyId> awaitedRevokers,
        boolean hardRevoked,
        byte[] bareSksHash,
        byte[] sksHash) {
    static final int MAX_EMAILS = 1000;
    static final int MAX_WORDS = 4000;
    /** Longer words are cut to this many characters, in certificates and in queries alike. */
    static final int MAX_WORD_CHARS = 64;

    private static final int MAX_EMAIL_CHARS = 254;
    private static final String INVISIBLE = "\u200b\u2060\ufeff";

    public IndexTerms {
        subkeys = Collections.unmodifiableSet(new LinkedHashSet<>(subkeys));
        keyIds = Collections.unmodifiableSet(new LinkedHashSet<>(keyIds));
        proven = Set.copyOf(proven);
        provenKeyIds = Set.copyOf(provenKeyIds);
        emails = Collections.unmodifiableSet(new LinkedHashSet<>(emails));
        words = Collections.unmodifiableSet(new LinkedHashSet<>(words));
        namedRevokers = Set.copyOf(namedRevokers);
        awaitedRevokers = Set.copyOf(awaitedRevokers);
        bareSksHash = bareSksHash.clone();
        sksHash = sksHash.clone();
    }

    /** A copy of the 16 bytes. */
    @Override
    public byte[] sksHash() {
        return sksHash.clone();
    }

    /** A copy of the 16 bytes. */
    @Override
    public byte[] bareSksHash() {
        return bareSksHash.clone();
    }

    /** The hash of what is given out: a copy of the 16 bytes. */
    public byte[] sksHash(HardRevoked given) {
        return given == HardRevoked.ALL ? sksHash() : bareSksHash();
    }

    /** The terms of a certificate; the same for the same content, always. */
    public static IndexTerms of(Certificate certificate) {
        CertificateParts parts = certificate.parts();
        Set<Fingerprint> subkeys = new LinkedHashSet<>();
        Set<KeyId> keyIds = new LinkedHashSet<>();
        Set<Fingerprint> proven = new HashSet<>();
        Set<KeyId> provenKeyIds = new HashSet<>();
        Set<KeyId> namedRevokers = new HashSet<>();
        try {
            KeyPacket key = KeyPacket.parse(parts.primary());
            Fingerprint primary = certificate.fingerprint();
            keyIds.add(primary.version() == 3 ? key.keyId() : primary.keyId());
            proven.add(primary);
            provenKeyIds.addAll(keyIds);
            namedRevokers.addAll(DesignatedRevocations.named(parts, key));
            for (Map.Entry<Packet, List<Packet>> entry : parts.subkeys().entrySet()) {
                KeyPacket subkey = KeyPacket.parse(entry.getKey());
                subkeys.add(subkey.fingerprint());
                keyIds.add(subkey.keyId());
                if (BackSignature.isIn(entry.getValue())) {
                    proven.add(subkey.fingerprint());
                    provenKeyIds.add(subkey.keyId());
                }
            }
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
        Set<String> emails = new TreeSet<>();
        for (Packet userId : parts.userIds().keySet()) {
            emailsOf(UserIds.text(userId).text()).stream()
                    .filter(e -> emails.size() < MAX_EMAILS)
                    .forEach(emails::add);
        }
        Set<String> words = words(parts);
        Optional<byte[]> bare = BareCertificate.of(certificate.bytes());
        byte[] sksHash = sksHash(parts);
        return new IndexTerms(
                certificate.fingerprint(),
                subkeys,
                keyIds,
                proven,
                provenKeyIds,
                emails,
                words,
                namedRevokers,
                DesignatedRevocations.awaited(parts),
                bare.isPresent(),
                bare.map(form -> sksHash(CertificateParts.ofStored(form))).orElse(sksHash),
                sksHash);
    }

    /** The words alone of a certificate's terms, at a fraction of the cost. */
    public static Set<String> words(Certificate certificate) {
        return words(certificate.parts());
    }

    private static Set<String> words(CertificateParts parts) {
        Set<String> words = new TreeSet<>();
        for (Packet userId : parts.userIds().keySet()) {
            wordsOf(UserIds.text(userId).text()).stream()
                    .filter(w -> words.size() < MAX_WORDS)
                    .forEach(words::add);
        }
        return words;
    }

    /**
     * The words of a user ID or a query: runs of letters and digits, compatibility forms made plain (NFKC), case folded
     * (so that "Straße" is found as "STRASSE"), each once, in their order.
     */
    public static List<String> wordsOf(String query) {
        String folded = folded(query);
        Set<String> words = new LinkedHashSet<>();
        int begin = -1;
        for (int at = 0; at <= folded.length(); ) {
            int c = at < folded.length() ? folded.codePointAt(at) : ' ';
            boolean mark = Character.getType(c) == Character.NON_SPACING_MARK;
            boolean inside = Character.isLetterOrDigit(c) || begin >= 0 && mark;
            if (inside && begin < 0) {
                begin = at;
            } else if (!inside && begin >= 0) {
                words.add(folded.substring(begin, Math.min(at, begin + MAX_WORD_CHARS)));
                begin = -1;
            }
            at += Character.charCount(c);
        }
        return List.copyOf(words);
    }

    /**
     * Case folding without a table: upper case first, then lower case letter by letter, so that no letter's place
     * matters.
     */
    private static String folded(String text) {
        if (isAscii(text)) {
            return text.toLowerCase(Locale.ROOT); // the same, at a fraction of the cost
        }
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT);
        StringBuilder lower = new StringBuilder(plain.length());
        plain.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
        return Normalizer.normalize(lower, Normalizer.Form.NFKC);
    }

    /**
     * The e-mail addresses in a user ID, wherever they stand in it, lower case, the domain as DNS knows it ("xn--…"),
     * each once. It is found by each of them: draft-ietf-openpgp-hkp, section 5.1.9, would have it found by none where
     * there are several.
     */
    public static Set<String> emailsOf(String userId) {
        Set<String> emails = new LinkedHashSet<>();
        EmailAddresses.in(userId).stream()
                .filter(email -> email.length() <= MAX_EMAIL_CHARS)
                .forEach(email -> emails.add(withDnsDomain(email)));
        return emails;
    }

    /**
     * Whether two texts are one user ID to people who type it: blanks around it, case, and how accents and widths are
     * encoded make no difference.
     */
    public static boolean areAlike(String one, String other) {
        return folded(stripped(one)).equals(folded(stripped(other)));
    }

    /**
     * A text without white space at its ends, also the kinds that people copy from pages: no-break and zero-width ones.
     */
    public static String stripped(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isBlank(text.charAt(begin))) {
            begin++;
        }
        while (end > begin && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || INVISIBLE.indexOf(c) >= 0;
    }

    /**
     * The e-mail address that a query stands for, as {@link #emailsOf} writes it: the text in angle brackets, or the
     * whole of it if it is a bare address. Empty if there is none, or if the text contains several different ones.
     */
    public static Optional<String> emailOf(String query) {
        Set<String> found = EmailAddresses.in(query);
        if (found.size() != 1) {
            return Optional.empty();
        }
        String email = found.iterator().next();
        String lower = query.strip().toLowerCase(Locale.ROOT);
        boolean stands = lower.equals(email) || lower.endsWith("<" + email + ">");
        return stands && email.length() <= MAX_EMAIL_CHARS ? Optional.of(withDnsDomain(email)) : Optional.empty();
    }

    private static boolean isAscii(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** @param email in lower case */
    private static String withDnsDomain(String email) {
        if (isAscii(email)) {
            return email; // the same, at a fraction of the cost
        }
        int at = email.lastIndexOf('@') + 1;
        String local = Normalizer.normalize(email.substring(0, at), Normalizer.Form.NFC);
        try {
            return local
                    + IDN.toASCII(email.substring(at), IDN.ALLOW_UNASSIGNED | IDN.USE_STD3_ASCII_RULES)
                            .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) { // no domain that DNS could know
            return local + email.substring(at);
        }
    }

    private static byte[] sksHash(CertificateParts parts) {
        List<Packet> packets = parts.all();
        packets.sort(Comparator.comparingInt(Packet::type).thenComparing(Comparator.naturalOrder()));
        MessageDigest md5 = KeyPacket.newDigest("MD5");
        for (Packet packet : packets) {
            md5.update(ByteBuffer.allocate(8)
                    .putInt(packet.type())
                    .putInt(packet.length())
                    .array());
            packet.update(md5);
        }
        return md5.digest();
    }
}
