package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.schema.TypeDefinition.RangeType;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import io.penstock.destination.schema.Matched.Pair;
import io.penstock.destination.schema.RenameOrder.Rename;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the statements for types. They are always followed: columns cannot be understood without them. */
final class TypeDifference {
    private final Dialect dialect;
    private final DeltaTables tables;
    private final Matched<TypeDefinition> matched;
    private final TypeSteps steps;
    private final List<SchemaChange> out;

    TypeDifference(Dialect dialect, DeltaTables tables, List<SchemaChange> out) {
        this.dialect = dialect;
        this.tables = tables;
        this.matched = Matched.types(
                tables.delta().before().types(), tables.delta().after().types());
        this.steps = new TypeSteps(dialect);
        this.out = out;
    }

    private SchemaChange change(TypeDefinition type, List<String> statements) {
        return SchemaChange.of(0, type.name(), Optional.empty(), "type " + type.name(), statements);
    }

    private void add(TypeDefinition type, String... statements) {
        out.add(change(type, List.of(statements)));
    }

    void rename() {
        List<Rename<TypeDefinition, QualifiedName>> renames = new ArrayList<>();
        for (Pair<TypeDefinition> pair : matched.pairs()) {
            if (!pair.before().name().equals(pair.after().name())) {
                renames.add(new Rename<>(
                        pair.after(), pair.before().name(), pair.after().name()));
            }
        }
        for (TypeDefinition old : tables.replacedTypes()) {
            renames.add(new Rename<>(old, old.name(), Move.between(old.name(), old.oid())));
        }
        for (Rename<TypeDefinition, QualifiedName> r :
                RenameOrder.of(renames, r -> Move.between(r.from(), r.what().oid()))) {
            out.add(change(r.what(), Move.statements(dialect, "TYPE", r.from(), r.to())));
        }
        for (Pair<TypeDefinition> pair : matched.pairs()) {
            if (pair.before() instanceof RangeType b && pair.after() instanceof RangeType a) {
                multirange(b, a);
            }
        }
    }

    private void multirange(RangeType before, RangeType after) {
        QualifiedName old = before.multirange();
        QualifiedName now = after.multirange();
        if (old != null && now != null && !old.equals(now) && dialect.can(Feature.MULTIRANGES)) {
            out.add(change(after, Move.statements(dialect, "TYPE", old, now)));
        }
    }

    void create() {
        for (TypeDefinition type : matched.added()) {
            SchemaStep step = steps.create(type);
            out.add(change(type, step.statements()).unlessDone(step.existsSql()).withNotes(step.notes()));
        }
    }

    /** Before anything that may use a new value. */
    void enums() {
        for (Pair<TypeDefinition> pair : matched.pairs()) {
            if (pair.before() instanceof EnumType b && pair.after() instanceof EnumType a) {
                enumType(b, a);
            }
        }
    }

    private void enumType(EnumType before, EnumType after) {
        Matched<EnumType.Value> values = Matched.by(EnumType.Value::oid, before.values(), after.values());
        List<Rename<EnumType.Value, String>> renames = values.pairs().stream()
                .filter(p -> !p.before().label().equals(p.after().label()))
                .map(p -> new Rename<>(p.after(), p.before().label(), p.after().label()))
                .toList();
        String alter = "ALTER TYPE " + dialect.quote(after.name());
        RenameOrder.of(
                        renames,
                        r -> "penstock_" + Integer.toUnsignedString(r.what().oid()))
                .forEach(r -> add(
                        after,
                        alter + " RENAME VALUE " + ExistsSql.literal(r.from()) + " TO " + ExistsSql.literal(r.to())));
        List<EnumType.Value> there =
                new ArrayList<>(values.pairs().stream().map(Pair::after).toList());
        for (int i = 0; i < after.values().size(); i++) {
            EnumType.Value value = after.values().get(i);
            if (values.added().contains(value)) {
                String place = i > 0
                        ? " AFTER "
                                + ExistsSql.literal(after.values().get(i - 1).label())
                        : there.isEmpty()
                                ? ""
                                : " BEFORE " + ExistsSql.literal(there.get(0).label());
                String sql = alter + " ADD VALUE IF NOT EXISTS " + ExistsSql.literal(value.label()) + place;
                out.add(change(after, List.of(sql))
                        .asAhead()
                        .unlessDone(ExistsSql.enumValue(after.name(), value.label())));
                there.add(value);
            }
        }
    }

    void alter() {
        for (Pair<TypeDefinition> pair : matched.pairs()) {
            if (pair.before() instanceof DomainType b && pair.after() instanceof DomainType a) {
                domain(b, a);
            } else if (pair.before() instanceof CompositeType b && pair.after() instanceof CompositeType a) {
                composite(b, a);
            }
        }
    }

