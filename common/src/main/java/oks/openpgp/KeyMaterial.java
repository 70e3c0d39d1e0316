package oks.openpgp;

/**
 * Where the public key of a packet ends (RFC 9580, section 5.5.5; RFC 9980). Nothing may follow it: in a private key
 * packet, that is where the private part stands.
 */
final class KeyMaterial {
    private KeyMaterial() {}

    /**
     * Bytes after the public key; 0 also for an algorithm that is unknown here, whose bytes nobody here can tell apart.
     *
     * @throws Malformed if the public key is cut short
     */
    static int surplus(KeyPacket key) throws Malformed {
        Packet packet = key.packet();
        int fixed = Algorithm.keyBytes(key.algorithm());
        int end = fixed > 0
                ? key.material() + fixed
                : switch (key.algorithm()) {
                    case Algorithm.RSA, Algorithm.RSA_ENCRYPT, Algorithm.RSA_SIGN -> numbers(key, key.material(), 2);
                    case Algorithm.ELGAMAL, Algorithm.ELGAMAL_BOTH -> numbers(key, key.material(), 3);
                    case Algorithm.DSA -> numbers(key, key.material(), 4);
                    case Algorithm.ECDSA, Algorithm.EDDSA -> numbers(key, field(packet, key.material()), 1);
                    case Algorithm.ECDH -> field(packet, numbers(key, field(packet, key.material()), 1));
                    default -> packet.length();
                };
        if (end > packet.length()) {
            throw new Malformed("the public key is cut short");
        }
        return packet.length() - end;
    }

    /** What is told of such bytes. */
    static String surplusText(int bytes) {
        return "followed by " + bytes + " bytes that are no part of it and may be a private key";
    }

    private static int numbers(KeyPacket key, int from, int count) throws Malformed {
        KeyPacket.Mpis numbers = new KeyPacket.Mpis(key.packet(), from);
        for (int i = 0; i < count; i++) {
            numbers.next();
        }
        return numbers.position();
    }

    /** The end of a field that begins with its length in one byte: the name of a curve, parameters of ECDH. */
    private static int field(Packet packet, int from) throws Malformed {
        if (from >= packet.length()) {
            throw new Malformed("the public key is cut short");
        }
        int end = from + 1 + packet.at(from);
        if (end > packet.length()) {
            throw new Malformed("the public key is cut short");
        }
        return end;
    }
}
