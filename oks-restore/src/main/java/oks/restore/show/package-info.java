/**
 * The command {@code show}: prints the changes of recovery files. Entry type: {@link oks.restore.show.ShowCommand}. One
 * thread; only reads, but for a keyring.
 */
package oks.restore.show;
