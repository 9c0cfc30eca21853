package io.penstock.destination.progress;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.schema.TypeDefinition.RangeType;
import java.util.Map;

/** Definitions as JSON: the records' components and nothing else. */
final class DefinitionJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .visibility(PropertyAccessor.ALL, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
            .addMixIn(TypeDefinition.class, Kinds.class)
            // What an older release did not write.
            .withConfigOverride(Map.class, o -> o.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .build();

    private DefinitionJson() {}

    /** Tells the kinds of types apart. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = EnumType.class, name = "enum"),
        @JsonSubTypes.Type(value = DomainType.class, name = "domain"),
        @JsonSubTypes.Type(value = CompositeType.class, name = "composite"),
        @JsonSubTypes.Type(value = RangeType.class, name = "range")
    })
    private interface Kinds {}

    /** @param as the declared type, so that kinds of types are written */
    static <T> String write(Class<T> as, T definition) {
        try {
            return MAPPER.writerFor(as).writeValueAsString(definition);
        } catch (JsonProcessingException e) {
            throw new PenstockException(ErrorKind.INTERNAL, "A definition cannot be written.", e);
        }
    }

    static <T> T read(Class<T> as, String json) {
        try {
            return MAPPER.readValue(json, as);
        } catch (JsonProcessingException e) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "A row of penstock.images cannot be read: it was changed, or written by another version of Penstock. Release the"
                            + " task and start it again.",
                    e);
        }
    }
}
