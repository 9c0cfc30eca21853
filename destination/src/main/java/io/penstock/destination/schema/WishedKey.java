package io.penstock.destination.schema;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The primary key that the task file gives to a table whose source has none. It is found again by what it is, whatever it is called. Pure.
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

    /** NAMEDATALEN - 1. */
    private static final int MAX_BYTES = 63;

    private static final String SUFFIX = "_penstock_pkey";

    private WishedKey() {}

    /** A name that no index of the source has, of whichever table and made whenever. */
    static String name(TableDefinition table) {
        String name = table.name().table();
        // The name stays when the table gets another one, and the next that has its name may have such a key too.
        String suffix = "_" + Integer.toUnsignedString(table.oid()) + SUFFIX;
        while (bytes(name + suffix) > MAX_BYTES) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
        }
        return name + suffix;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

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
