package oks.http.server;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * A handshake of TLS between two engines in memory: proves that the engine can use a certificate's key, whatever its
 * kind, by the only one who knows.
 */
final class TlsHandshake {
    /** Far more steps than a handshake has, so that one that does not get on ends. */
    private static final int STEPS = 100;

    private final SSLEngine engine;
    private final ByteBuffer sent;
    private final ByteBuffer none;

    private TlsHandshake(SSLEngine engine, boolean client) {
        engine.setUseClientMode(client);
        this.engine = engine;
        this.sent = ByteBuffer.allocate(4 * engine.getSession().getPacketBufferSize());
        this.none = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    }

    /** @throws SSLException when a server with these keys cannot finish a handshake with any client */
    static void inMemory(X509KeyManager keys) throws SSLException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {new Anybody()}, new SecureRandom());
            TlsHandshake client = new TlsHandshake(context.createSSLEngine(), true);
            TlsHandshake server = new TlsHandshake(context.createSSLEngine(), false);
            client.engine.beginHandshake();
            for (int i = 0; i < STEPS && !(client.isOver() && server.isOver()); i++) {
                client.turn(server.sent);
                server.turn(client.sent);
            }
            if (!client.isOver() || !server.isOver()) {
                throw new SSLException("the handshake does not end");
            }
        } catch (GeneralSecurityException e) {
            throw new SSLException(e);
        }
    }

    private boolean isOver() {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && !engine.getSession().getCipherSuite().endsWith("WITH_NULL_NULL");
    }

    /** Reads what the other side sent, computes what is due, and answers. */
    private void turn(ByteBuffer received) throws SSLException {
        received.flip();
        if (received.hasRemaining()) {
            engine.unwrap(received, none.clear());
        }
        received.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(none.clear().limit(0), sent);
        }
    }

    /** The certificate's issuer is the client's affair; here only the key is in question. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
