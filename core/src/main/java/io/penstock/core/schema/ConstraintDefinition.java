package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One table constraint.
 *
 * @param oid its identity across renames
 * @param definition as {@code pg_get_constraintdef} writes it under an empty search path
 * @param columns names of the constrained columns, empty for expressions
 * @param references the referenced table of a foreign key, null otherwise
 * @param local false when the constraint is only inherited from a parent
 */
public record ConstraintDefinition(
        int oid,
        String name,
        Kind kind,
        String definition,
        List<String> columns,
        @Nullable QualifiedName references,
        boolean validated,
        boolean local,
        @Nullable String comment) {
    public ConstraintDefinition {
        columns = List.copyOf(columns);
    }

    /** {@code contype}; constraint triggers do not belong to the definition, and NOT NULL is a property of the column. */
    public enum Kind {
        PRIMARY_KEY,
        UNIQUE,
        CHECK,
        FOREIGN_KEY,
        EXCLUSION
    }
}
