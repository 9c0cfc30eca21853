package io.penstock.destination.schema;

import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.schema.TypeDefinition.RangeType;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the statements that create types. Pure. */
final class TypeSteps {
    private final Dialect dialect;

    TypeSteps(Dialect dialect) {
        this.dialect = dialect;
    }

    SchemaStep create(TypeDefinition type) {
        List<String> statements = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        String keyword = "TYPE";
        if (type instanceof EnumType e) {
            statements.add(enumType(e));
        } else if (type instanceof CompositeType c) {
            statements.add(composite(c));
        } else if (type instanceof RangeType r) {
            statements.add(range(r, notes));
        } else if (type instanceof DomainType d) {
            keyword = "DOMAIN";
            domain(d, statements);
        }
        if (type.comment() != null) {
            statements.add("COMMENT ON " + keyword + " " + name(type) + " IS " + ExistsSql.literal(type.comment()));
        }
        return new SchemaStep(
                Stage.BEFORE_COPY, null, "type " + type.name(), ExistsSql.type(type.name()), statements, notes);
    }

    private String name(TypeDefinition type) {
        return dialect.quote(type.name());
    }

    private String enumType(EnumType type) {
        return "CREATE TYPE " + name(type) + " AS ENUM ("
                + type.labels().stream().map(ExistsSql::literal).collect(Collectors.joining(", ")) + ")";
    }

    private String composite(CompositeType type) {
        return "CREATE TYPE " + name(type) + " AS ("
                + type.attributes().stream()
                        .map(a -> "\n    " + dialect.quote(a.name()) + " " + a.type() + collate(a.collation()))
                        .collect(Collectors.joining(","))
                + "\n)";
    }

    private String range(RangeType type, List<String> notes) {
        List<String> options = new ArrayList<>();
        options.add("subtype = " + type.subtype());
        if (type.subtypeOpclass() != null) {
            options.add("subtype_opclass = " + type.subtypeOpclass());
        }
        if (type.collation() != null) {
            options.add("collation = " + type.collation());
        }
        if (type.subtypeDiff() != null) {
            options.add("subtype_diff = " + type.subtypeDiff());
        }
        if (type.multirange() != null && dialect.can(Feature.MULTIRANGES)) {
            options.add("multirange_type_name = " + dialect.quote(type.multirange()));
        }
        if (type.canonical()) {
            notes.add(
                    "without the function that brings values into canonical form; values arrive canonical from the source");
        }
        return "CREATE TYPE " + name(type) + " AS RANGE (" + String.join(", ", options) + ")";
    }

    /** CREATE DOMAIN knows no NOT VALID, ALTER DOMAIN does. */
    private void domain(DomainType type, List<String> statements) {
        StringBuilder create = new StringBuilder("CREATE DOMAIN " + name(type) + " AS " + type.baseType());
        create.append(collate(type.collation()));
        if (type.defaultExpression() != null) {
            create.append("\n    DEFAULT ").append(type.defaultExpression());
        }
        if (type.notNull()) {
            create.append("\n    NOT NULL");
        }
        List<String> later = new ArrayList<>();
        for (DomainType.Constraint constraint : type.constraints()) {
            String text = "CONSTRAINT " + dialect.quote(constraint.name()) + " " + constraint.definition();
            if (QuotedText.contains(constraint.definition(), " NOT VALID")) {
                later.add("ALTER DOMAIN " + name(type) + " ADD " + text);
            } else {
                create.append("\n    ").append(text);
            }
        }
        statements.add(create.toString());
        statements.addAll(later);
    }

    static String collate(@Nullable String collation) {
        return collation == null ? "" : " COLLATE " + collation;
    }
}
