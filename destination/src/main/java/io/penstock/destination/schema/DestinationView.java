package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.NewNames;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Definitions of the source as the destination has them: under its names, without what it lacks. Where the destination is called as the
 * source and lacks nothing this is the same catalog.
 */
final class DestinationView {
    private final Catalog catalog;
    private final DestinationNames names;
    private final RenamedText objects;
    private final Map<QualifiedName, QualifiedName> renamedObjects = new HashMap<>();
    private final Map<QualifiedName, TableDefinition> tables = new HashMap<>();

    private DestinationView(Catalog catalog, DestinationNames names, Catalog beside) {
        this.catalog = catalog;
        this.names = names;
        know(beside);
        know(catalog);
        this.objects = new RenamedText(Map.of(), renamedObjects);
    }

    private void know(Catalog some) {
        some.types().forEach(t -> renamedObjects.put(t.name(), names.object(t.oid(), t.name())));
        some.sequences().forEach(s -> renamedObjects.put(s.name(), names.object(s.oid(), s.name())));
        some.tables().forEach(t -> {
            renamedObjects.put(t.name(), names.object(t.oid(), t.name()));
            tables.put(t.name(), t);
        });
    }

    static Catalog of(Catalog catalog, DestinationNames names) {
        return of(catalog, names, catalog);
    }

    /** @param beside what the definitions may name and the catalog does not have */
    static Catalog of(Catalog catalog, DestinationNames names, Catalog beside) {
        return names.equals(DestinationNames.SAME) ? catalog : new DestinationView(catalog, names, beside).translate();
    }

    private Catalog translate() {
        return new Catalog(
                catalog.serverVersion(),
                schemas(),
                catalog.extensions(),
                catalog.functions(),
                catalog.types().stream().map(this::type).toList(),
                catalog.sequences().stream()
                        .filter(this::has)
                        .map(this::sequence)
                        .toList(),
                catalog.tables().stream()
                        .filter(t -> has(t.oid()))
                        .map(this::table)
                        .toList());
    }

    /** A guest's definition is another table's. */
    private boolean has(int table) {
        return !names.lacks(table) && !names.isGuest(table);
    }

    private boolean has(SequenceDefinition sequence) {
        TableDefinition owner = sequence.ownerTable() == null ? null : tables.get(sequence.ownerTable());
        return owner == null || !names.isGuest(owner.oid());
    }

    private List<String> schemas() {
        Stream<QualifiedName> named = Stream.of(
                        catalog.types().stream().map(TypeDefinition::name),
                        catalog.sequences().stream().filter(this::has).map(SequenceDefinition::name),
                        catalog.tables().stream().filter(t -> has(t.oid())).map(TableDefinition::name))
                .flatMap(all -> all);
        return named.map(n -> name(n).schema()).distinct().sorted().toList();
    }

    private TypeDefinition type(TypeDefinition type) {
        QualifiedName name = names.object(type.oid(), type.name());
        if (type instanceof TypeDefinition.EnumType e) {
            return new TypeDefinition.EnumType(e.oid(), name, e.values(), e.comment());
        }
        if (type instanceof TypeDefinition.DomainType d) {
            return new TypeDefinition.DomainType(
                    d.oid(),
                    name,
                    objects.apply(d.baseType()),
                    d.collation(),
                    d.notNull(),
                    d.defaultExpression() == null ? null : objects.apply(d.defaultExpression()),
                    d.constraints().stream()
                            .map(c -> new TypeDefinition.DomainType.Constraint(c.name(), objects.apply(c.definition())))
                            .toList(),
                    d.comment());
        }
        if (type instanceof TypeDefinition.CompositeType c) {
            return new TypeDefinition.CompositeType(
                    c.oid(),
                    name,
                    c.attributes().stream()
                            .map(a -> new TypeDefinition.CompositeType.Attribute(
                                    a.number(), a.name(), objects.apply(a.type()), a.collation()))
                            .toList(),
                    c.comment());
        }
        TypeDefinition.RangeType r = (TypeDefinition.RangeType) type;
        return new TypeDefinition.RangeType(
                r.oid(),
                name,
                objects.apply(r.subtype()),
                r.subtypeOpclass(),
                r.collation(),
                r.subtypeDiff(),
                r.canonical(),
                r.multirange(),
                r.comment());
    }

