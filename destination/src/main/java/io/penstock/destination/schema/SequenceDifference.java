package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.schema.Matched.Pair;
import io.penstock.destination.schema.RenameOrder.Rename;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the statements for sequences; those of identity columns come and go with these. */
final class SequenceDifference {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final Matched<SequenceDefinition> matched;
    private final SequenceSteps steps;
    private final List<SchemaChange> out;

    SequenceDifference(Dialect dialect, DeltaTables tables, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.matched = Matched.sequences(
                tables.delta().before().sequences(), tables.delta().after().sequences());
        this.steps = new SequenceSteps(dialect);
        this.out = out;
    }

    private SchemaChange change(QualifiedName name, List<String> statements) {
        return SchemaChange.of(0, name, Optional.empty(), "sequence " + name, statements);
    }

    /** Tables and columns that owned them are gone already. One that a kept default still calls stays. */
    void drop() {
        List<Integer> dropped =
                tables.dropped(ObjectKind.SEQUENCE).map(d -> d.oid()).toList();
        for (SequenceDefinition s : matched.gone()) {
            if (s.identity()) {
                // It goes with its column's identity, and the drop of a column is told after that of its sequence.
                continue;
            }
            if (dropped.contains(s.oid())) {
                out.add(change(s.name(), List.of("DROP SEQUENCE IF EXISTS " + dialect.quote(s.name())))
                        .unlessDone(ExistsSql.neededSequence(s.name())));
            } else if (s.ownerTable() != null && ownerStays(s)) {
                out.add(change(
                        s.name(), List.of("ALTER SEQUENCE IF EXISTS " + dialect.quote(s.name()) + " OWNED BY NONE")));
            }
        }
    }

    private boolean ownerStays(SequenceDefinition s) {
        return tables.pairs().stream().anyMatch(p -> p.before().name().equals(s.ownerTable()));
    }

    /** Tables have their new names, and have taken the sequences of their columns along. */
    void rename() {
        List<Rename<SequenceDefinition, QualifiedName>> renames = new ArrayList<>();
        for (Pair<SequenceDefinition> pair : matched.pairs()) {
            QualifiedName now = takenAlong(pair.before());
            if (!now.equals(pair.after().name())) {
                renames.add(new Rename<>(pair.after(), now, pair.after().name()));
            }
        }
        for (Rename<SequenceDefinition, QualifiedName> r :
                RenameOrder.of(renames, r -> Move.between(r.from(), r.what().oid()))) {
            out.add(change(r.what().name(), Move.statements(dialect, "SEQUENCE", r.from(), r.to())));
        }
    }

    private QualifiedName takenAlong(SequenceDefinition before) {
        return tables.pairs().stream()
                .filter(p -> p.before().name().equals(before.ownerTable()))
                .filter(p -> p.before().name().schema().equals(before.name().schema()))
                .findFirst()
                .map(p -> new QualifiedName(
                        p.after().name().schema(), before.name().table()))
                .orElse(before.name());
    }

    void create() {
        for (SequenceDefinition s : matched.added()) {
            if (!s.identity()) {
                SchemaStep step = steps.create(s);
                out.add(change(s.name(), step.statements()).unlessDone(step.existsSql()));
            }
        }
    }

    /** After the columns' types: that of an identity column's sequence follows. */
    void alter() {
        for (Pair<SequenceDefinition> pair : matched.pairs()) {
            SequenceDefinition b = pair.before();
            SequenceDefinition a = pair.after();
            boolean sameType = a.type().equals(b.type());
            if (!sameType || !SequenceSteps.options(a).equals(SequenceSteps.options(b))) {
                String type = sameType ? "" : " AS " + a.type();
                out.add(change(
                        a.name(),
                        List.of("ALTER SEQUENCE " + dialect.quote(a.name()) + type + " " + SequenceSteps.options(a)
                                + (a.cycle() ? "" : " NO CYCLE"))));
            }
        }
    }

    /** Tables and columns are there. */
    void own() {
        for (SequenceDefinition s : matched.added()) {
            if (!s.identity() && s.ownerTable() != null) {
                out.add(change(s.name(), steps.own(s).statements()));
            }
            steps.type(s, tables.delta().after()).ifPresent(step -> out.add(change(s.name(), step.statements())));
        }
        for (Pair<SequenceDefinition> pair : matched.pairs()) {
            SequenceDefinition a = pair.after();
            if (!a.identity() && !Objects.equals(owner(pair.before(), true), owner(a, false))) {
                out.add(change(
                        a.name(),
                        a.ownerTable() != null
                                ? steps.own(a).statements()
                                : List.of("ALTER SEQUENCE " + dialect.quote(a.name()) + " OWNED BY NONE")));
            }
        }
    }

    /** Table and column by their numbers, which renaming leaves. */
    private @Nullable String owner(SequenceDefinition s, boolean before) {
        List<TableDefinition> all =
                (before ? tables.delta().before() : tables.delta().after()).tables();
        return all.stream()
                .filter(t -> t.name().equals(s.ownerTable()))
                .flatMap(t -> t.columns().stream()
                        .filter(c -> c.name().equals(s.ownerColumn()))
                        .map(c -> t.oid() + " " + c.number()))
                .findFirst()
                .orElse(null);
    }
}
