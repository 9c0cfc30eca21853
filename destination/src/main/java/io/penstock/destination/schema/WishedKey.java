package io.penstock.destination.schema;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.destination.dialect.Dialect;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The primary key that the task file gives to a table whose source has none. The server names it, so that its name is never cut and never
 * meets another; it is found again by what it is. Pure.
 */
final class WishedKey {
    /** No object of the source has it. */
    private static final int OID = 0;

    private static final String DROP = """
            DO %1$s DECLARE
              key CONSTANT text := (SELECT quote_ident(conname) FROM pg_catalog.pg_constraint
                WHERE conrelid = %2$s::regclass AND contype = 'p');
            BEGIN
              IF key IS NOT NULL THEN
                EXECUTE 'ALTER TABLE ' || %2$s || ' DROP CONSTRAINT ' || key;
              END IF;
            END %1$s""";

    private WishedKey() {}

    static ConstraintDefinition of(List<String> columns) {
        String definition =
                columns.stream().map(Identifiers::quote).collect(Collectors.joining(", ", "PRIMARY KEY (", ")"));
        return new ConstraintDefinition(
                OID, "of the task file", Kind.PRIMARY_KEY, definition, columns, null, true, true, null);
    }

    static boolean is(ConstraintDefinition constraint) {
        return constraint.oid() == OID && constraint.kind() == Kind.PRIMARY_KEY;
    }

    /** Drops it, whatever it is called; one statement. */
    static String drop(Dialect dialect, QualifiedName table) {
        String name = dialect.quote(table);
        return DROP.formatted(Redistribution.tag(name), ExistsSql.literal(name));
    }
}