    private SequenceDefinition sequence(SequenceDefinition s) {
        Optional<TableDefinition> owner = Optional.ofNullable(s.ownerTable())
                .map(tables::get)
                .filter(t -> has(t.oid()) && !NewNames.lacking(names, t).contains(String.valueOf(s.ownerColumn())));
        return new SequenceDefinition(
                s.oid(),
                names.object(s.oid(), s.name()),
                s.type(),
                s.start(),
                s.increment(),
                s.minimum(),
                s.maximum(),
                s.cache(),
                s.cycle(),
                owner.map(t -> names.object(t.oid(), t.name())).orElse(null),
                owner.map(t -> columnNames(t).get(s.ownerColumn())).orElse(null),
                s.identity(),
                s.comment());
    }

    private Map<String, String> columnNames(TableDefinition table) {
        Map<String, String> own = new HashMap<>();
        table.columns().forEach(c -> own.put(c.name(), names.column(table.oid(), c.number(), c.name())));
        return own;
    }

    private TableDefinition table(TableDefinition table) {
        Map<String, String> columns = columnNames(table);
        RenamedText text = new RenamedText(columns, renamedObjects);
        boolean apart = names.isApart(table.oid());
        return new TableDefinition(
                table.oid(),
                names.object(table.oid(), table.name()),
                table.kind(),
                table.unlogged(),
                table.identity(),
                renamed(table.keyColumns(), columns),
                keyIndex(table),
                table.columns().stream()
                        .filter(c -> !names.lacksColumn(table.oid(), c.number()))
                        .map(c -> column(c, columns.getOrDefault(c.name(), c.name()), text))
                        .toList(),
                table.constraints().stream()
                        .filter(c -> !names.lacks(c.oid()))
                        .map(c -> constraint(c, columns, text))
                        .toList(),
                table.indexes().stream()
                        .filter(i -> !names.lacks(i.oid()))
                        .map(i -> index(i, columns, text))
                        .toList(),
                apart ? List.of() : table.parents().stream().map(this::name).toList(),
                table.partitionKey() == null ? null : text.apply(table.partitionKey()),
                apart ? null : table.bound(),
                table.comment(),
                table.estimatedRows(),
                table.bytes());
    }

    private @Nullable String keyIndex(TableDefinition table) {
        return table.indexes().stream()
                .filter(i -> i.name().equals(table.keyIndex()))
                .map(i -> names.part(i.oid(), i.name()))
                .findFirst()
                .orElse(table.keyIndex());
    }

    private QualifiedName name(QualifiedName table) {
        return renamedObjects.getOrDefault(table, table);
    }

    private static List<String> renamed(List<String> names, Map<String, String> columns) {
        return names.stream().map(n -> columns.getOrDefault(n, n)).toList();
    }

    private ColumnDefinition column(ColumnDefinition c, String name, RenamedText text) {
        return new ColumnDefinition(
                c.number(),
                name,
                objects.apply(c.type()),
                c.typeOid(),
                c.typeModifier(),
                c.typeCategory(),
                c.binarySafe(),
                c.collation(),
                c.notNull(),
                nullable(c.defaultExpression(), text),
                c.missingValue(),
                c.identity(),
                c.generated(),
                c.local(),
                c.comment());
    }

    private static @Nullable String nullable(@Nullable String sql, RenamedText text) {
        return sql == null ? null : text.apply(sql);
    }

    private ConstraintDefinition constraint(ConstraintDefinition c, Map<String, String> columns, RenamedText text) {
        RenamedText referenced = Optional.ofNullable(c.references())
                .map(tables::get)
                .map(t -> new RenamedText(columnNames(t), renamedObjects))
                .orElse(objects);
        return new ConstraintDefinition(
                c.oid(),
                names.part(c.oid(), c.name()),
                c.kind(),
                c.kind() == ConstraintDefinition.Kind.FOREIGN_KEY
                        ? RenamedText.foreignKey(c.definition(), text, referenced)
                        : text.apply(c.definition()),
                renamed(c.columns(), columns),
                c.references() == null ? null : name(c.references()),
                c.validated(),
                c.local(),
                c.comment());
    }

    private IndexDefinition index(IndexDefinition i, Map<String, String> columns, RenamedText text) {
        return new IndexDefinition(
                i.oid(),
                names.part(i.oid(), i.name()),
                text.apply(i.tail()),
                renamed(i.columns(), columns),
                i.unique(),
                i.partial(),
                i.constraint(),
                i.inherited(),
                i.immediate(),
                i.valid(),
                i.comment());
    }
}
