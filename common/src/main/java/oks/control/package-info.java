/**
 * Messages to and from oksd over its control socket: one JSON object per line each way; specified in oks-control(5).
 *
 * <p>Entry types: {@link oks.control.ControlClient} for programs that ask, {@link oks.control.ControlServer} for oksd.
 * The client and the messages use only the JDK and Jackson, so that a command starts at once; only the server uses
 * Netty, whose native transport tells the peer's process, user and group. A client belongs to one thread; the server
 * has one event loop and runs commands on threads of its own. Owns the control socket's file while the server is open.
 *
 * <p>Both ends stand here, though only oksd has the server: each message has one definition, and tests play either end
 * without a program.
 */
package oks.control;
