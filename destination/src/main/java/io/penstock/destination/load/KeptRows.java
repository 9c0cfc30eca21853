package io.penstock.destination.load;

import io.penstock.core.name.Identifiers;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import java.util.stream.Collectors;

/** The statements that copy rows into a table whose own rows stay: only keys that are free are taken. Pure. */
final class KeptRows {
    /** Gone with the transaction. */
    static final String STAGE = "penstock_copied";

    private KeptRows() {}

    static String stage(TableMapping table) {
        return "create temporary table " + STAGE + " on commit drop as select " + columns(table, "") + " from only "
                + table.destination() + " with no data";
    }

    /** @param overridesIdentities whether the server knows identity columns, and so what may be written over them */
    static String insertFree(TableMapping table, boolean overridesIdentities) {
        String match = table.columns().stream()
                .filter(MappedColumn::key)
                .map(KeptRows::name)
                .map(key -> "t." + key + " = s." + key)
                .collect(Collectors.joining(" and "));
        return "insert into " + table.destination() + " (" + columns(table, "") + ")"
                + (overridesIdentities ? " overriding system value" : "") + " select " + columns(table, "s.") + " from "
                + STAGE + " s where not exists (select 1 from " + table.destination()
                + " t where " + match + ")";
    }

    private static String columns(TableMapping table, String alias) {
        return table.writtenNames().stream()
                .map(name -> alias + Identifiers.quote(name))
                .collect(Collectors.joining(", "));
    }

    private static String name(MappedColumn column) {
        return Identifiers.quote(column.destinationName());
    }
}
