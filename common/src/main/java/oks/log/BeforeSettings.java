package oks.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Named in META-INF/services: keeps Logback from looking for configuration files, and from logging to standard output
 * when it finds none. Warnings go to standard error until a program begins its own log.
 */
public final class BeforeSettings extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        new ProgramLog("oks", context, System.err, false);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
