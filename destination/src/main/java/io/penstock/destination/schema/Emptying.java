package io.penstock.destination.schema;

import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import java.util.List;
import java.util.stream.Collectors;

/** Takes the rows out of a table and its children, because they are copied again after a change that they stand in the way of. Pure. */
final class Emptying {
    private Emptying() {}

    /**
     * TRUNCATE is refused where a foreign key points to the table; DELETE is not, because foreign keys do not fire for the writer. Asked
     * beforehand, not tried: an error would need a subtransaction, which PostgreSQL 18 refuses right after some changes of types.
     *
     * @param family the table first
     */
    static String of(Dialect dialect, List<TableDefinition> family) {
        String table = dialect.quote(family.get(0).name());
        String names = family.stream()
                .map(t -> "pg_catalog.to_regclass(" + ExistsSql.literal(t.name().toString()) + ")")
                .collect(Collectors.joining(", "));
        return "DO $penstock$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE contype = 'f' AND confrelid IN ("
                + names + ")) THEN DELETE FROM " + table + "; ELSE TRUNCATE " + table + "; END IF; END $penstock$";
    }
}
