/**
 * Recovery files as a restore reads them: which continue an archive, where a target lies in them, what is left out.
 * Entry types: {@link oks.restore.log.RecoverySources} and {@link oks.restore.log.CheckedLog}. One thread; only reads.
 */
package oks.restore.log;
