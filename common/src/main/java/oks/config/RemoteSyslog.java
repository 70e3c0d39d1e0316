package oks.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A syslog server elsewhere, written {@code tls://log.example.org:6514}.
 *
 * @param host a name or address, an IPv6 one without brackets
 * @param port 1 to 65535
 */
public record RemoteSyslog(Transport transport, String host, int port) {
    private static final Pattern WRITTEN =
            Pattern.compile("(udp|tcp|tls)://(?:([A-Za-z0-9._-]{1,253})|\\[([0-9A-Fa-f:.]{2,45})]):([0-9]{1,5})");
    private static final int HIGHEST_PORT = 65535;

    /** The transport of messages. */
    public enum Transport {
        /** One datagram each (RFC 5426): what is lost on the way is lost. */
        UDP,
        /** One stream (RFC 6587). */
        TCP,
        /** One encrypted stream (RFC 5425); the server's certificate must be valid for its name. */
        TLS
    }

    /** The server that a text names; empty if the text has another form. */
    static Optional<RemoteSyslog> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
        int port = Integer.parseInt(matcher.group(4));
        Transport transport = Transport.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        return port < 1 || port > HIGHEST_PORT
                ? Optional.empty()
                : Optional.of(new RemoteSyslog(transport, host, port));
    }
}
