package oks.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import oks.openpgp.Armor;
import oks.service.EventLoops;

/**
 * Asks oks-http at a fixed rate, whatever it answers and when: a client that waits for its answer before it asks again
 * can never ask too much. A request's time counts from when it was due, with the time to open a connection for it where
 * none is idle.
 *
 * <p>{@code OpenLoop PORT LIST FRESH-LIST FRESH-KEYRING SKIP SHARE CONNECTIONS RATE SECONDS}: lookups of certificates
 * of LIST at random; one request in SHARE uploads the next certificate of FRESH-KEYRING, after SKIP of them. RATE 0
 * asks as fast as CONNECTIONS connections are answered. Prints a line of JSON for each second.
 */
public final class OpenLoop extends AbstractVerticle {
    private static final String HOST = "127.0.0.1";

    private final int port;
    private final List<String> fingerprints = new ArrayList<>();
    private final BufferedReader freshList;
    private final InputStream freshKeyring;
    private final int share;
    private final int connections;
    private final double rate;
    private final int seconds;
    private final Random random = new Random(1);
    private final Deque<Client> idle = new ArrayDeque<>();

    private NetClient net;
    private int open;
    private long began;
    private long asked;
    private long unsent;
    private Seen lookups = new Seen();
    private Seen uploads = new Seen();

    private OpenLoop(String[] args) throws IOException {
        port = Integer.parseInt(args[0]);
        Files.readAllLines(Path.of(args[1])).forEach(line -> fingerprints.add(line.substring(0, line.indexOf(' '))));
        freshList = Files.newBufferedReader(Path.of(args[2]));
        freshKeyring = new java.io.BufferedInputStream(Files.newInputStream(Path.of(args[3])), 1 << 20);
        for (int skip = Integer.parseInt(args[4]); skip > 0; skip--) {
            fresh();
        }
        share = Integer.parseInt(args[5]);
        connections = Integer.parseInt(args[6]);
        rate = Double.parseDouble(args[7]);
        seconds = Integer.parseInt(args[8]);
    }

    public static void main(String[] args) throws IOException {
        Vertx vertx = EventLoops.start(1);
        vertx.deployVerticle(new OpenLoop(args)).onFailure(cause -> {
            System.err.println("OpenLoop: " + cause);
            System.exit(1);
        });
    }

    @Override
    public void start() {
        net = vertx.createNetClient();
        began = System.nanoTime();
        if (rate > 0) {
            vertx.setPeriodic(1, timer -> askWhatIsDue());
        } else {
            for (int i = 0; i < connections; i++) {
                connect(began);
            }
        }
        vertx.setPeriodic(1000, timer -> report());
    }

    private void askWhatIsDue() {
        long now = System.nanoTime();
        for (; asked < rate * (now - began) / 1e9; asked++) {
            long due = began + (long) (asked * 1e9 / rate);
            Client client = idle.poll();
            if (client != null) {
                client.ask(due);
            } else if (open < connections) {
                connect(due);
            } else {
                unsent++;
            }
        }
    }

    /** Opens a connection for a request that was due at this time. */
    private void connect(long due) {
        open++;
        net.connect(port, HOST).onSuccess(socket -> new Client(socket).ask(due)).onFailure(cause -> {
            open--;
            lookups.failed++;
        });
    }

    private void report() {
        System.out.printf(
                Locale.ROOT,
                "{\"lookups\": %s, \"uploads\": %s, \"unsent\": %d, \"connections\": %d}%n",
                lookups.json(),
                uploads.json(),
                unsent,
                open);
        lookups = new Seen();
        uploads = new Seen();
        unsent = 0;
        if (System.nanoTime() - began > seconds * 1_000_000_000L) {
            System.exit(0);
        }
    }

    /** The next certificate that was not uploaded yet; when there is none left, the run ends. */
    private byte[] fresh() {
        try {
            String line = freshList.readLine();
            if (line == null) {
                throw new IOException("all fresh certificates are used up");
            }
            return freshKeyring.readNBytes(Integer.parseInt(line.split(" ")[2]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Buffer lookup() {
        String fingerprint = fingerprints.get(random.nextInt(fingerprints.size()));
        return Buffer.buffer("GET /pks/lookup?op=get&options=mr&search=0x" + fingerprint + " HTTP/1.1\r\nHost: " + HOST
                + "\r\n\r\n");
    }

    private Buffer upload() {
        String armored = new String(Armor.certificates(List.of(fresh())), StandardCharsets.US_ASCII);
        String body = "keytext=" + URLEncoder.encode(armored, StandardCharsets.US_ASCII);
        return Buffer.buffer(
                "POST /pks/add HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** What became of the requests of one kind in a second. */
    private static final class Seen {
        private final List<Long> nanos = new ArrayList<>();
        private long refused;
        private long failed;

        void answered(int status, long took) {
            if (status == 200) {
                nanos.add(took);
            } else if (status == 503) {
                refused++;
            } else {
                failed++;
            }
        }

        String json() {
            nanos.sort(null);
            return String.format(
                    Locale.ROOT,
                    "{\"answered\": %d, \"refused\": %d, \"failed\": %d, \"median_ms\": %.2f, \"p99_ms\": %.2f}",
                    nanos.size(),
                    refused,
                    failed,
                    millis(0.5),
                    millis(0.99));
        }

        private double millis(double part) {
            return nanos.isEmpty() ? 0 : nanos.get((int) (part * (nanos.size() - 1))) / 1e6;
        }
    }

    /** A connection that is kept alive, with one request at a time. */
    private final class Client {
        private final NetSocket socket;
        private Buffer received = Buffer.buffer();
        private boolean uploading;
        private boolean asking;
        private long due;

        Client(NetSocket socket) {
            this.socket = socket;
            socket.handler(this::received);
            socket.closeHandler(nothing -> closed());
        }

        /** Has its answer: waits for the next request, or makes it. */
        void free() {
            if (rate == 0) {
                ask(System.nanoTime());
            } else {
                idle.push(this); // the one used last is used first, so that no more are open than are needed
            }
        }

        void ask(long when) {
            due = when;
            asking = true;
            uploading = random.nextInt(share) == 0;
            socket.write(uploading ? upload() : lookup());
        }

        private void received(Buffer chunk) {
            received = received.length() == 0
                    ? chunk
                    : Buffer.buffer().appendBuffer(received).appendBuffer(chunk);
            String text = received.toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return;
            }
            String head = text.substring(0, end).toLowerCase(Locale.ROOT) + "\r\n";
            int length = head.indexOf("content-length: ") + "content-length: ".length();
            if (text.length() >= end + 4 + Integer.parseInt(head.substring(length, head.indexOf("\r\n", length)))) {
                received = Buffer.buffer();
                asking = false;
                (uploading ? uploads : lookups)
                        .answered(Integer.parseInt(head.substring(9, 12)), System.nanoTime() - due);
                free();
            }
        }

        private void closed() {
            open--;
            idle.remove(this);
            if (asking) {
                (uploading ? uploads : lookups).failed++;
            }
            if (rate == 0) {
                connect(System.nanoTime());
            }
        }
    }
}
