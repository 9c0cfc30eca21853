package io.penstock.destination.schema;

import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.Distribution;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.GreenplumDialect;
import io.penstock.destination.schema.Matched.Pair;
import java.util.List;
import java.util.Optional;

/**
 * Moves the rows of a table that gets another key to where that key needs them. A key that is added changes no distribution, and is refused
 * when it does not fit. A table whose key goes stays where it is.
 */
record DistributionDifference(Dialect before, Dialect after, DeltaTables tables) {
    /** Between the drop of the old key and the new one. Tables have their new names. */
    void write(List<SchemaChange> out) {
        for (Pair<TableDefinition> pair : tables.pairs()) {
            TableDefinition table = pair.after();
            Optional<Distribution> wanted = after.layout(table.oid()).distribution();
            if (table.isPartition() || wanted.isEmpty() || !(wanted.get() instanceof Distribution.ByColumns by)) {
                continue;
            }
            Distribution old =
                    before.layout(pair.before().oid()).distribution().orElseGet(Distribution.Randomly::new);
            if (!numbers(pair.before(), old).equals(numbers(table, by))) {
                out.add(tables.change(
                        table.oid(),
                        DdlKind.ADD_CONSTRAINT,
                        "distribution of " + tables.sourceName(table.oid()),
                        List.of("ALTER TABLE " + after.quote(table.name()) + " SET "
                                + GreenplumDialect.distributed(by))));
            }
        }
    }

    /** A column that got another name is the same. */
    private static List<Integer> numbers(TableDefinition table, Distribution distribution) {
        List<String> names = distribution instanceof Distribution.ByColumns by ? by.columns() : List.of();
        return names.stream()
                .map(name -> LayoutChooser.column(table, name).map(c -> c.number()).orElse(0))
                .toList();
    }
}
