package io.penstock.core.change;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import java.util.List;
import java.util.Map;

/**
 * What a task knows after a change of definitions, kept in the transaction that made it.
 *
 * @param changed objects to add or replace, and all names
 * @param gone objects to forget
 * @param tables records of tables, to add or replace
 * @param remapped tables that go on with another mapping, by the name at the source that they had before
 * @param leaving tables, by name at the source, whose records go
 */
public record DefinitionRecord(
        DefinitionModel changed,
        List<Dropped> gone,
        List<TableProgress> tables,
        Map<QualifiedName, TableMapping> remapped,
        List<QualifiedName> leaving) {
    public DefinitionRecord {
        gone = List.copyOf(gone);
        tables = List.copyOf(tables);
        remapped = Map.copyOf(remapped);
        leaving = List.copyOf(leaving);
    }

    /** Whether the table itself is no longer the task's, and not only its name. */
    public boolean isGone(QualifiedName table) {
        return gone.stream()
                .anyMatch(d -> d.kind() == ObjectKind.TABLE && d.name().equals(table));
    }
}
