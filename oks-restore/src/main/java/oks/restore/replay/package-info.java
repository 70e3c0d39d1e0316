/**
 * The command {@code replay}: brings a restored database forward, once or as files come. Entry type:
 * {@link oks.restore.replay.ReplayCommand}. One thread; owns the lock of the database while it replays.
 */
package oks.restore.replay;
