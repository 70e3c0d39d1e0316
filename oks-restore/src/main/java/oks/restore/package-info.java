/**
 * The program oks-restore: rebuilds a database directory from an archive and recovery files, and shows what recovery
 * files hold; see oks-restore(1).
 *
 * <p>Entry type: {@link oks.restore.OksRestore}. One thread. A restore writes only to the target's directory
 * {@code DIR.restoring}, which gets the target's name when it is complete; a salvage only to the keyring.
 */
package oks.restore;
