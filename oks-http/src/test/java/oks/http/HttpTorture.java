package oks.http;

import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.openpgp.Armor;
import oks.service.EventLoops;
import oks.service.ServerOptions;
import oks.service.ServiceServer;
import oks.testing.SampleCertificates;
import org.apache.commons.io.FileUtils;

/**
 * Mistreats a gateway that runs as a process of its own, for as long as wanted: split, slow, oversize, truncated,
 * pipelined and random requests, over plenty of idle connections. Whatever came, it must answer lookups and uploads
 * right, and keep its memory within a bound.
 */
final class HttpTorture implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final int CERTIFICATES = 20;
    private static final Pattern READY = Pattern.compile("ready: address \"127.0.0.1\", port (\\d+)");

    private static final Pattern READY_FOR_TLS = Pattern.compile("ready for TLS: address \"127.0.0.1\", port (\\d+)");
    private static final int LARGE_CERTIFICATES = 8;
    private static final int STALLED = 8;
    private static final int STALLED_BYTES = 31 << 20;
    private static final int DEAF = 40;
    private static final int CLOSED_WINDOWS = 50;

    private final long seed;
    private final Vertx vertx = EventLoops.start(1);
    private final MemoryKeyserver keyserver = new MemoryKeyserver();
    private final Process process;
    private final int port;
    private final List<Socket> idle = new ArrayList<>();

    /** What is done to the gateway. */
    private enum Abuse {
        SPLIT,
        SLOW,
        OVERSIZE_BODY,
        OVERSIZE_HEADER,
        TRUNCATED,
        PIPELINED,
        RANDOM,
        FLIPPED,
        LIED_LENGTH
    }

    /** What came of it. */
    record Outcome(
            Map<Abuse, Integer> done, List<String> wrong, long rssBefore, long rssIdle, long rssPeak, int idleOpen) {}

    private static final String MANY_SMALL_ONES =
            "[http]\nmax_body = \"256KiB\"\nread_timeout = \"5m\"\nmax_connections = 20000\n"
                    + "[limits]\nconnections_per_address = 0\n[statistics]\nfile = \"\"\n";

    HttpTorture(Path directory, long seed, List<String> options) throws IOException {
        this(directory, seed, options, MANY_SMALL_ONES);
    }

    private HttpTorture(Path directory, long seed, List<String> options, String settings) throws IOException {
        this.seed = seed;
        Path configuration = RunningGateway.configuration(directory, 0, settings);
        new ServiceServer(
                        vertx,
                        new ServerOptions(directory.resolve("var/run/oksd.sock"), "oksd test", "test", 1000, 1),
                        keyserver)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        for (int number = 1; number <= CERTIFICATES; number++) {
            keyserver.put(SampleCertificates.certificate(number));
        }
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(options);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "oks.http.OksHttp", configuration.toString()));
        Path log = directory.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("OKS_PROCESS_ALLOW_ROOT", "true"); // whoever runs it
        process = builder.start();
        RunningGateway.until(() -> READY.matcher(read(log)).find() || !process.isAlive());
        Matcher ready = READY.matcher(read(log));
        if (!ready.find()) {
            throw new IOException("the gateway does not start: " + read(log));
        }
        port = Integer.parseInt(ready.group(1));
        RunningGateway.until(() -> isWell(new Random(seed)));
    }

    /**
     * Takes a gateway's memory, with its standard limits: bodies that stall before their end, large answers that nobody
     * takes, streams whose windows stay closed, forms as large as are taken; all at once.
     *
     * @return what is wrong with it afterwards; empty for nothing
     */
    static String takeMemory(Path directory, List<String> options) throws Exception {
        OpenSsl.selfSigned(directory.resolve("tls.pem"), directory.resolve("tls.key"), "rsa:2048");
        String settings = "[http]\nread_timeout = \"5s\"\n[process]\nallow_root = true\n[statistics]\nfile = \"\"\n"
                + "[tls]\nport = 0\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n";
        Path log = directory.resolve("log");
        List<Socket> open = Collections.synchronizedList(new ArrayList<>());
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (HttpTorture torture = new HttpTorture(directory, 1, options, settings)) {
            torture.keyserver.putLarge(LARGE_CERTIFICATES, 1 << 20);
            RunningGateway.until(() -> READY_FOR_TLS.matcher(read(log)).find());
            Matcher ready = READY_FOR_TLS.matcher(read(log));
            try (Http2Client http2 = new Http2Client(ready.find() ? Integer.parseInt(ready.group(1)) : 0)) {
                List<Future<?>> work = new ArrayList<>();
                for (int i = 0; i < STALLED; i++) {
                    work.add(clients.submit(() -> open.add(torture.begin(head(
                            "POST /pks/add",
                            "Content-Type: application/pgp-keys\r\nContent-Length: " + STALLED_BYTES,
                            new byte[STALLED_BYTES - 1])))));
                }
                for (int i = 0; i < DEAF; i++) {
                    work.add(clients.submit(() ->
                            open.add(torture.begin(head("GET /pks/lookup?op=get&search=large", "X: y", new byte[0])))));
                    work.add(clients.submit(() -> open.add(torture.begin(
                            head("GET /pks/lookup?op=index&options=json&search=large", "X: y", new byte[0])))));
                }
                for (int i = 0; i < CLOSED_WINDOWS; i++) {
                    work.add(clients.submit(() -> http2.ask(http2.connect(), "/pks/lookup?op=get&search=large", 100)));
                }
                for (Future<?> one : work) {
                    one.get();
                }
            } catch (ExecutionException e) {
                return "the gateway is gone: " + e.getCause() + ", " + read(log);
            }
            RunningGateway.until(() -> torture.isWell(new Random(1)) || !torture.process.isAlive());
            String told = read(log);
            return torture.process.isAlive()
                            && !told.contains("OutOfMemoryError")
                            && !told.contains("NullPointerException")
                    ? ""
                    : told;
        } finally {
            clients.shutdownNow();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /** Sends a request, as far as it is taken, and reads nothing. */
    private Socket begin(byte[] request) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 60_000);
        try {
            socket.getOutputStream().write(request);
        } catch (SocketException refused) {
            return socket;
        }
        return socket;
    }

    /** Mistreats it, then tells what came of it. */
    Outcome run(int idleConnections, Duration time) throws Exception {
        long before = rss();
        for (int i = 0; i < idleConnections; i++) {
            idle.add(open());
        }
        if (!isWell(new Random(seed))) {
            throw new AssertionError("not well behind " + idleConnections + " idle connections");
        }
        long atRest = rss();
        long end = System.nanoTime() + time.toNanos();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Map<Abuse, Integer>>> running = new ArrayList<>();
            List<String> wrong = Collections.synchronizedList(new ArrayList<>());
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(seed + client);
                String name = "seed " + seed + ", client " + client;
                running.add(clients.submit(() -> abuse(random, name, end, wrong)));
            }
            Map<Abuse, Integer> done = new EnumMap<>(Abuse.class);
            long peak = atRest;
            for (Future<Map<Abuse, Integer>> one : running) {
                while (!one.isDone()) {
                    peak = Math.max(peak, rss());
                    LockSupport.parkNanos(20_000_000);
                }
                one.get().forEach((abuse, count) -> done.merge(abuse, count, Integer::sum));
            }
            int open = 0;
            for (Socket socket : idle) {
                open += isOpen(socket) ? 1 : 0;
            }
            return new Outcome(done, List.copyOf(wrong), before, atRest, Math.max(peak, rss()), open);
        } finally {
            clients.shutdownNow();
        }
    }

    private Map<Abuse, Integer> abuse(Random random, String name, long end, List<String> wrong) {
        Map<Abuse, Integer> done = new EnumMap<>(Abuse.class);
        while (System.nanoTime() - end < 0 && wrong.isEmpty()) {
            Abuse abuse = Abuse.values()[random.nextInt(Abuse.values().length)];
            try {
                String answer = commit(abuse, random);
                if (!answer.isEmpty() && !answer.matches("(?s)[^\\s]{1,40} [1245]\\d\\d .*")
                        || answer.contains("Exception")) {
                    wrong.add(name + ", " + abuse + ": " + answer.substring(0, Math.min(300, answer.length())));
                }
            } catch (SocketException reset) {
                done.merge(abuse, 0, Integer::sum); // it has hung up on what was still being sent
            } catch (IOException e) {
                wrong.add(name + ", " + abuse + ": " + e);
            }
            done.merge(abuse, 1, Integer::sum);
            if (!isWell(random)) {
                wrong.add(name + ", after " + abuse + ": the gateway answers wrong");
            }
        }
        return done;
    }

    private String commit(Abuse abuse, Random random) throws IOException {
        byte[] upload = upload(1 + random.nextInt(CERTIFICATES));
        return switch (abuse) {
            case SPLIT -> answer(upload, 1 + random.nextInt(200), 0);
            case SLOW -> answer(last(1), 20, 5_000_000);
            case OVERSIZE_BODY ->
                answer(
                        head(
                                "POST /pks/add",
                                "Content-Type: application/pgp-keys\r\nContent-Length: 1000000",
                                new byte[1_000_000]),
                        60_000,
                        0);
            case OVERSIZE_HEADER ->
                answer(
                        head(
                                "GET /",
                                "Connection: close\r\nX: " + "x".repeat(10_000 + random.nextInt(60_000)),
                                new byte[0]),
                        5_000,
                        0);
            case TRUNCATED -> cutOff(Arrays.copyOf(upload, random.nextInt(upload.length)));
            case PIPELINED -> pipelined(1 + random.nextInt(30), 1 + random.nextInt(4000));
            case RANDOM -> cutOff(bytes(random, 1 + random.nextInt(20_000)));
            case FLIPPED -> cutOff(flipped(upload, random));
            case LIED_LENGTH ->
                cutOff(head("POST /pks/add", "Content-Length: " + random.nextLong(), bytes(random, 100)));
        };
    }

    /** Sends a request after which the connection ends, in pieces with pauses between them, and takes the answer. */
    private String answer(byte[] request, int piece, long pauseNanos) throws IOException {
        try (Socket socket = open()) {
            OutputStream out = socket.getOutputStream();
            for (int at = 0; at < request.length; at += piece) {
                out.write(request, at, Math.min(piece, request.length - at));
                if (pauseNanos > 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
            return rest(socket);
        }
    }

    /** Sends something that may be no whole request, ends sending, and takes what comes of it, if anything does. */
    private String cutOff(byte[] request) throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            return rest(socket);
        }
    }

    private String pipelined(int times, int piece) throws IOException {
        byte[] several = (lookup(1) + lookup(2) + lookup(3)).repeat(times).getBytes(StandardCharsets.US_ASCII);
        byte[] last = last(1);
        byte[] all = Arrays.copyOf(several, several.length + last.length);
        System.arraycopy(last, 0, all, several.length, last.length);
        String answers = answer(all, piece, 0);
        int count = answers.split("HTTP/1.1 200 ", -1).length - 1;
        return count == 3 * times + 1 ? answers : "only " + count + " of " + (3 * times + 1) + " answers: " + answers;
    }

    private static String rest(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (InputStream in = socket.getInputStream()) {
            in.transferTo(all);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** A lookup after which the connection ends. */
    private static byte[] last(int number) {
        return head(
                "GET /pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(number),
                "Connection: close",
                new byte[0]);
    }

    private boolean isWell(Random random) {
        int number = 1 + random.nextInt(CERTIFICATES);
        try {
            String found = answer(
                    head(
                            "GET /pks/lookup?op=index&options=mr&search=0x" + SampleCertificates.fingerprint(number),
                            "Connection: close",
                            new byte[0]),
                    4000,
                    0);
            String added = answer(upload(number), 4000, 0);
            return found.contains("pub:" + SampleCertificates.fingerprint(number))
                    && added.startsWith("HTTP/1.1 200 ")
                    && added.contains("ignored");
        } catch (IOException e) {
            return false;
        }
    }

    private static String lookup(int number) {
        return "GET /pks/lookup?op=get&search=0x" + SampleCertificates.fingerprint(number)
                + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static byte[] upload(int number) {
        byte[] keytext = Armor.certificates(List.of(SampleCertificates.certificate(number)));
        return head(
                "POST /pks/add",
                "Connection: close\r\nContent-Type: application/pgp-keys\r\nContent-Length: " + keytext.length,
                keytext);
    }

    private static byte[] head(String line, String headers, byte[] body) {
        byte[] head = (line + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] flipped(byte[] request, Random random) {
        for (int i = 0; i < 5; i++) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
    }

    private Socket open() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), 60_000);
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** Whether a request on it is still answered. */
    private static boolean isOpen(Socket socket) {
        try {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == 'H';
        } catch (IOException e) {
            return false;
        }
    }

    /** Bytes of memory that the gateway has. */
    private long rss() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : idle) {
            socket.close();
        }
        process.destroyForcibly().onExit().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /**
     * Arguments: seed, seconds, idle connections, largest RSS in MiB, options of the gateway's Java. Prints what came
     * of it.
     */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("oks-http-torture");
        List<String> options = List.of(arguments).subList(4, arguments.length);
        long bound = Long.parseLong(arguments[3]);
        Outcome outcome;
        try (HttpTorture torture = new HttpTorture(directory, Long.parseLong(arguments[0]), options)) {
            outcome = torture.run(Integer.parseInt(arguments[2]), Duration.ofSeconds(Long.parseLong(arguments[1])));
        }
        outcome.done()
                .forEach((abuse, count) -> System.out.printf(
                        Locale.ROOT, "%-16s %d%n", abuse.name().toLowerCase(Locale.ROOT), count));
        System.out.printf(
                Locale.ROOT,
                "memory: %d MiB at the start, %d MiB with %s idle connections, %d MiB at most%n",
                outcome.rssBefore() >> 20,
                outcome.rssIdle() >> 20,
                arguments[2],
                outcome.rssPeak() >> 20);
        outcome.wrong().forEach(System.out::println);
        int count = outcome.done().values().stream().mapToInt(Integer::intValue).sum();
        boolean good = outcome.wrong().isEmpty()
                && outcome.idleOpen() == Integer.parseInt(arguments[2])
                && outcome.rssPeak() >> 20 <= bound;
        System.out.printf(
                Locale.ROOT,
                "%d requests, %d wrong, %d of %s idle connections alive: %s%n",
                count,
                outcome.wrong().size(),
                outcome.idleOpen(),
                arguments[2],
                good ? "good" : "NOT GOOD");
        FileUtils.deleteDirectory(directory.toFile());
        if (good) {
            Path another = Files.createTempDirectory("oks-http-memory");
            String wrong = takeMemory(another, options);
            System.out.println("who wants its memory: " + (wrong.isEmpty() ? "good" : "NOT GOOD: " + wrong));
            FileUtils.deleteDirectory(another.toFile());
            good = wrong.isEmpty();
        }
        System.exit(good ? 0 : 1);
    }
}
