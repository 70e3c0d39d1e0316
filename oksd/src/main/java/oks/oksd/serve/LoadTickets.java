package oks.oksd.serve;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import oks.control.ControlPeer;

/**
 * Tickets for uploads without verification, which only the control socket gives. The service socket's group is that of
 * the gateways, which must never get past verification. Any thread.
 */
public final class LoadTickets {
    private static final int BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final Set<String> valid = ConcurrentHashMap.newKeySet();

    /** A ticket that holds until this peer has gone. */
    public String issue(ControlPeer peer) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = HexFormat.of().formatHex(bytes);
        valid.add(ticket);
        peer.onClose(() -> valid.remove(ticket));
        return ticket;
    }

    boolean isValid(String ticket) {
        return valid.contains(ticket);
    }
}
