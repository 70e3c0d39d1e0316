/**
 * The parts of the command line that all OKS programs share: options, help, faults, exit statuses, progress.
 *
 * <p>Entry type: {@link oks.cli.Program}; commands take their options from {@link oks.cli.CommonOptions} or what it
 * extends. Used by a program's main thread; {@link oks.cli.ProgressDisplay} may be told from any thread. Owns no files.
 */
package oks.cli;
