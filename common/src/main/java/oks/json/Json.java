package oks.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes JSON objects as records. A component {@code maxSeconds} is the member {@code max_seconds}; an enum's
 * value is its name in lower case; an {@code Optional} may be null or missing, and everything else must be there.
 * Members that are there twice, trailing text, and values of another type are refused.
 */
public final class Json {
    /** For records of numbers, texts, times, paths and UUIDs. */
    public static final Json STANDARD = new Json(List.of());

    private final JsonMapper mapper;
    private final List<Scalar<?>> scalars = new ArrayList<>(Scalar.standard());

    @SuppressWarnings("unchecked") // a class literal has no type arguments
    private Json(List<Scalar<?>> own) {
        scalars.addAll(own);
        SimpleModule module = new SimpleModule("oks");
        scalars.forEach(scalar -> register(scalar, module));
        module.addSerializer((Class<Optional<?>>) (Class<?>) Optional.class, new OptionalWriter());
        module.addDeserializer((Class<Optional<?>>) (Class<?>) Optional.class, new OptionalReader());
        module.addSerializer(Enum.class, new WordWriter());
        module.addDeserializer(Enum.class, new WordReader());
        mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .annotationIntrospector(new RequiredMembers())
                .addModule(module)
                .build();
    }

    private static <T> void register(Scalar<T> scalar, SimpleModule module) {
        module.addDeserializer(scalar.type(), new ScalarReader<>(scalar));
        module.addSerializer(scalar.type(), new ScalarWriter<>(scalar));
    }

    /** The same for records that have these types, too; one of the standard types is read and written as it says. */
    public static Json with(Scalar<?>... scalars) {
        return new Json(List.of(scalars));
    }

    /** An empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The object that a text is; empty when it is anything else, or more than that. */
    public static Optional<ObjectNode> object(String text) {
        try {
            return STANDARD.mapper.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /**
     * The object that a file holds.
     *
     * @throws IllegalArgumentException when it holds anything else, or more than that
     */
    public static ObjectNode object(byte[] contents) {
        try {
            if (STANDARD.mapper.readTree(contents) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        } catch (IOException e) { // of bytes that are no characters, in whatever encoding they seem to have
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        throw new IllegalArgumentException("it is not an object");
    }

    /** A text, a number, a truth value, or a list of these. */
    public static JsonNode value(Object value) {
        return STANDARD.mapper.valueToTree(value);
    }

    /** The record as an object. */
    public ObjectNode tree(Record members) {
        return mapper.valueToTree(members);
    }

    /** The record as an object over several lines, without the last one's end. */
    public String lines(Record members) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        try {
            return mapper.writer(printer).writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /**
     * The object as a record.
     *
     * @throws WrongMember when it has a member that the record has not, or lacks one, or has a wrong value
     * @throws IllegalArgumentException of the record, when the values are wrong together
     */
    public <T extends Record> T read(ObjectNode object, Class<T> type) {
        return read(mapper.readerFor(type), object);
    }

    /** The same; members that the record has not are left aside, because a later release may have them. */
    public <T extends Record> T readKnown(ObjectNode object, Class<T> type) {
        return read(mapper.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), object);
    }

    private <T extends Record> T read(ObjectReader reader, ObjectNode object) {
        try {
            return reader.readValue(object);
        } catch (JsonMappingException e) {
            throw wrong(object, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // reading a tree
        }
    }

    private IllegalArgumentException wrong(ObjectNode root, JsonMappingException e) {
        Place place = Place.of(root, e.getPath());
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof WrongMember member) {
                return member.in(String.join(".", place.names()));
            }
            if (cause instanceof IllegalArgumentException together) {
                return together;
            }
        }
        if (place.names().isEmpty()) {
            return new IllegalArgumentException(e.getOriginalMessage(), e);
        }
        int last = place.names().size() - 1;
        String object = String.join(".", place.names().subList(0, last));
        String name = place.names().get(last);
        if (e instanceof UnrecognizedPropertyException) {
            return new WrongMember(WrongMember.Mistake.UNKNOWN, object, name, place.node(), "nothing");
        }
        boolean missing = place.node().isMissingNode();
        WrongMember.Mistake kind = missing ? WrongMember.Mistake.MISSING : WrongMember.Mistake.WRONG;
        return new WrongMember(kind, object, name, place.node(), expected(e));
    }

    private String expected(JsonMappingException e) {
        if (e instanceof UnexpectedValue value) {
            return value.expected();
        }
        Class<?> type = e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? mismatch.getTargetType()
                : Object.class;
        if (type.isEnum()) {
            return Words.scalar(type).expected();
        }
        return scalars.stream()
                .filter(scalar -> scalar.type() == type)
                .map(Scalar::expected)
                .reduce((standard, own) -> own)
                .orElseGet(() -> UnexpectedValue.structure(type));
    }

    /**
     * The place of a fault.
     *
     * @param names of the members on the way to it, a list's with the number of the element
     */
    private record Place(List<String> names, JsonNode node) {
        static Place of(ObjectNode root, List<JsonMappingException.Reference> path) {
            List<String> names = new ArrayList<>();
            JsonNode node = root;
            for (int i = 0; i < path.size(); i++) {
                JsonMappingException.Reference step = path.get(i);
                boolean element = step.getFieldName() == null;
                JsonNode next = element ? node.path(step.getIndex()) : node.path(step.getFieldName());
                if (next.isMissingNode() && i < path.size() - 1) {
                    continue; // a group, whose members stand in the object itself
                }
                if (element) {
                    names.add(names.remove(names.size() - 1) + "[" + step.getIndex() + "]");
                } else {
                    names.add(step.getFieldName());
                }
                node = next;
            }
            return new Place(names, node);
        }
    }
}
