package oks.http.server;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Numbers by which oksd tells clients apart without learning their addresses: a hash with a key that nobody has but
 * this process, and that ends with it. Thread-safe.
 */
final class ClientNumbers {
    /** Numbers that are remembered, because most requests come from few clients. */
    private static final int MOST_REMEMBERED = 10_000;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Map<Long, Long> remembered = new ConcurrentHashMap<>();

    ClientNumbers(SecureRandom random) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** The number of those whom the limits count together. */
    long of(ClientAddress client) {
        if (remembered.size() >= MOST_REMEMBERED) {
            remembered.clear();
        }
        return remembered.computeIfAbsent(client.key(), this::number);
    }

    private long number(long address) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return ByteBuffer.wrap(mac.doFinal(
                            ByteBuffer.allocate(Long.BYTES).putLong(address).array()))
                    .getLong();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
