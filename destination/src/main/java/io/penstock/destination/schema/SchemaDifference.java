package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.destination.dialect.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns two pictures of the source's definitions into the statements that bring a destination from the first to the second. Pure: the same
 * delta gives the same statements.
 *
 * <p>The order holds whatever has changed: what stands in the way goes, names change, new things come, columns take their new shape, keys
 * and indexes are built on them. Names in statements of the first part are the old ones, afterwards the new ones.
 */
public final class SchemaDifference {
    private final Dialect dialect;
    private final TableWishes wishes;

    public SchemaDifference(Dialect dialect) {
        this(dialect, TableWishes.NONE);
    }

    /** @param wishes what the task file says about the tables */
    SchemaDifference(Dialect dialect, TableWishes wishes) {
        this.dialect = dialect;
        this.wishes = wishes;
    }

    public SchemaChanges between(SchemaDelta source, FollowedDdl followed, DestinationNames names) {
        return between(source, followed, names, Set.of());
    }

    /** @param shared oids of the tables into which other tasks bring rows */
    SchemaChanges between(SchemaDelta source, FollowedDdl followed, DestinationNames names, Set<Integer> shared) {
        FollowedDelta ours = FollowedDelta.of(source, followed, names);
        List<SchemaChange> out = new ArrayList<>(ours.skipped());
        SchemaDelta there = ours.delta();
        Layouts before = Layouts.of(dialect, wishes, source.before(), there.before(), names);
        Layouts after = Layouts.of(dialect, wishes, source.after(), there.after(), ours.names());
        SchemaDelta keyed = new SchemaDelta(
                before.keyed(), after.keyed(), there.dropped(), there.rewritten(), there.plainCast(), there.others());
        Set<Integer> mixed = new HashSet<>(names.mixed());
        mixed.addAll(shared);
        DeltaTables.Existing existing =
                new DeltaTables.Existing(followed.names().takesExistingTables(), mixed);
        write(before.dialect(), after.dialect(), new DeltaTables(keyed, sourceNames(source), existing), out);
        return new SchemaChanges(out, ours.names());
    }

    private static Map<Integer, QualifiedName> sourceNames(SchemaDelta source) {
        Map<Integer, QualifiedName> names = new HashMap<>();
        source.before().tables().forEach(t -> names.put(t.oid(), t.name()));
        source.after().tables().forEach(t -> names.put(t.oid(), t.name()));
        return names;
    }

    // Long because the order of all statements stands here and nowhere else.
    private static void write(Dialect old, Dialect dialect, DeltaTables tables, List<SchemaChange> out) {
        SchemaDelta delta = tables.delta();
        ColumnStates states = ColumnStates.before(tables);
        TableSteps steps = new TableSteps(dialect, new TableFamily(delta.after()), delta.after());
        TypeDifference types = new TypeDifference(dialect, tables, out);
        SequenceDifference sequences = new SequenceDifference(dialect, tables, out);
        PartitionDifference partitions = new PartitionDifference(dialect, tables, out);
        ConstraintDifference constraints = new ConstraintDifference(dialect, tables, out);
        IndexDifference indexes = new IndexDifference(dialect, tables, out);
        TableDifference whole = new TableDifference(dialect, tables, steps, partitions, constraints, indexes, out);
        ColumnRemovals removals = new ColumnRemovals(dialect, tables, states, out);
        ColumnAdditions additions = new ColumnAdditions(dialect, tables, states, steps, out);
        ColumnAlterations alterations = new ColumnAlterations(dialect, tables, states, steps, out);
        CommentDifference comments = new CommentDifference(dialect, tables, constraints, out);

        createSchemas(dialect, delta, out);
        partitions.detach();
        constraints.drop();
        indexes.drop();
        removals.clear();
        whole.drop();
        removals.drop();
        sequences.drop();

        types.rename();
        whole.rename();
        sequences.rename();
        removals.rename();
        constraints.rename();
        indexes.rename();

        types.enums();
        types.create();
        types.alter();
        sequences.create();
        partitions.inherit();
        additions.add();
        alterations.retype();
        alterations.expressions();
        alterations.defaults();
        alterations.notNull();
        alterations.identity();
        whole.create();
        sequences.alter();
        sequences.own();
        whole.persistence();
        whole.rewritten();

        new DistributionDifference(old, dialect, tables).write(out);
        constraints.alter();
        whole.keys();
        partitions.attach();
        whole.foreignKeys();
        types.drop();
        whole.comments();
        comments.write();
        types.comments();
        dropSchemas(dialect, tables, out);
    }

    private static void createSchemas(Dialect dialect, SchemaDelta delta, List<SchemaChange> out) {
        Set<String> missing = new TreeSet<>(schemas(delta.after()));
        missing.removeAll(schemas(delta.before()));
        SchemaPlanner planner = new SchemaPlanner(dialect);
        for (String schema : missing) {
            SchemaStep step = planner.schema(schema);
            out.add(schemaChange(schema, step.statements()).unlessDone(step.existsSql()));
        }
    }

    private static SchemaChange schemaChange(String schema, List<String> statements) {
        return SchemaChange.of(0, new QualifiedName(schema, schema), Optional.empty(), "schema " + schema, statements);
    }

    private static Set<String> schemas(Catalog catalog) {
        return Stream.of(
                        catalog.types().stream().map(TypeDefinition::name),
                        catalog.sequences().stream().map(SequenceDefinition::name),
                        catalog.tables().stream().map(TableDefinition::name))
                .flatMap(names -> names)
                .map(QualifiedName::schema)
                .collect(Collectors.toSet());
    }

    /** A schema in which the destination has something of its own stays. */
    private static void dropSchemas(Dialect dialect, DeltaTables tables, List<SchemaChange> out) {
        Set<String> used = schemas(tables.delta().before());
        tables.dropped(ObjectKind.SCHEMA)
                .filter(d -> used.contains(d.name().schema()))
                .forEach(d -> out.add(schemaChange(
                                d.name().schema(),
                                List.of("DROP SCHEMA IF EXISTS "
                                        + dialect.quote(d.name().schema())))
                        .unlessDone(ExistsSql.neededSchema(d.name().schema()))));
    }
}
