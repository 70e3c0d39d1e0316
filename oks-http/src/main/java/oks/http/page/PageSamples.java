package oks.http.page;

import java.util.List;
import java.util.Map;

/**
 * Samples with which templates are tried out before they are used: one with everything, one with as little as possible.
 */
final class PageSamples {
    private static final Validity OVER = new Validity("expired", "2024-01-01", "2025-01-01", true);
    private static final Validity BARE = new Validity("", "", "", false);
    private static final Validity AHEAD = new Validity("", "2024-01-01", "2099-01-01", false);
    private static final List<SignatureRow> ROWS = List.of(
            new SignatureRow("2024-01-01", true, "0123456789ABCDEF", "/", "certification", false, "2025-01-01", true),
            new SignatureRow("2024-01-01", false, "0123456789ABCDEF", "/", "revocation", true, "2099-01-01", false),
            new SignatureRow("2024-01-01", false, "", "/", "certification", false, "", false));

    /** Samples of what every page has, one for each kind of search that is offered. */
    static final List<PageContext> AROUND = List.of(
            new PageContext("./", "sample", true, ""),
            new PageContext("./", "sample", false, "example.org"),
            new PageContext("./", "sample", false, ""));

    /** Samples for each page. */
    static final Map<String, List<Object>> ALL = Map.of(
            "start", List.of(Map.of("search", "")),
            "results",
                    List.of(
                            new IndexPage(
                                    "a",
                                    9,
                                    false,
                                    true,
                                    2,
                                    3,
                                    4,
                                    true,
                                    "?b",
                                    "?c",
                                    List.of(
                                            new IndexPage.Result(
                                                    "/",
                                                    "a",
                                                    "0123",
                                                    "rsa",
                                                    OVER,
                                                    true,
                                                    List.of(new IndexPage.OtherUserId("b", OVER)),
                                                    3),
                                            new IndexPage.Result("/", "a", "0123", "rsa", AHEAD, false, List.of(), 0))),
                            new IndexPage("a", 1, true, false, 0, 1, 0, false, "", "", List.of())),
            "certificate",
                    List.of(
                            certificate(
                                    List.of(
                                            new CertificatePage.UserIdPart("a", OVER, true, "3 signatures", ROWS, 1),
                                            new CertificatePage.UserIdPart("a", BARE, false, "", List.of(), 0)),
                                    OVER,
                                    List.of(new CertificatePage.SubkeyPart(
                                            "0123",
                                            "rsa",
                                            "ElGamal for signing",
                                            AHEAD,
                                            true,
                                            "3 signatures",
                                            ROWS,
                                            0)),
                                    ROWS),
                            certificate(List.of(), AHEAD, List.of(), List.of()),
                            certificate(List.of(), OVER, List.of(), List.of()),
                            certificate(List.of(), BARE, List.of(), List.of())),
            "statistics",
                    List.of(new StatisticsPage(
                            List.of(new StatisticsPage.Figure("a", "b")),
                            List.of(new StatisticsPage.Figure("a", "b")),
                            "<svg></svg>",
                            "day",
                            List.of(new StatisticsPage.SpanRow("2024-01-01", "1", "1")))),
            "upload",
                    List.of(new UploadPage(List.of(
                            new UploadPage.Result(
                                    "published",
                                    "0123",
                                    "/",
                                    "why",
                                    true,
                                    "0123",
                                    List.of("a"),
                                    1,
                                    List.of("a@b.c"),
                                    List.of(
                                            new UploadPage.LeftOut("b", "1", "c"),
                                            new UploadPage.LeftOut("b", "1", "")),
                                    List.of("d")),
                            new UploadPage.Result(
                                    "published",
                                    "0123",
                                    "/",
                                    "",
                                    false,
                                    "",
                                    List.of(),
                                    0,
                                    List.of(),
                                    List.of(),
                                    List.of()),
                            UploadPage.Result.refused("refused", "0123", ""),
                            UploadPage.Result.refused("refused", "", "")))),
            "api", List.of(ApiPage.of("", false)),
            "help", List.of(HelpPage.of("", false, ""), HelpPage.of("keys.example.org", true, "keys@example.org")),
            "error",
                    List.of(
                            new ErrorPage("Not found", "there is nothing here", true, "alice", "try again"),
                            new ErrorPage("Not now", "it is closed", false, "", "")));

    private PageSamples() {}

    private static CertificatePage certificate(
            List<CertificatePage.UserIdPart> userIds,
            Validity validity,
            List<CertificatePage.SubkeyPart> subkeys,
            List<SignatureRow> signatures) {
        return new CertificatePage(
                "a",
                "0123",
                "a.asc",
                "/",
                "<svg></svg>",
                userIds,
                "0123456789ABCDEF",
                "rsa",
                validity.expired() ? "RSA with less than 2048 bits" : "",
                List.of(new CertificatePage.KeyLink("/", "0123")),
                List.of(new CertificatePage.KeyLink("/", "0123"), new CertificatePage.KeyLink("/", "4567")),
                4,
                validity,
                validity.expired(),
                validity.expired() && userIds.isEmpty(),
                validity.expired() ? "0123" : "",
                "/",
                "2024-01-01",
                !subkeys.isEmpty(),
                subkeys,
                !signatures.isEmpty(),
                "3 signatures",
                signatures,
                0);
    }
}
