/**
 * The command {@code salvage}: brings certificates out of damaged files. Entry type:
 * {@link oks.restore.salvage.SalvageCommand}. One thread; writes only the keyring.
 */
package oks.restore.salvage;
