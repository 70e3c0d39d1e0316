package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Uploads made of the stored samples, damaged or mixed as a seed says, so that they repeat. */
public final class OddUploads {
    private OddUploads() {}

    /** One upload for a seed, of any kind. */
    public static byte[] of(long seed) {
        Random random = new Random(seed);
        String one = Samples.ALL.get(random.nextInt(Samples.ALL.size()));
        String other = Samples.ALL.get(random.nextInt(Samples.ALL.size()));
        return random.nextBoolean() ? shuffled(one, other, random.nextLong()) : damaged(binary(one), random.nextLong());
    }

    /** Packets of two samples: left out, doubled, in each other's places. */
    static byte[] shuffled(String one, String other, long seed) {
        List<Packet> packets =
                new ArrayList<>(Samples.certificate(binary(one)).parts().all());
        packets.addAll(Samples.certificate(binary(other)).parts().all());
        Random random = new Random(seed);
        ByteArrayOutputStream upload = new ByteArrayOutputStream();
        for (int at = 0; at < packets.size(); at++) {
            Packet packet = packets.get(random.nextInt(3) == 0 ? random.nextInt(packets.size()) : at);
            upload.writeBytes(PacketWriter.framed(packet, random.nextBoolean()));
        }
        return upload.toByteArray();
    }

    /** Up to eight bytes changed, sometimes cut short, doubled or with a piece moved. */
    static byte[] damaged(byte[] whole, long seed) {
        Random random = new Random(seed);
        byte[] damaged = whole.clone();
        for (int changes = random.nextInt(9); changes > 0; changes--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(damaged, random.nextInt(damaged.length));
            case 1 -> Arrays.copyOf(damaged, 2 * damaged.length);
            case 2 -> moved(damaged, random);
            default -> damaged;
        };
    }

    private static byte[] moved(byte[] bytes, Random random) {
        int length = random.nextInt(Math.min(64, bytes.length));
        int from = random.nextInt(bytes.length - length);
        int to = random.nextInt(bytes.length - length);
        byte[] moved = bytes.clone();
        System.arraycopy(bytes, from, moved, to, length);
        return moved;
    }

    static byte[] binary(String name) {
        byte[] bytes = Samples.bytes(name);
        return name.endsWith(".asc") ? Samples.certificate(bytes).bytes() : bytes;
    }
}
