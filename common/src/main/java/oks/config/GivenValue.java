package oks.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A setting's value with its way of writing and its origin.
 *
 * @param value what the program gets to see
 * @param written as the TOML reader gives it: String, Long, Boolean or a list of texts
 */
record GivenValue(Object value, Object written, Origin origin) {

    static GivenValue standard(Setting<?> setting, Path prefix) {
        return new GivenValue(setting.standard(prefix), setting.standard(), Origin.STANDARD);
    }

    /** As it counts: paths are absolute. */
    Object inForce() {
        if (value instanceof Path path) {
            return path.toString();
        }
        return value instanceof List<?> list ? list : written;
    }
}
