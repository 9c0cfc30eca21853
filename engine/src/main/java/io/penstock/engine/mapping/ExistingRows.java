package io.penstock.engine.mapping;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Phase;
import io.penstock.core.task.TaskSpec;
import java.util.List;
import java.util.Set;

/** Finds out which destination tables hold rows that the task has not brought; from then on they are never emptied for a copy. */
public final class ExistingRows {
    private ExistingRows() {}

    /**
     * Before anything is created: tables that are there already, where the file lets them be, and those of other tasks.
     *
     * @param names as the file gives them, where every table may be there already
     */
    public static DestinationNames atTheBeginning(
            TaskSpec spec, DestinationNames names, List<TableDefinition> tables, DestinationSchema schema) {
        DestinationNames known = known(names, tables, schema);
        List<QualifiedName> destinations =
                tables.stream().map(t -> names.object(t.oid(), t.name())).toList();
        Set<QualifiedName> shared = schema.sharedWithOtherTasks(destinations);
        for (TableDefinition table : tables) {
            boolean theirs = shared.contains(names.object(table.oid(), table.name()));
            boolean madeHere = spec.runs(Phase.SCHEMA)
                    && schema.table(names.object(table.oid(), table.name())).isEmpty();
            if (theirs && !madeHere) {
                known = known.withMixed(table.oid(), true);
            }
        }
        return known;
    }

    /** Takes the mark from tables that are not there, which the task makes itself, or hold no rows. */
    public static DestinationNames known(
            DestinationNames names, List<TableDefinition> tables, DestinationSchema schema) {
        DestinationNames known = names;
        for (TableDefinition table : tables) {
            boolean marked = names.isMixed(table.oid()) && !isShared(names, table, tables);
            if (marked && isEmpty(names.object(table.oid(), table.name()), schema)) {
                known = known.withMixed(table.oid(), false);
            }
        }
        return known;
    }

    private static boolean isEmpty(QualifiedName table, DestinationSchema schema) {
        return schema.table(table).isEmpty() || !schema.hasRows(table);
    }

    /** Whether tables of the same source meet in it. */
    private static boolean isShared(DestinationNames names, TableDefinition table, List<TableDefinition> tables) {
        QualifiedName name = names.object(table.oid(), table.name());
        return names.isGuest(table.oid())
                || tables.stream()
                        .anyMatch(t -> names.isGuest(t.oid())
                                && names.object(t.oid(), t.name()).equals(name));
    }
}
