/**
 * The recovery file: every change to the database in order, framed, chained and provable; see oks-recovery(5).
 *
 * <p>Entry types: {@link oks.recovery.RecoveryLog} writes, {@link oks.recovery.RecoveryChain} reads. A log belongs to
 * one thread; readers may run beside it. {@link oks.recovery.RecoveryDirectory} is where recovery files are,
 * {@link oks.recovery.DatabaseDirectory} where a database is; {@link oks.recovery.RecoveryFormat} has the constants of
 * the format. The package owns the files {@code *.recovery}, {@code *.recovery.torn} and {@code IDENTITY}, and knows
 * nothing of OpenPGP: fingerprints and contents are bytes to it.
 *
 * <p>What one program alone needs (a reader that steps over damage) stands here, because it shares the layout of
 * frames.
 */
package oks.recovery;
