package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.Distribution;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import io.penstock.destination.dialect.GreenplumDialect;

/** Distributes the rows of a table in another way. Pure. */
final class Redistribution {
    /**
     * The rows wait outside, so that the server has none to move. Columns are asked for, since the table may have some that the task knows
     * nothing of.
     */
    private static final String AROUND = """
            DO %1$s DECLARE
              target CONSTANT regclass := %2$s::regclass;
              here CONSTANT text := CASE (SELECT relkind FROM pg_catalog.pg_class WHERE oid = target)
                WHEN 'p' THEN '' ELSE 'ONLY ' END || target;
              list CONSTANT text := (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
                FROM pg_catalog.pg_attribute
                WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = '');
            BEGIN
              EXECUTE 'CREATE TEMPORARY TABLE penstock_moving AS SELECT ' || list || ' FROM ' || here
                || ' DISTRIBUTED RANDOMLY';
              EXECUTE 'DELETE FROM ' || here;
              EXECUTE 'ALTER TABLE ' || here || ' SET ' || %3$s;
              EXECUTE 'INSERT INTO ' || target || ' (' || list || ') OVERRIDING SYSTEM VALUE SELECT ' || list
                || ' FROM pg_temp.penstock_moving';
              DROP TABLE pg_temp.penstock_moving;
            END %1$s""";

    private Redistribution() {}

    /** One statement; it may run in a transaction. */
    static String of(Dialect dialect, QualifiedName table, Distribution wanted) {
        String name = dialect.quote(table);
        String clause = GreenplumDialect.distributed(wanted);
        return dialect.can(Feature.REDISTRIBUTION_OF_LARGE_VALUES)
                ? "ALTER TABLE " + name + " SET " + clause
                : AROUND.formatted(tag(name + clause), ExistsSql.literal(name), ExistsSql.literal(clause));
    }

    /** A dollar quote that does not stand in the text. */
    static String tag(String text) {
        String word = "penstock";
        while (text.contains("$" + word + "$")) {
            word += "_";
        }
        return "$" + word + "$";
    }
}
