package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import oks.openpgp.Armor;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser: used as people use them, and with user IDs that want to do harm. */
@Timeout(300)
final class BrowserTest {
    private static final Path PICTURES = Path.of("target/screenshots");
    private static final int PHONE = 360;
    private static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>",
            "</script><script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' autofocus onfocus='alert(1)",
            "</title></head><body onload=alert(1)>",
            "<svg/onload=alert(1)>",
            "<iframe src=javascript:alert(1)>",
            "javascript:alert(1)",
            "<a href=javascript:alert(1)>x</a>",
            "<style>*{display:none}</style>",
            "<meta http-equiv=refresh content=0;url=/>",
            "<base href=//evil.example/>",
            "</bdi></h1></main><footer>",
            "<!--",
            "--><script>alert(1)</script>",
            "<![CDATA[",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "{{#certificates}}{{{qr}}}",
            "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
            "\u202egro.elpmaxe@ecila",
            "\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
            "a\u0000b\u0007\u001b[31mc\u007f\u0085",
            "\u05d0\u05d1\u05d2 \u05e9\u05dc\u05d5\u05dd 123",
            "\u0645\u0631\u062d\u0628\u0627 (admin)",
            "z\u0335\u0321\u0322\u0323\u0324a\u0335\u0321l\u0340\u0341g\u0316o",
            "W".repeat(1500),
            "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "\ufffe\uffff\ufeff",
            "%3Cscript%3Ealert(1)%3C/script%3E",
            "\\u003cscript\\u003e",
            "\u212a\u017f\uff1cscript\uff1ealert(1)");

    @TempDir
    private static Path directory;

    @TempDir
    private static Path browserDirectory;

    private static RunningGateway gateway;
    private static Browser browser;

    @BeforeAll
    static void begin() throws Exception {
        browser = new Browser(browserDirectory);
        gateway = new RunningGateway(directory, "");
        SampleKey alice = new SampleKey(1);
        SampleKey friend = new SampleKey(2);
        String userId = SampleCertificates.userId(1);
        gateway.keyserver()
                .putWhole(SampleKey.concat(
                        alice.packet(),
                        alice.userIdWithSignature("Alice at work <alice@work.example.org>"),
                        alice.userIdWithSignature(userId),
                        friend.signature(
                                SampleKey.POSITIVE_CERTIFICATION,
                                SampleKey.subpacket(3, 0x01, 0xe1, 0x33, 0x80),
                                alice.hashed(),
                                SampleKey.hashedUserId(userId)),
                        friend.signature(
                                SampleKey.CERTIFICATION_REVOCATION,
                                SampleKey.subpacket(29, 0),
                                alice.hashed(),
                                SampleKey.hashedUserId(userId))));
        gateway.keyserver().put(SampleCertificates.revoked(3));
    }

    @AfterAll
    static void end() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void aPersonSearchesOpensAndDownloads() throws Exception {
        Path downloads = Files.createDirectories(directory.resolve("downloads"));
        browser.downloadInto(downloads);
        browser.open(url("/"));
        browser.type("#search", SampleCertificates.email(1));
        browser.act(browser::pressEnter);
        assertThat(browser.evaluate("document.querySelector('h1').textContent"))
                .isEqualTo("1 certificate for " + SampleCertificates.email(1));
        browser.act(() -> browser.click(".results a"));
        assertThat(browser.evaluate("document.querySelector('h1').textContent"))
                .isEqualTo("Alice at work <alice@work.example.org>");
        assertThat(browser.evaluate("document.querySelector('details').open")).isEqualTo("false");
        browser.click("details summary");
        assertThat(browser.evaluate("document.querySelector('details').open")).isEqualTo("true");
        browser.click("a.button");
        Path file = downloads.resolve(SampleCertificates.fingerprint(1) + ".asc");
        RunningGateway.until(() -> Files.exists(file));
        assertThat(file)
                .content(StandardCharsets.US_ASCII)
                .startsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
                .endsWith("-----END PGP PUBLIC KEY BLOCK-----\n");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aPersonUploadsAFileAndPastes() throws Exception {
        Path file = Files.write(
                directory.resolve("mine.asc"), Armor.certificates(List.of(SampleCertificates.certificate(50))));
        browser.open(url("/"));
        browser.chooseFile("#file", file);
        browser.act(() -> browser.click("form[method=post] button"));
        assertThat(browser.evaluate("document.querySelector('main li p').textContent"))
                .isEqualTo("published: " + PagesTest.grouped(50));
        picture("upload");
        browser.open(url("/"));
        browser.type(
                "#keytext",
                new String(Armor.certificates(List.of(SampleCertificates.certificate(51))), StandardCharsets.US_ASCII));
        browser.act(() -> browser.click("form[method=post] button"));
        assertThat(browser.evaluate("document.querySelector('main li p').textContent"))
                .isEqualTo("published: " + PagesTest.grouped(51));
        browser.act(() -> browser.click("main li a"));
        assertThat(browser.evaluate("document.querySelector('h1').textContent"))
                .isEqualTo(SampleCertificates.userId(51));
        browser.open(url("/"));
        browser.type("#keytext", "nonsense");
        browser.act(() -> browser.click("form[method=post] button"));
        assertThat(browser.evaluate("document.querySelector('[role=alert]').textContent"))
                .contains("Refused: neither binary OpenPGP nor an armored block");
        picture("error");
    }

    @Test
    void hostileUserIdsRunNothingAndBreakNothing() throws Exception {
        browser.show(PHONE, 640, false);
        long seed = 5000;
        for (String hostile : HOSTILE) {
            seed++;
            gateway.keyserver()
                    .putWhole(SampleCertificates.withUserIds(seed, hostile + " <h" + seed + "@example.net>", hostile));
            for (String path : List.of(
                    "index&search=h" + seed + "@example.net",
                    "vindex&search=0x" + SampleCertificates.fingerprint(seed),
                    "index&search=" + URLEncoder.encode(hostile.replace("\u0000", ""), StandardCharsets.UTF_8))) {
                browser.open(url("/pks/lookup?op=" + path));
                holdsTogether(hostile + " at " + path);
            }
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void everyPageFitsAPhoneAndIsPictured() throws Exception {
        gateway.keyserver()
                .putWhole(SampleCertificates.withUserIds(
                        60,
                        "\u202egro.elpmaxe@ecila <h60@example.net>",
                        "\u05d0\u05d1\u05d2 \u05e9\u05dc\u05d5\u05dd",
                        "W".repeat(300)));
        for (String page : List.of(
                "start /",
                "help /help",
                "results /pks/lookup?op=index&search=example",
                "certificate /pks/lookup?op=vindex&search=" + SampleCertificates.email(1),
                "hostile /pks/lookup?op=vindex&search=0x" + SampleCertificates.fingerprint(60),
                "statistics /pks/stats",
                "missing /pks/lookup?op=get&search=nobody")) {
            browser.open(url(page.substring(page.indexOf(' ') + 1)));
            browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
            picture(page.substring(0, page.indexOf(' ')));
        }
    }

    /**
     * Copy it to doc/pages.png where the pages have changed; fonts differ between machines, so bytes are not compared.
     */
    @Test
    void thePictureOfTheReadmeIsOfThesePages() throws Exception {
        gateway.keyserver()
                .putWhole(SampleCertificates.withUserIds(
                        71, "Alice Miller <alice@example.org>", "Alice Miller (work) <miller@example.com>"));
        SampleKey former = new SampleKey(72);
        gateway.keyserver()
                .putWhole(SampleKey.concat(
                        former.packet(),
                        former.revocation(),
                        former.userIdWithSignature("Alice Miller <alice@example.net>")));
        browser.show(820, 560, false);
        browser.open(url("/pks/lookup?op=index&search=alice+miller"));
        Path picture = PICTURES.resolve("pages.png");
        browser.screenshot(picture);
        Path committed = Path.of("../doc/pages.png");
        assertThat(committed).as("a copy of " + picture).exists();
        assertThat(Files.size(committed)).isLessThan(120_000);
        assertThat(widthOf(committed)).isEqualTo(widthOf(picture));
    }

    private static int widthOf(Path picture) throws IOException {
        return ImageIO.read(picture.toFile()).getWidth();
    }

    /** Light, dark, and as wide as a phone, where nothing may be wider. */
    private static void picture(String name) throws Exception {
        browser.show(1000, 800, false);
        browser.screenshot(PICTURES.resolve(name + "-light.png"));
        browser.show(1000, 800, true);
        browser.screenshot(PICTURES.resolve(name + "-dark.png"));
        browser.show(PHONE, 640, false);
        browser.screenshot(PICTURES.resolve(name + "-phone.png"));
        holdsTogether(name);
    }

    private static void holdsTogether(String what) throws Exception {
        assertThat(
                        browser.evaluate(
                                "document.querySelectorAll('script,iframe,img,object,embed,base,style,meta[http-equiv]').length"))
                .as(what)
                .isEqualTo("0");
        assertThat(
                        browser.evaluate(
                                "[...document.querySelectorAll('*')].filter(e => e.getAttributeNames().some(a => a.startsWith('on') || a === 'style')).length"))
                .as(what)
                .isEqualTo("0");
        assertThat(browser.evaluate("[...document.links].filter(a => a.origin !== location.origin).length"))
                .as(what)
                .isEqualTo("0");
        assertThat(
                        browser.evaluate(
                                "document.querySelectorAll('h1').length + ' ' + document.body.lastElementChild.tagName + ' ' + document.body.children.length"))
                .as(what)
                .isEqualTo("1 FOOTER 4");
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('h1')).display"))
                .as(what)
                .isEqualTo("block");
        assertThat(
                        browser.evaluate(
                                "/[\\u202a-\\u202e\\u2066-\\u2069\\u200b-\\u200f\\u061c\\u0000-\\u0008]/.test(document.documentElement.textContent)"))
                .as(what)
                .isEqualTo("false");
        assertThat(Integer.parseInt(browser.evaluate("document.documentElement.scrollWidth")))
                .as("width of " + what)
                .isLessThanOrEqualTo(Integer.parseInt(browser.evaluate("innerWidth")));
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + gateway.port() + path;
    }
}
