package oks.control;

import java.util.Set;

/**
 * The users who may send commands to oksd: always root and the user that runs oksd, and those named here.
 *
 * @param users names of users; empty for nobody else
 */
public record ControlAccess(Set<String> users) {
    /** Nobody but root and the user that runs oksd. */
    public static final ControlAccess OWN = new ControlAccess(Set.of());

    public ControlAccess {
        users = Set.copyOf(users);
    }

    boolean allows(ControlPeer peer, long ownUid) {
        return peer.uid() == 0
                || peer.uid() == ownUid
                || peer.user().filter(users::contains).isPresent();
    }
}
