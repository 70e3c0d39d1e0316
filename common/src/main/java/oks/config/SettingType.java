package oks.config;

import java.nio.file.Path;

/**
 * What the values of a setting look like in the file. Values arrive as the TOML reader gives them: String, Long,
 * Boolean, {@code List<Object>}, or something that no setting takes.
 */
interface SettingType<T> {

    /** Reads a value; relative paths count from the prefix. */
    T read(Object toml, Path prefix) throws BadValue;

    /** What is accepted, with an article and, where there is one, the range: {@code an integer from 1 to 65535}. */
    String expected();
}
