package io.penstock.cli.schema;

import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.TableDefinition;
import java.util.ArrayList;
import java.util.List;

/** A catalog as lines of text, without what cannot be equal on two servers: oids, attribute numbers, sizes. */
public final class Definitions {
    private Definitions() {}

    public static List<String> of(Catalog catalog) {
        List<String> lines = new ArrayList<>();
        catalog.schemas().forEach(s -> lines.add("schema " + s));
        catalog.extensions().forEach(s -> lines.add("extension " + s));
        // Before 14 ranges have no multiranges; a destination makes one by itself.
        catalog.types().forEach(t -> lines.add(t.toString().replaceFirst("multirange=[^,]+", "")));
        catalog.sequences().forEach(s -> lines.add(s.toString()));
        catalog.tables().forEach(table -> table(lines, table));
        return lines.stream()
                .map(line -> line.replaceAll("\\b(oid|number)=-?\\d+, ", ""))
                .toList();
    }

    private static void table(List<String> lines, TableDefinition table) {
        // Not carried over: unlogged tables become ordinary ones, replica identities serve the source's log.
        ReplicaIdentity identity = ReplicaIdentity.DEFAULT;
        lines.add("table " + table.name() + " " + table.kind() + " " + identity + " parents " + table.parents()
                + " partition by " + table.partitionKey() + " bound " + table.bound() + " comment " + table.comment());
        table.columns().forEach(c -> lines.add("  " + table.name() + " " + column(table, c)));
        table.constraints().forEach(c -> lines.add("  " + table.name() + " " + c));
        table.indexes().forEach(i -> lines.add("  " + table.name() + " " + i));
    }

    private static ColumnDefinition column(TableDefinition table, ColumnDefinition c) {
        // Since 17 partitions share their parent's identity columns, before they had none.
        Identity identity = table.isPartition() ? Identity.NO : c.identity();
        return new ColumnDefinition(
                0,
                c.name(),
                c.type(),
                0,
                c.typeModifier(),
                // "char" is of another category since 15.
                c.type().equals("\"char\"") ? 'Z' : c.typeCategory(),
                c.binarySafe(),
                c.collation(),
                c.notNull(),
                c.defaultExpression(),
                null,
                identity,
                c.generated(),
                c.local(),
                c.comment());
    }
}
