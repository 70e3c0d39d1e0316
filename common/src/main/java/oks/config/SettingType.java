package oks.config;

import java.nio.file.Path;

/**
 * The type of a setting's values in the file. Values arrive as the TOML reader gives them: String, Long, Boolean,
 * {@code List<Object>}, or something that no setting takes.
 */
interface SettingType<T> {

    /** Reads a value; relative paths count from the prefix. */
    T read(Object toml, Path prefix) throws BadValue;

    /** The accepted values, with an article and the range, if there is one: {@code an integer from 1 to 65535}. */
    String expected();
}
