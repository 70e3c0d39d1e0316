package oks.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.testing.ExternalProgram;

/** A headless Chromium with one tab, driven over its debugging protocol. Used by one thread. */
final class Browser implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LONGEST_ANSWER_SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private String session = "";

    /** @param directory empty; the browser keeps its profile there */
    Browser(Path directory) throws Exception {
        Path program = ExternalProgram.require("chromium", "chromium");
        Path profile = directory.resolve("profile");
        Path errors = directory.resolve("chromium.err");
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile());
        builder.environment().put("TMPDIR", directory.toString()); // or it leaves a directory there
        process = builder.start();
        RunningGateway.until(() -> LISTENING.matcher(read(errors)).find() || !process.isAlive());
        Matcher listening = LISTENING.matcher(read(errors));
        if (!listening.find()) {
            throw new AssertionError("chromium does not start: " + read(errors));
        }
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(listening.group(1)), new Messages())
                .get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
        String tab = call("Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asText();
        session = call("Target.attachToTarget", Map.of("targetId", tab, "flatten", true))
                .path("sessionId")
                .asText();
        call("Page.enable", Map.of());
        call("Log.enable", Map.of()); // what the policy of a page forbids is told here
        call("Runtime.enable", Map.of());
    }

    /** Opens an address and waits until the page is there. */
    void open(String url) throws Exception {
        act(() -> call("Page.navigate", Map.of("url", url)));
    }

    /** Does something that leads to another page and waits until that is there. */
    void act(Action action) throws Exception {
        evaluate("window.before = true");
        action.run();
        RunningGateway.until(() ->
                "true".equals(quietly("String(window.before === undefined && document.readyState === 'complete')")));
    }

    /** Something that can fail. */
    interface Action {
        void run() throws Exception;
    }

    /** The value of an expression in the page, as text. */
    String evaluate(String expression) throws Exception {
        JsonNode answer = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value").asText();
    }

    /** Puts the focus on an element and types. */
    void type(String selector, String text) throws Exception {
        evaluate("document.querySelector('" + selector + "').focus()");
        call("Input.insertText", Map.of("text", text));
    }

    void pressEnter() throws Exception {
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", "Enter", "code", "Enter", "text", "\r", "windowsVirtualKeyCode", 13));
        }
    }

    void click(String selector) throws Exception {
        evaluate("document.querySelector('" + selector + "').click()");
    }

    void chooseFile(String selector, Path file) throws Exception {
        JsonNode document = call("DOM.getDocument", Map.of());
        JsonNode node = call(
                "DOM.querySelector",
                Map.of("nodeId", document.path("root").path("nodeId").asInt(), "selector", selector));
        call(
                "DOM.setFileInputFiles",
                Map.of(
                        "files",
                        List.of(file.toString()),
                        "nodeId",
                        node.path("nodeId").asInt()));
    }

    void downloadInto(Path directory) throws Exception {
        String tab = session;
        session = ""; // asked of the browser, not of the tab
        call("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", directory.toString()));
        session = tab;
    }

    void show(int width, int height, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void screenshot(Path file) throws Exception {
        JsonNode picture = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(picture.path("data").asText()));
    }

    /** Dialogs that scripts opened, what the page's policy forbade, errors of scripts and of loading. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }

    private String quietly(String expression) {
        try {
            return evaluate(expression);
        } catch (Exception | AssertionError e) {
            return ""; // between two pages
        }
    }

    private JsonNode call(String method, Map<String, Object> parameters) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        socket.sendText(message.toString(), true).get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
        JsonNode got = answer.get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
        if (got.has("error")) {
            throw new AssertionError(method + ": " + got.path("error"));
        }
        return got.path("result");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the browser sends. */
    private final class Messages implements WebSocket.Listener {
        private final List<CharSequence> parts = new ArrayList<>();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.add(data.toString());
            if (last) {
                String whole = String.join("", parts);
                parts.clear();
                try {
                    take(JSON.readTree(whole));
                } catch (IOException e) {
                    complaints.add("no JSON: " + e.getMessage());
                }
            }
            from.request(1);
            return null;
        }

        private void take(JsonNode message) {
            if (message.has("id")) {
                waiting.remove(message.path("id").asInt()).complete(message);
                return;
            }
            switch (message.path("method").asText()) {
                case "Page.javascriptDialogOpening", "Runtime.exceptionThrown" -> complaints.add(message.toString());
                case "Log.entryAdded" -> {
                    if (!message.path("params")
                            .path("entry")
                            .path("text")
                            .asText()
                            .contains("status of 4")) { // error pages are pages
                        complaints.add(message.toString());
                    }
                }
                default -> {
                    /* of no interest */
                }
            }
        }
    }
}
