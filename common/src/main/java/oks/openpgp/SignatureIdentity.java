package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What makes a signature packet this signature and no other: all of it except what anybody can change without making it
 * another one, namely the subpackets that are not hashed and the zeros before its numbers.
 *
 * <p>Ordered by what is hashed first, so that a component's signatures stand by version, type and (nearly always) time;
 * then by the signature itself; then the shortest form first, which is the one that is kept: what others add goes again.
 */
record SignatureIdentity(Packet packet, Packet hashed, byte[] numbers) implements Comparable<SignatureIdentity> {

    static SignatureIdentity of(Packet packet) {
        return Signature.identity(packet);
    }

    /** Sorts signatures and keeps each once. */
    static List<Packet> distinct(Collection<Packet> signatures) {
        if (signatures.size() < 2) {
            return List.copyOf(signatures);
        }
        SignatureIdentity[] sorted =
                signatures.stream().map(SignatureIdentity::of).toArray(SignatureIdentity[]::new);
        Arrays.sort(sorted);
        List<Packet> distinct = new ArrayList<>(sorted.length);
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || !sorted[i].same(sorted[i - 1])) {
                distinct.add(sorted[i].packet);
            }
        }
        return distinct;
    }

    /** The numbers of a signature, each as u16 length and bytes without leading zeros; as they are if they are no MPIs. */
    static byte[] withoutLeadingZeros(Packet numbers) {
        try {
            ByteArrayOutputStream plain = new ByteArrayOutputStream(numbers.length());
            for (KeyPacket.Mpis mpis = new KeyPacket.Mpis(numbers, 0); mpis.hasNext(); ) {
                byte[] number = mpis.next();
                int zeros = 0;
                while (zeros < number.length && number[zeros] == 0) {
                    zeros++;
                }
                int length = number.length - zeros;
                plain.write(length >> 8);
                plain.write(length);
                plain.write(number, zeros, length);
            }
            return plain.toByteArray();
        } catch (Malformed e) {
            return numbers.body();
        }
    }

    private boolean same(SignatureIdentity other) {
        return hashed.equals(other.hashed) && Arrays.equals(numbers, other.numbers);
    }

    @Override
    public int compareTo(SignatureIdentity other) {
        int order = hashed.compareTo(other.hashed);
        order = order != 0 ? order : Arrays.compareUnsigned(numbers, other.numbers);
        order = order != 0 ? order : Integer.compare(packet.length(), other.packet.length());
        return order != 0 ? order : packet.compareTo(other.packet);
    }
}
