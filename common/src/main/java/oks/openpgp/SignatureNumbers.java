package oks.openpgp;

import java.io.ByteArrayOutputStream;

/** The numbers of a signature, at its end: MPIs, or plain bytes. */
final class SignatureNumbers {
    private SignatureNumbers() {}

    /** Whether signatures of an algorithm are numbers; those of the others, also of unknown ones, are plain bytes. */
    static boolean areNumbers(int algorithm) {
        return switch (algorithm) {
            case Algorithm.RSA,
                    Algorithm.RSA_ENCRYPT,
                    Algorithm.RSA_SIGN,
                    Algorithm.ELGAMAL,
                    Algorithm.ELGAMAL_BOTH,
                    Algorithm.DSA,
                    Algorithm.ECDSA,
                    Algorithm.EDDSA -> true;
            default -> false;
        };
    }

    /**
     * The numbers of a signature, each without leading zeros and with as many bits as it has; as they are if they are
     * no MPIs.
     */
    static byte[] withExactBits(Packet numbers) {
        try {
            ByteArrayOutputStream exact = new ByteArrayOutputStream(numbers.length());
            for (KeyPacket.Mpis mpis = new KeyPacket.Mpis(numbers, 0); mpis.hasNext(); ) {
                byte[] number = mpis.next();
                int zeros = 0;
                while (zeros < number.length && number[zeros] == 0) {
                    zeros++;
                }
                int bits = zeros == number.length
                        ? 0
                        : Byte.SIZE * (number.length - zeros) - Integer.numberOfLeadingZeros(number[zeros] & 0xff) + 24;
                exact.write(bits >> 8);
                exact.write(bits);
                exact.write(number, zeros, number.length - zeros);
            }
            return exact.toByteArray();
        } catch (Malformed e) {
            return numbers.body();
        }
    }
}
