package oks.http;

import com.fasterxml.jackson.databind.JsonNode;

/** The figures of a keyserver, for people. */
final class StatisticsPage {
    private StatisticsPage() { }

    /** The page for oksd's status. */
    static String of(JsonNode status) {
        StringBuilder out = new StringBuilder("<h1>Statistics</h1>\n<table>\n");
        row(out, "Certificates", status.path("certificates").asText());
        row(out, "Changes since the beginning", status.path("lsn").path("durable").asText());
        row(out, "State", status.path("state").asText());
        row(out, "Software", "OKS " + status.path("version").asText());
        row(out, "Running since", status.path("started").asText());
        out.append("</table>\n<h2>Uploaded certificates since then</h2>\n<table>\n");
        JsonNode uploads = status.path("uploads");
        row(out, "New", uploads.path("new").asText());
        row(out, "Updated", uploads.path("merged").asText());
        row(out, "Known already", uploads.path("unchanged").asText());
        row(out, "Refused", uploads.path("refused").asText());
        return Page.of("Statistics", out.append("</table>\n").toString());
    }

    private static void row(StringBuilder out, String name, String value) {
        out.append("<tr><th scope=\"row\">").append(name).append("</th><td>").append(HtmlText.of(value)).append("</td></tr>\n");
    }
}
