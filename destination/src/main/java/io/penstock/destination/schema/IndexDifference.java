package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.Matched.Pair;
import io.penstock.destination.schema.RenameOrder.Rename;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes the statements for indexes that belong to no constraint. An index that is invalid at the source is not at the destination. */
final class IndexDifference {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final List<SchemaChange> out;

    IndexDifference(Dialect dialect, DeltaTables tables, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.out = out;
    }

    /** Tables have their old names. Those of partitions go with their parents'. */
    void drop() {
        for (Pair<TableDefinition> table : tables.pairs()) {
            Matched<IndexDefinition> matched = Matched.indexes(table.before(), table.after());
            List<IndexDefinition> gone = new ArrayList<>(matched.gone());
            for (Pair<IndexDefinition> pair : matched.pairs()) {
                if (!pair.after().constraint() && changed(table, pair)) {
                    gone.add(pair.before());
                }
            }
            for (IndexDefinition index : gone) {
                if (!index.constraint()) {
                    String name = dialect.quote(table.before().name().schema()) + "." + dialect.quote(index.name());
                    out.add(change(table, DdlKind.DROP_INDEX, index.name(), "DROP INDEX IF EXISTS " + name));
                }
            }
        }
    }

    private SchemaChange change(Pair<TableDefinition> table, DdlKind kind, String index, String sql) {
        int oid = table.after().oid();
        return tables.change(oid, kind, "index " + index + " on " + tables.sourceName(oid), List.of(sql));
    }

    private boolean changed(Pair<TableDefinition> table, Pair<IndexDefinition> index) {
        IndexDefinition b = index.before();
        IndexDefinition a = index.after();
        return b.unique() != a.unique()
                || b.constraint() != a.constraint()
                || !tables.renaming(table).apply(b.tail()).equals(a.tail());
    }

    /** Tables have their new names. */
    void rename() {
        List<Rename<Pair<TableDefinition>, String>> renames = new ArrayList<>();
        for (Pair<TableDefinition> table : tables.pairs()) {
            for (Pair<IndexDefinition> index :
                    Matched.indexes(table.before(), table.after()).pairs()) {
                IndexDefinition b = index.before();
                boolean other = !b.name().equals(index.after().name());
                if (other && !b.constraint() && !index.after().constraint() && b.valid() && !changed(table, index)) {
                    renames.add(new Rename<>(table, b.name(), index.after().name()));
                }
            }
        }
        RenameOrder.of(renames, r -> "penstock_" + r.from()).forEach(this::rename);
    }

    private void rename(Rename<Pair<TableDefinition>, String> rename) {
        String own = rename.what().after().name().schema();
        String schema = dialect.quote(own);
        out.add(change(
                        rename.what(),
                        DdlKind.CREATE_INDEX,
                        rename.to(),
                        "ALTER INDEX " + schema + "." + dialect.quote(rename.from()) + " RENAME TO "
                                + dialect.quote(rename.to()))
                .unlessDoneByHand(
                        ExistsSql.renamed(new QualifiedName(own, rename.from()), new QualifiedName(own, rename.to()))));
    }

    /** Those to create, with those behind constraints, which come with these. */
    List<IndexDefinition> toCreate(Pair<TableDefinition> table) {
        Matched<IndexDefinition> matched = Matched.indexes(table.before(), table.after());
        Set<Integer> wanted = new HashSet<>();
        matched.added().forEach(i -> wanted.add(i.oid()));
        for (Pair<IndexDefinition> pair : matched.pairs()) {
            boolean nowValid = pair.after().valid() && !pair.before().valid();
            if (nowValid || changed(table, pair)) {
                wanted.add(pair.after().oid());
            }
        }
        return table.after().indexes().stream()
                .filter(i -> i.constraint() || wanted.contains(i.oid()))
                .toList();
    }
}
