/**
 * Frames between gateways and oksd on oksd's service socket; the layout is specified in oks-control(5).
 *
 * <p>Entry types: {@link oks.service.ServiceServer} in oksd, {@link oks.service.ServiceClient} in a gateway; both speak
 * {@link oks.service.ServiceRequest} and {@link oks.service.ServiceAnswer} through a
 * {@link oks.service.ServiceHandler}. Certificates and fingerprints are bytes here.
 *
 * <p>Threads: a connection lives on one event loop. The server's replies may come from any thread; the client is used
 * on the event loop it was made on. Owns the socket file (mode 0660) while a server listens.
 *
 * <p>Both ends stand here, though the server is oksd's and the clients are oks-http's and oksctl's: {@code FrameCodec}
 * is the only code that knows the layout.
 */
package oks.service;
