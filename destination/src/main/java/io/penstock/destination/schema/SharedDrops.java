package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DdlKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Leaves out the drop of tables into which other tasks bring rows. Pure. */
record SharedDrops(SchemaDelta delta, DestinationNames names, Set<QualifiedName> shared) {
    /** The destination's names of what is to be dropped. */
    static Collection<QualifiedName> tables(SchemaDelta delta, DestinationNames names) {
        Map<Integer, QualifiedName> dropped = new HashMap<>();
        delta.dropped().stream()
                .filter(d -> d.kind() == ObjectKind.TABLE)
                .forEach(d -> dropped.put(d.oid(), names.object(d.oid(), name(delta, d))));
        return dropped.values();
    }

    private static QualifiedName name(SchemaDelta delta, Dropped dropped) {
        return delta.before().tables().stream()
                .filter(t -> t.oid() == dropped.oid())
                .map(TableDefinition::name)
                .findFirst()
                .orElse(dropped.name());
    }

    SchemaChanges of(Function<SchemaDelta, SchemaChanges> changes) {
        if (shared.isEmpty()) {
            return changes.apply(delta);
        }
        List<Dropped> kept = new ArrayList<>();
        List<SchemaChange> steps = new ArrayList<>();
        for (Dropped dropped : delta.dropped()) {
            QualifiedName table = names.object(dropped.oid(), name(delta, dropped));
            if (dropped.kind() == ObjectKind.TABLE && shared.contains(table)) {
                steps.add(SchemaChange.of(
                                dropped.oid(),
                                dropped.name(),
                                Optional.of(DdlKind.DROP_TABLE),
                                "table " + dropped.name(),
                                List.of())
                        .asSkipped("another task brings rows into " + table + ": it stays here, with all rows it has"));
            } else {
                kept.add(dropped);
            }
        }
        SchemaChanges done = changes.apply(new SchemaDelta(
                delta.before(), delta.after(), kept, delta.rewritten(), delta.plainCast(), delta.others()));
        steps.addAll(done.steps());
        return new SchemaChanges(steps, done.names());
    }
}
