package oks.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Says that every member must be there and not null, unless its type or an annotation says otherwise. */
final class RequiredMembers extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
        return !(member.getRawType() == Optional.class
                || member.hasAnnotation(OrNull.class)
                || member.hasAnnotation(Otherwise.class)
                || member.hasAnnotation(JsonUnwrapped.class));
    }

    /** A {@link ScalarReader} refuses null by itself, and says what is expected. */
    @Override
    public JsonSetter.Value findSetterInfo(Annotated member) {
        Class<?> type = member.getRawType();
        boolean structure = type.isRecord()
                || type.isArray()
                || Collection.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type);
        return structure ? JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL) : super.findSetterInfo(member);
    }
}
