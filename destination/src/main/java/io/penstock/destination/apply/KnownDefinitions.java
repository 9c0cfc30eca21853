package io.penstock.destination.apply;

import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.destination.progress.DefinitionTables;
import io.penstock.destination.progress.QuarantineTable;
import io.penstock.destination.progress.TableRecords;
import io.penstock.destination.schema.RenameOrder;
import io.penstock.destination.schema.RenameOrder.Rename;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes what is known after a change of definitions, in whatever transaction is open. One thread. */
final class KnownDefinitions {
    private final DefinitionTables definitions;
    private final QuarantineTable quarantine;
    private final TableRecords records;

    KnownDefinitions(Connection connection, String endpoint, String task) {
        this.definitions = DefinitionTables.within(connection, endpoint, task);
        this.quarantine = QuarantineTable.within(connection, endpoint, task);
        this.records = new TableRecords(connection, task);
    }

    void save(DefinitionRecord known) throws SQLException {
        definitions.save(known.changed());
        definitions.save(known.changed().names());
        for (ObjectKind kind : ObjectKind.values()) {
            List<Integer> oids = known.gone().stream()
                    .filter(d -> d.kind() == kind)
                    .map(Dropped::oid)
                    .toList();
            if (!oids.isEmpty()) {
                definitions.remove(kind, oids);
            }
        }
        for (QualifiedName table : known.leaving()) {
            records.remove(table, known.isGone(table));
            quarantine.delete(table, Long.MAX_VALUE);
        }
        remap(known.remapped());
        for (TableProgress table : known.tables()) {
            records.save(table);
        }
    }

    /** Several tables may have changed places; records go by name. */
    private void remap(Map<QualifiedName, TableMapping> remapped) throws SQLException {
        List<Rename<TableMapping, QualifiedName>> renames = new ArrayList<>();
        for (Map.Entry<QualifiedName, TableMapping> table : remapped.entrySet()) {
            TableMapping mapping = table.getValue();
            if (table.getKey().equals(mapping.source())) {
                records.remap(mapping.source(), mapping);
            } else {
                renames.add(new Rename<>(mapping, table.getKey(), mapping.source()));
            }
        }
        for (Rename<TableMapping, QualifiedName> rename : RenameOrder.of(renames, KnownDefinitions::between)) {
            records.remap(rename.from(), rename.what().named(rename.to()));
        }
    }

    private static QualifiedName between(Rename<TableMapping, QualifiedName> rename) {
        return new QualifiedName(
                "penstock", "renamed_" + Integer.toUnsignedString(rename.what().sourceOid()));
    }
}