    private void domain(DomainType before, DomainType after) {
        String alter = "ALTER DOMAIN " + dialect.quote(after.name());
        String old = before.defaultExpression();
        if (!Objects.equals(old == null ? null : tables.renaming().apply(old), after.defaultExpression())) {
            add(
                    after,
                    alter
                            + (after.defaultExpression() == null
                                    ? " DROP DEFAULT"
                                    : " SET DEFAULT " + after.defaultExpression()));
        }
        if (before.notNull() != after.notNull()) {
            add(after, alter + (after.notNull() ? " SET" : " DROP") + " NOT NULL");
        }
        domainConstraints(before, after, alter);
    }

    /** They have no identity but the name; one that is gone and one that has come with the same text are one renamed. */
    private void domainConstraints(DomainType before, DomainType after, String alter) {
        Matched<DomainType.Constraint> checks =
                Matched.by(DomainType.Constraint::name, before.constraints(), after.constraints());
        List<DomainType.Constraint> gone = new ArrayList<>(checks.gone());
        List<DomainType.Constraint> added = new ArrayList<>(checks.added());
        for (DomainType.Constraint a : checks.added()) {
            gone.stream()
                    .filter(b -> tables.renaming().apply(b.definition()).equals(a.definition()))
                    .findFirst()
                    .ifPresent(b -> {
                        add(
                                after,
                                alter + " RENAME CONSTRAINT " + dialect.quote(b.name()) + " TO "
                                        + dialect.quote(a.name()));
                        gone.remove(b);
                        added.remove(a);
                    });
        }
        for (Pair<DomainType.Constraint> pair : checks.pairs()) {
            String old = tables.renaming().apply(pair.before().definition());
            String now = pair.after().definition();
            if (QuotedText.remove(old, ConstraintText.NOT_VALID).equals(now) && !old.equals(now)) {
                add(
                        after,
                        alter + " VALIDATE CONSTRAINT "
                                + dialect.quote(pair.after().name()));
            } else if (!old.equals(now)) {
                gone.add(pair.before());
                added.add(pair.after());
            }
        }
        gone.forEach(c -> add(after, alter + " DROP CONSTRAINT IF EXISTS " + dialect.quote(c.name())));
        added.forEach(c -> add(after, alter + " ADD CONSTRAINT " + dialect.quote(c.name()) + " " + c.definition()));
    }

    private void composite(CompositeType before, CompositeType after) {
        String alter = "ALTER TYPE " + dialect.quote(after.name());
        Matched<CompositeType.Attribute> attributes =
                Matched.by(CompositeType.Attribute::number, before.attributes(), after.attributes());
        attributes.gone().forEach(a -> add(after, alter + " DROP ATTRIBUTE " + dialect.quote(a.name())));
        List<Rename<CompositeType.Attribute, String>> renames = attributes.pairs().stream()
                .filter(p -> !p.before().name().equals(p.after().name()))
                .map(p -> new Rename<>(p.after(), p.before().name(), p.after().name()))
                .toList();
        RenameOrder.of(renames, r -> "penstock_" + r.what().number())
                .forEach(r -> add(
                        after,
                        alter + " RENAME ATTRIBUTE " + dialect.quote(r.from()) + " TO " + dialect.quote(r.to())));
        for (CompositeType.Attribute a : attributes.added()) {
            add(after, alter + " ADD ATTRIBUTE " + dialect.quote(a.name()) + " " + type(a));
        }
        for (Pair<CompositeType.Attribute> pair : attributes.pairs()) {
            CompositeType.Attribute b = pair.before();
            CompositeType.Attribute a = pair.after();
            boolean same =
                    tables.renaming().apply(b.type()).equals(a.type()) && Objects.equals(b.collation(), a.collation());
            if (!same) {
                add(after, alter + " ALTER ATTRIBUTE " + dialect.quote(a.name()) + " TYPE " + type(a));
            }
        }
    }

    private static String type(CompositeType.Attribute attribute) {
        return attribute.type() + TypeSteps.collate(attribute.collation());
    }

    /** In the end, when no column has them any more. */
    void drop() {
        Set<Integer> dropped = tables.dropped(ObjectKind.TYPE).map(d -> d.oid()).collect(Collectors.toSet());
        List<TypeDefinition> gone = new ArrayList<>(matched.gone());
        // What is made of others goes before them.
        Collections.reverse(gone);
        for (TypeDefinition type : gone) {
            if (dropped.contains(type.oid())) {
                QualifiedName name =
                        tables.replacedTypes().contains(type) ? Move.between(type.name(), type.oid()) : type.name();
                add(type, "DROP TYPE IF EXISTS " + dialect.quote(name));
            }
        }
    }

    /** Removed ones too. */
    void comments() {
        for (Pair<TypeDefinition> pair : matched.pairs()) {
            TypeDefinition a = pair.after();
            if (!Objects.equals(pair.before().comment(), a.comment())) {
                String keyword = a instanceof DomainType ? "DOMAIN " : "TYPE ";
                add(a, CommentDifference.sql(keyword + dialect.quote(a.name()), a.comment()));
            }
        }
    }
}
