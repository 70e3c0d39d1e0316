/**
 * Duties of a long-running program: a process name, a pid file, answers to signals, sockets that nobody else can take.
 *
 * <p>Entry types: {@link oks.process.ProcessSignals}, {@link oks.process.PidFile}, {@link oks.process.SocketFile}. The
 * package owns the pid file and the sockets' names.
 */
package oks.process;
