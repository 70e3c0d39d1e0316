/**
 * Where messages go: standard error, one line each, and the machine's local syslog socket.
 *
 * <p>Entry type: {@link oks.log.ProgramLog}; everybody else writes through slf4j. Loggers may be used from any thread. One
 * thread, {@code syslog}, owns the socket to the syslog daemon. The package owns no files.
 */
package oks.log;
