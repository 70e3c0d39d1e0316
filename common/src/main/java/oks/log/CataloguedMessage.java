package oks.log;

import java.util.Locale;

/**
 * A message that OKS logs, as oks-messages(7) lists it.
 *
 * @param id stable from release to release: small letters and "-", at most 32 (MSGID of RFC 5424)
 * @param severity "error", "warning" or "info"
 * @param text the message, with "{}" where something is filled in
 * @param next what the operator does about it; empty when there is nothing to do
 */
public record CataloguedMessage(String id, String severity, String text, String next) {

    public CataloguedMessage {
        if (!id.matches("[a-z][a-z-]{0,31}")) {
            throw new IllegalArgumentException("id \"" + id + "\"");
        }
        Severity.valueOf(severity.toUpperCase(Locale.ROOT));
    }
}
