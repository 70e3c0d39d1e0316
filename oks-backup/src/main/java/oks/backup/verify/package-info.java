/**
 * The command {@code verify}: reads archives and recovery files to their last byte, says what is missing between them,
 * and restores one as a test. Entry types: {@link oks.backup.verify.VerifyCommand} and
 * {@link oks.backup.verify.Verification}. One thread.
 */
package oks.backup.verify;
