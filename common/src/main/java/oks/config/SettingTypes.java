package oks.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;

/** The types that settings have. */
final class SettingTypes {

    private SettingTypes() {}

    static SettingType<Boolean> trueOrFalse() {
        return new Typed<>("true or false") {
            @Override
            public Boolean read(Object toml, Path prefix) throws BadValue {
                return toml instanceof Boolean value ? value : refuse();
            }
        };
    }

    static SettingType<Integer> integer(int least, int most) {
        return new Typed<>("an integer from " + least + " to " + most) {
            @Override
            public Integer read(Object toml, Path prefix) throws BadValue {
                return toml instanceof Long value && value >= least && value <= most ? value.intValue() : refuse();
            }
        };
    }

    /** A number of bytes, written with its unit. */
    static SettingType<Long> size(String least, String most) {
        long from = ByteSize.parse(least).orElseThrow();
        long to = ByteSize.parse(most).orElseThrow();
        return new Typed<>("a size such as \"64MiB\", from \"" + least + "\" to \"" + most + "\"") {
            @Override
            public Long read(Object toml, Path prefix) throws BadValue {
                Long bytes = toml instanceof String text ? parsed(text) : null;
                return bytes != null && bytes >= from && bytes <= to ? bytes : refuse();
            }
        };
    }

    /** A span of time, written with its unit. */
    static SettingType<Duration> duration(String least, String most) {
        Duration from = TimeSpan.parse(least).orElseThrow();
        Duration to = TimeSpan.parse(most).orElseThrow();
        return new Typed<>("a duration such as \"10s\", from \"" + least + "\" to \"" + most + "\"") {
            @Override
            public Duration read(Object toml, Path prefix) throws BadValue {
                Duration span =
                        toml instanceof String text ? TimeSpan.parse(text).orElse(null) : null;
                return span != null && span.compareTo(from) >= 0 && span.compareTo(to) <= 0 ? span : refuse();
            }
        };
    }

    /** A path, made absolute: relative ones count from the prefix. */
    static SettingType<Path> path() {
        return new Typed<>("a path") {
            @Override
            public Path read(Object toml, Path prefix) throws BadValue {
                return toml instanceof String text && !text.isEmpty() ? resolve(text, prefix) : refuse();
            }

            private Path resolve(String text, Path prefix) throws BadValue {
                try {
                    return prefix.resolve(text).normalize();
                } catch (InvalidPathException e) {
                    return refuse();
                }
            }
        };
    }

    /** A path as text, empty where another setting's path is to be taken. */
    static SettingType<String> pathOrNothing() {
        SettingType<Path> path = path();
        return new Typed<>("a path or \"\"") {
            @Override
            public String read(Object toml, Path prefix) throws BadValue {
                return "".equals(toml) ? "" : path.read(toml, prefix).toString();
            }
        };
    }

    /** A syslog server, or nothing. */
    static SettingType<Optional<RemoteSyslog>> remoteSyslog() {
        return new Typed<>("a server such as \"tls://log.example.org:6514\" with udp, tcp or tls, or \"\"") {
            @Override
            public Optional<RemoteSyslog> read(Object toml, Path prefix) throws BadValue {
                if ("".equals(toml)) {
                    return Optional.empty();
                }
                Optional<RemoteSyslog> remote =
                        toml instanceof String text ? RemoteSyslog.parse(text) : Optional.empty();
                return remote.isPresent() ? remote : refuse();
            }
        };
    }

    /** @param expected what the pattern means, for people */
    static SettingType<String> text(String pattern, String expected) {
        Pattern accepted = Pattern.compile(pattern);
        return new Typed<>(expected) {
            @Override
            public String read(Object toml, Path prefix) throws BadValue {
                return toml instanceof String text && accepted.matcher(text).matches() ? text : refuse();
            }
        };
    }

    /** One of an enum's constants, written in lower case. */
    static <E extends Enum<E>> SettingType<E> choice(Class<E> family) {
        List<E> choices = List.of(family.getEnumConstants());
        String names = choices.stream().map(c -> '"' + nameOf(c) + '"').collect(Collectors.joining(", "));
        return new Typed<>("one of " + names) {
            @Override
            public E read(Object toml, Path prefix) throws BadValue {
                for (E choice : choices) {
                    if (nameOf(choice).equals(toml)) {
                        return choice;
                    }
                }
                return refuse();
            }
        };
    }

    /** @param expected what the list holds, for people */
    static SettingType<List<String>> listOfText(String pattern, String expected) {
        return listOfText(pattern, 0, expected);
    }

    /** As {@link #listOfText(String, String)}, with at least this many texts, each once. */
    static SettingType<List<String>> listOfText(String pattern, int least, String expected) {
        Pattern accepted = Pattern.compile(pattern);
        return new Typed<>(expected) {
            @Override
            public List<String> read(Object toml, Path prefix) throws BadValue {
                List<?> values =
                        toml instanceof TomlArray array ? array.toList() : toml instanceof List<?> l ? l : refuse();
                List<String> texts = new ArrayList<>();
                for (Object value : values) {
                    texts.add(
                            value instanceof String text
                                            && accepted.matcher(text).matches()
                                    ? text
                                    : refuse());
                }
                return least > 0 && (texts.size() < least || Set.copyOf(texts).size() < texts.size())
                        ? refuse()
                        : List.copyOf(texts);
            }
        };
    }

    private static Long parsed(String size) {
        OptionalLong bytes = ByteSize.parse(size);
        return bytes.isPresent() ? bytes.getAsLong() : null;
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private abstract static class Typed<T> implements SettingType<T> {
        private final String expected;

        Typed(String expected) {
            this.expected = expected;
        }

        @Override
        public String expected() {
            return expected;
        }

        /** Never returns; has a type so that it can stand where a value would. */
        <V> V refuse() throws BadValue {
            throw new BadValue(expected);
        }
    }
}
