package oks.oksd.writer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The writer's answer to a command; a thread with nothing else to do waits for it. */
public final class WriterAnswer {
    private WriterAnswer() {}

    /**
     * Waits.
     *
     * @throws OperatorFault the command's own, or BUSY when oksd is stopping
     */
    public static <T> T of(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OperatorFault fault) {
                throw fault;
            }
            if (e.getCause() instanceof UnavailableException unavailable) {
                throw OperatorFault.of(ExitCode.BUSY, "%s", unavailable.getMessage())
                        .kept("nothing was changed")
                        .next("try again when oksd runs")
                        .because(unavailable);
            }
            throw e;
        }
    }
}
