/**
 * Where messages go: standard error, one line each, the local syslog socket, and a syslog server elsewhere where
 * wanted.
 *
 * <p>Entry type: {@link oks.log.ProgramLog}; everybody else writes through slf4j. Loggers may be used from any thread.
 * A thread {@code syslog} owns each socket. {@link oks.log.MessageCatalogue} lists all messages. The package owns no
 * files.
 */
package oks.log;
