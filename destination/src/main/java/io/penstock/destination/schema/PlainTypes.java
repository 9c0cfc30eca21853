package io.penstock.destination.schema;

import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeText;
import io.penstock.destination.dialect.PlainType;
import java.util.HashMap;
import java.util.Map;

/** Looks through the domains of a catalog. Immutable. */
final class PlainTypes {
    private static final char UNKNOWN = ' ';

    private final Map<String, TypeDefinition> types = new HashMap<>();

    PlainTypes(Catalog catalog) {
        catalog.types().forEach(t -> types.put(t.name().toString(), t));
    }

    PlainType of(ColumnDefinition column) {
        String name = column.type();
        // Ends: a domain is made of types that were there before it.
        while (types.get(name) instanceof TypeDefinition.DomainType domain) {
            name = domain.baseType();
        }
        char category = column.typeCategory();
        return new PlainType(TypeText.withoutModifier(name), category == UNKNOWN ? category(name) : category);
    }

    /** Of the column that a task file adds only the name of the type is known. */
    private char category(String name) {
        if (name.endsWith("[]")) {
            return 'A';
        }
        TypeDefinition type = types.get(name);
        if (type instanceof TypeDefinition.EnumType) {
            return 'E';
        }
        if (type instanceof TypeDefinition.CompositeType) {
            return 'C';
        }
        return type instanceof TypeDefinition.RangeType ? 'R' : UNKNOWN;
    }
}
