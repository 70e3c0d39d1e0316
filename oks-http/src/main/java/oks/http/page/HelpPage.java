package oks.http.page;

import java.util.regex.Pattern;

/**
 * Instructions for people who use this server; the members of its template.
 *
 * @param server what gpg's option --keyserver takes for this server
 * @param contact whom to ask for a removal; empty when nobody is named
 * @param contactLink where that leads: "mailto:" before an e-mail address
 */
public record HelpPage(String server, String contact, String contactLink) {
    private static final Pattern WITH_PORT =
            Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}\\]):\\d{1,5}");
    private static final Pattern WITHOUT_PORT = Pattern.compile("[A-Za-z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}\\]");

    /**
     * The page for a client.
     *
     * @param authority the name by which it reached this server, perhaps with a port; whatever it sent
     * @param tls whether it did so over TLS; without a port, a proxy did so for it
     */
    public static HelpPage of(String authority, boolean tls, String contact) {
        return new HelpPage(
                server(authority, tls), contact, contact.startsWith("https://") ? contact : "mailto:" + contact);
    }

    /** The value of gpg's option --keyserver for a server that is reached by this name. */
    static String server(String authority, boolean tls) {
        if (WITH_PORT.matcher(authority).matches()) {
            return (tls ? "hkps://" : "hkp://") + authority;
        }
        return "hkps://" + (WITHOUT_PORT.matcher(authority).matches() ? authority : "SERVER");
    }
}
