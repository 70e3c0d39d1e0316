package oks.openpgp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Identity of a signature packet: all of it but the parts that anybody can change without making it another signature,
 * which are the unhashed subpackets and the zeros before its numbers.
 *
 * <p>Ordered by what is hashed first, so that a component's signatures stand by version, type and (nearly always) time;
 * then by the signature itself; then the form first that is kept: the one with one embedded signature, which is the
 * subkey's own where it is canonical ({@link CanonicalSignature}); then the shortest.
 */
record SignatureIdentity(Packet packet, Packet hashed, byte[] numbers) implements Comparable<SignatureIdentity> {

    /** The identity of a signature packet; the whole of it where it is broken. */
    static SignatureIdentity of(Packet packet) {
        Signature.Layout layout = Signature.Layout.of(packet);
        if (layout == null) {
            return new SignatureIdentity(packet, packet, new byte[0]);
        }
        Packet end = packet.part(Packet.SIGNATURE, layout.digest(), layout.numbers() - layout.digest());
        Packet numbers = packet.part(Packet.SIGNATURE, layout.numbers(), packet.length() - layout.numbers());
        int algorithm = packet.at(packet.at(0) < 4 ? 15 : 2);
        byte[] plain =
                SignatureNumbers.areNumbers(algorithm) ? SignatureNumbers.withExactBits(numbers) : numbers.body();
        byte[] digestAndNumbers = Arrays.copyOf(end.body(), end.length() + plain.length);
        System.arraycopy(plain, 0, digestAndNumbers, end.length(), plain.length);
        return new SignatureIdentity(packet, packet.part(Packet.SIGNATURE, 0, layout.hashedTo()), digestAndNumbers);
    }

    /** Sorts signatures and keeps each once. */
    static List<Packet> distinct(Collection<Packet> signatures) {
        return signatures.size() < 2
                ? List.copyOf(signatures)
                : forms(signatures).stream().map(forms -> forms.get(0)).toList();
    }

    /** The different forms of each signature, in order; the first one is that which {@link #distinct} keeps. */
    static List<List<Packet>> forms(Collection<Packet> signatures) {
        if (signatures.size() < 2) {
            return signatures.stream().map(List::of).toList();
        }
        SignatureIdentity[] sorted =
                signatures.stream().map(SignatureIdentity::of).toArray(SignatureIdentity[]::new);
        Arrays.sort(sorted);
        List<List<Packet>> all = new ArrayList<>(sorted.length);
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || !sorted[i].same(sorted[i - 1])) {
                all.add(new ArrayList<>(1));
            }
            if (i == 0 || !sorted[i].packet.equals(sorted[i - 1].packet)) {
                all.get(all.size() - 1).add(sorted[i].packet);
            }
        }
        return all;
    }

    /** Lower is better. Looked at only where two forms of one signature differ. */
    private static int rank(Packet packet) {
        try {
            int embedded = Signature.parse(packet).embedded().size();
            return embedded == 1 ? 0 : embedded == 0 ? 2 : 1;
        } catch (Malformed e) {
            return 3;
        }
    }

    boolean same(SignatureIdentity other) {
        return hashed.equals(other.hashed) && Arrays.equals(numbers, other.numbers);
    }

    @Override
    public int compareTo(SignatureIdentity other) {
        int order = hashed.compareTo(other.hashed);
        order = order != 0 ? order : Arrays.compareUnsigned(numbers, other.numbers);
        order = order != 0 || packet.equals(other.packet) ? order : Integer.compare(rank(packet), rank(other.packet));
        order = order != 0 ? order : Integer.compare(packet.length(), other.packet.length());
        return order != 0 ? order : packet.compareTo(other.packet);
    }
}
