package io.penstock.destination.schema;

import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.Distribution;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.Matched.Pair;
import java.util.List;

/**
 * Moves the rows of a table that gets another key to where that key needs them. A key that is added changes no distribution, and is refused
 * when it does not fit. A table whose key goes stays where it is.
 */
record DistributionDifference(Dialect before, Dialect after, DeltaTables tables) {
    /** Between the drop of the old key and the new one, and before partitions are attached. Tables have their new names. */
    void write(List<SchemaChange> out) {
        for (Pair<TableDefinition> pair : tables.pairs()) {
            TableDefinition table = pair.after();
            Distribution old = distribution(before, pair.before());
            Distribution wanted = distribution(after, table);
            boolean other = !numbers(pair.before(), old).equals(numbers(table, wanted));
            if (after.distributes() && other && moves(pair, wanted)) {
                out.add(tables.change(
                        table.oid(),
                        DdlKind.ADD_CONSTRAINT,
                        "distribution of " + tables.sourceName(table.oid()),
                        List.of(Redistribution.of(after, table.name(), wanted))));
            }
        }
    }

    private static Distribution distribution(Dialect dialect, TableDefinition table) {
        return dialect.layout(table.oid()).distribution().orElseGet(Distribution.Randomly::new);
    }

    /** A partition that comes must lie as its parent; one that was there goes with it, and one that leaves stays where it is. */
    private static boolean moves(Pair<TableDefinition> pair, Distribution wanted) {
        boolean was = pair.before().isPartition();
        boolean is = pair.after().isPartition();
        return was == is ? !is && wanted instanceof Distribution.ByColumns : is;
    }

    /** A column that got another name is the same. */
    private static List<Integer> numbers(TableDefinition table, Distribution distribution) {
        List<String> names = distribution instanceof Distribution.ByColumns by ? by.columns() : List.of();
        return names.stream()
                .map(name ->
                        LayoutChooser.column(table, name).map(c -> c.number()).orElse(0))
                .toList();
    }
}
