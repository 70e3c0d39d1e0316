package oks.http.page;

import io.nayuki.qrcodegen.QrCode;

/** A QR code as SVG within a page: no image to fetch, sharp at any size. */
final class QrSquare {
    private static final int QUIET_ZONE = 4;

    private QrSquare() {}

    /** The code of an ASCII text; the title is for screen readers, and HTML already. */
    static String of(String text, String title) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
        int side = code.size + 2 * QUIET_ZONE;
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + QUIET_ZONE)
                            .append(' ')
                            .append(y + QUIET_ZONE)
                            .append("h1v1h-1z");
                }
            }
        }
        // Dark on light also on a dark page: some readers know no other way.
        return "<svg class=\"qr\" role=\"img\" viewBox=\"0 0 " + side + ' ' + side
                + "\" shape-rendering=\"crispEdges\"><title>" + title
                + "</title><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path fill=\"#000\" d=\"" + path
                + "\"/></svg>\n";
    }
}
