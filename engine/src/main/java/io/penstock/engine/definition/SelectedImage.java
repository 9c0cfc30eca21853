package io.penstock.engine.definition;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ObjectSelection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The part of an event's image that a task follows. Pure. */
public final class SelectedImage {
    private SelectedImage() {}

    /**
     * Leaves out the tables that are not selected, as parents too. A partition follows its parent into the selection, whatever the rules
     * say of it.
     */
    public static Catalog of(Catalog image, ObjectSelection objects) {
        Set<QualifiedName> selected = new HashSet<>();
        // Parents come before their children.
        for (TableDefinition table : image.tables()) {
            boolean byName = objects.selects(table.name().schema(), table.name().table());
            boolean byParent = table.isPartition() && table.parents().stream().anyMatch(selected::contains);
            if (byName || byParent) {
                selected.add(table.name());
            }
        }
        List<TableDefinition> tables = image.tables().stream()
                .filter(t -> selected.contains(t.name()))
                .map(t -> withParents(t, selected))
                .toList();
        return with(image, tables);
    }

    /** Without the tables for which {@code unwanted} holds. */
    public static Catalog without(Catalog image, Predicate<TableDefinition> unwanted) {
        return with(image, image.tables().stream().filter(unwanted.negate()).toList());
    }

    /** Without the tables' own checks that were never made against the rows that existed. */
    public static Catalog withoutUncheckedRows(Catalog image) {
        return with(
                image,
                image.tables().stream()
                        .map(t -> t.withConstraints(t.constraints().stream()
                                .filter(c -> c.validated() || c.kind() != Kind.CHECK || !c.local())
                                .toList()))
                        .toList());
    }

    private static Catalog with(Catalog image, List<TableDefinition> tables) {
        return new Catalog(
                image.serverVersion(),
                image.schemas(),
                image.extensions(),
                image.functions(),
                image.types(),
                image.sequences(),
                tables);
    }

    /** What only an unselected parent gave a table it has to bring itself. */
    private static TableDefinition withParents(TableDefinition table, Set<QualifiedName> selected) {
        List<QualifiedName> parents =
                table.parents().stream().filter(selected::contains).toList();
        if (parents.equals(table.parents())) {
            return table;
        }
        boolean alone = parents.isEmpty();
        return new TableDefinition(
                table.oid(),
                table.name(),
                table.kind(),
                table.unlogged(),
                table.identity(),
                table.keyColumns(),
                table.keyIndex(),
                alone ? table.columns().stream().map(SelectedImage::local).toList() : table.columns(),
                alone ? table.constraints().stream().map(SelectedImage::local).toList() : table.constraints(),
                alone ? table.indexes().stream().map(SelectedImage::local).toList() : table.indexes(),
                parents,
                table.partitionKey(),
                alone ? null : table.bound(),
                table.comment(),
                table.estimatedRows(),
                table.bytes());
    }

    private static ColumnDefinition local(ColumnDefinition c) {
        return new ColumnDefinition(
                c.number(),
                c.name(),
                c.type(),
                c.typeOid(),
                c.typeModifier(),
                c.typeCategory(),
                c.binarySafe(),
                c.collation(),
                c.notNull(),
                c.defaultExpression(),
                c.missingValue(),
                c.identity(),
                c.generated(),
                true,
                c.comment());
    }

    private static ConstraintDefinition local(ConstraintDefinition c) {
        return new ConstraintDefinition(
                c.oid(),
                c.name(),
                c.kind(),
                c.definition(),
                c.columns(),
                c.references(),
                c.validated(),
                true,
                c.comment());
    }

    private static IndexDefinition local(IndexDefinition i) {
        return new IndexDefinition(
                i.oid(),
                i.name(),
                i.tail(),
                i.columns(),
                i.unique(),
                i.partial(),
                i.constraint(),
                false,
                i.immediate(),
                i.valid(),
                i.comment());
    }
}
