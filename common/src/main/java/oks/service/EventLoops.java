package oks.service;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** The event loops of a program, set up the same way everywhere. */
public final class EventLoops {
    private EventLoops() {}

    /**
     * Starts event loops on the system's native transport, which UNIX-domain sockets need.
     *
     * <p>Nothing is served out of the class path, so no cache directory is made: a program that is killed leaves none
     * behind.
     *
     * @param count how many threads, at least 1
     */
    public static Vertx start(int count) {
        FileSystemOptions noCache =
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(count)
                .setWorkerPoolSize(2 * count) // each may hold a large answer in the making
                .setFileSystemOptions(noCache));
    }
}
