package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user-defined type. Expressions and type names are text as the source's catalog writes it under an empty search path. */
public sealed interface TypeDefinition {
    /** Its identity across renames. */
    int oid();

    QualifiedName name();

    @Nullable
    String comment();

    /** @param values in their sort order */
    record EnumType(
            int oid,
            QualifiedName name,
            List<Value> values,
            @Nullable String comment) implements TypeDefinition {
        public EnumType {
            values = List.copyOf(values);
        }

        /** @param oid its identity across renames */
        public record Value(int oid, String label) {}

        public List<String> labels() {
            return values.stream().map(Value::label).toList();
        }
    }

    /** @param constraints name and {@code CHECK (...)} text of each */
    record DomainType(
            int oid,
            QualifiedName name,
            String baseType,
            @Nullable String collation,
            boolean notNull,
            @Nullable String defaultExpression,
            List<Constraint> constraints,
            @Nullable String comment)
            implements TypeDefinition {
        public DomainType {
            constraints = List.copyOf(constraints);
        }

        /** A named CHECK. */
        public record Constraint(String name, String definition) {}
    }

    record CompositeType(
            int oid,
            QualifiedName name,
            List<Attribute> attributes,
            @Nullable String comment) implements TypeDefinition {
        public CompositeType {
            attributes = List.copyOf(attributes);
        }

        /**
         * @param number {@code attnum}, its identity across renames
         * @param collation null when it is the type's default
         */
        public record Attribute(
                int number,
                String name,
                String type,
                @Nullable String collation) {}
    }

    /**
     * @param subtypeOpclass qualified, null when it is the subtype's default
     * @param collation null when it is the subtype's default
     * @param subtypeDiff function, null when there is none
     * @param canonical whether a function brings values into one form; it cannot be created without code of the user
     * @param multirange its multirange type, null before PostgreSQL 14
     */
    record RangeType(
            int oid,
            QualifiedName name,
            String subtype,
            @Nullable String subtypeOpclass,
            @Nullable String collation,
            @Nullable String subtypeDiff,
            boolean canonical,
            @Nullable QualifiedName multirange,
            @Nullable String comment)
            implements TypeDefinition {}
}
