/**
 * What a long-running program owes its machine: a process name, a pid file, answers to signals.
 *
 * <p>Entry types: {@link oks.process.ProcessSignals}, {@link oks.process.PidFile}. The package owns the pid file.
 */
package oks.process;
