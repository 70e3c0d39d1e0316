package oks.service;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A request of a gateway to oksd. Byte arrays are not copied: who makes a request gives them away. */
public sealed interface ServiceRequest {
    /** The family, for switch expressions. */
    enum Kind {
        LOOKUP,
        UPLOAD,
        STATUS,
        CHANGED
    }

    /** Which member of the family this is. */
    Kind kind();

    /** The meaning of a lookup's value. */
    enum By {
        /** 16, 20 or 32 raw bytes, of a primary key or a subkey. */
        FINGERPRINT(1),
        /** 8 raw bytes, of a primary key or a subkey. */
        KEY_ID(2),
        /** An e-mail address, UTF-8. */
        EMAIL(3),
        /** Words that must all occur in the user IDs, UTF-8. */
        WORDS(4),
        /** Exactly this e-mail address or exactly this whole user ID, UTF-8. */
        IDENTITY(5),
        /** The MD5 by which SKS knows a certificate, 16 bytes. */
        SKS_HASH(6);

        private final int code;

        By(int code) {
            this.code = code;
        }

        /** The octet in the frame. */
        int code() {
            return code;
        }

        static By ofCode(int code) throws BadFrameException {
            for (By by : values()) {
                if (by.code == code) {
                    return by;
                }
            }
            throw new BadFrameException("a lookup by " + code + " is not known");
        }
    }

    /**
     * Asks for certificates.
     *
     * @param value what to look for, as {@code by} says
     * @param limit most certificates wanted, 0 to 65535; 0 asks for the number only
     * @param skip how many of the first ones are left out, as on the second page of a list
     * @param domains where there are any, only certificates with an address at one of them are wanted: lower case, as
     *     DNS knows them; at most 255, each of 1 to 253 ASCII characters; only with words
     */
    record Lookup(By by, byte[] value, int limit, int skip, List<String> domains) implements ServiceRequest {
        private static final int LONGEST_DOMAIN = 253;

        public Lookup {
            domains = List.copyOf(domains);
            if (domains.size() > 0xff || !domains.isEmpty() && by != By.WORDS) {
                throw new IllegalArgumentException(domains.size() + " domains for a lookup by " + by);
            }
            for (String domain : domains) {
                if (domain.isEmpty()
                        || domain.length() > LONGEST_DOMAIN
                        || !domain.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
                    throw new IllegalArgumentException("a domain of " + domain.length() + " characters, or not ASCII");
                }
            }
            Objects.requireNonNull(by);
            Objects.requireNonNull(value);
            if (limit < 0 || limit > 0xffff) {
                throw new IllegalArgumentException("limit outside 0 to 65535: " + limit);
            }
            if (skip < 0) {
                throw new IllegalArgumentException("skip below 0: " + skip);
            }
        }

        /** A lookup in all domains. */
        public Lookup(By by, byte[] value, int limit, int skip) {
            this(by, value, limit, skip, List.of());
        }

        /** A lookup from the first one on. */
        public Lookup(By by, byte[] value, int limit) {
            this(by, value, limit, 0, List.of());
        }

        /** A lookup by text. */
        public static Lookup of(By by, String value, int limit) {
            return new Lookup(by, value.getBytes(StandardCharsets.UTF_8), limit);
        }

        /** The value of a lookup by text. */
        public String text() {
            return new String(value, StandardCharsets.UTF_8);
        }

        @Override
        public Kind kind() {
            return Kind.LOOKUP;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Lookup that
                    && by == that.by
                    && limit == that.limit
                    && skip == that.skip
                    && domains.equals(that.domains)
                    && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Objects.hash(by, limit, skip, domains, Arrays.hashCode(value));
        }
    }

    /**
     * Brings certificates.
     *
     * @param origin where they come from, such as "hkp"; 0 to 255 ASCII characters
     * @param ticket what oksd gave over its control socket to whoever may upload without verification; "" for everybody
     *     else; 0 to 255 ASCII characters
     * @param body as received: armored or binary OpenPGP
     */
    record Upload(String origin, String ticket, byte[] body) implements ServiceRequest {
        public Upload {
            Objects.requireNonNull(body);
            requireAscii("origin", origin);
            requireAscii("ticket", ticket);
        }

        /** An upload that is verified. */
        public Upload(String origin, byte[] body) {
            this(origin, "", body);
        }

        private static void requireAscii(String name, String text) {
            if (text.length() > 255 || !text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
                throw new IllegalArgumentException(name + " is not 0 to 255 printable ASCII characters");
            }
        }

        @Override
        public Kind kind() {
            return Kind.UPLOAD;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Upload that
                    && origin.equals(that.origin)
                    && ticket.equals(that.ticket)
                    && Arrays.equals(body, that.body);
        }

        @Override
        public int hashCode() {
            return Objects.hash(origin, ticket, Arrays.hashCode(body));
        }

        /** Never the body: it could be a private key. */
        @Override
        public String toString() {
            return "Upload[origin=" + origin + ", bytes=" + body.length + "]";
        }
    }

    /**
     * Asks which certificates were last changed on a day, for caches.
     *
     * @param day since 1970-01-01, UTC
     * @param limit most fingerprints wanted, 0 to 65535
     */
    record Changed(int day, int limit) implements ServiceRequest {
        public Changed {
            if (day < 0 || limit < 0 || limit > 0xffff) {
                throw new IllegalArgumentException("day " + day + ", limit " + limit);
            }
        }

        @Override
        public Kind kind() {
            return Kind.CHANGED;
        }
    }

    /** Asks how oksd is. */
    record Status() implements ServiceRequest {
        @Override
        public Kind kind() {
            return Kind.STATUS;
        }
    }
}
