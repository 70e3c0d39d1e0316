package oks.process;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Actions on signals (signal(7)). They run one after the other on a thread of their own, so an action may block; the
 * handler itself only queues. The JDK's only way to hear signals, sun.misc.Signal, is reached by reflection, because a
 * direct use is a compiler warning that nothing can silence.
 */
public final class ProcessSignals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSignals.class);

    private final ExecutorService actions = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
                Thread thread = new Thread(task, "signals");
                thread.setDaemon(true);
                return thread;
            },
            // A second TERM while the program is ending must not end in a stack trace.
            new ThreadPoolExecutor.DiscardPolicy());

    /**
     * Runs an action at each arrival of a signal.
     *
     * @param name without "SIG": "USR1", "CONT", "HUP", "TERM", "INT"
     */
    public void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object queueing = Proxy.newProxyInstance(
                    handler.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) ->
                            answer(proxy, method, arguments, () -> actions.execute(() -> run(name, action))));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), queueing);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java cannot handle signal " + name, e);
        }
    }

    private static Object answer(Object proxy, Method method, Object[] arguments, Runnable onSignal) {
        return switch (method.getName()) {
            case "handle" -> {
                onSignal.run();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "action on a signal";
        };
    }

    private static void run(String name, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("signal {}: {}", name, e.getMessage(), e);
        }
    }

    /** Runs no further action; signals that arrive later do nothing. */
    @Override
    public void close() {
        actions.shutdown();
    }
}
