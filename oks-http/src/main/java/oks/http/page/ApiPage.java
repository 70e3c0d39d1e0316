package oks.http.page;

/**
 * Instructions for programs that use this server; the members of its template.
 *
 * @param url where it is, without a slash at the end
 * @param server what gpg's option --keyserver takes for this server
 */
public record ApiPage(String url, String server) {
    /**
     * The page for a client.
     *
     * @param authority the name by which it reached this server, perhaps with a port; whatever it sent
     * @param tls whether it did so over TLS
     */
    public static ApiPage of(String authority, boolean tls) {
        String server = HelpPage.server(authority, tls);
        return new ApiPage(server.replaceFirst("^hkp", "http"), server);
    }
}
