package io.penstock.core.schema;

import io.penstock.core.name.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The definitions a task works with, as the source had them at one moment.
 *
 * @param serverVersion {@code server_version_num} of the source
 * @param schemas schemas in which the selected objects live
 * @param extensions extensions whose types or functions the selected tables use
 * @param functions functions of the user that defaults, checks, indexes or types call, as {@code regprocedure} writes them; they are
 *     not created, the destination must have them
 * @param types user-defined types the tables need, in an order in which they can be created
 * @param sequences sequences used or owned by the tables
 * @param tables parents before children, otherwise by name
 */
public record Catalog(
        int serverVersion,
        List<String> schemas,
        List<String> extensions,
        List<String> functions,
        List<TypeDefinition> types,
        List<SequenceDefinition> sequences,
        List<TableDefinition> tables) {
    public Catalog {
        schemas = List.copyOf(schemas);
        extensions = List.copyOf(extensions);
        functions = List.copyOf(functions);
        types = List.copyOf(types);
        sequences = List.copyOf(sequences);
        tables = List.copyOf(tables);
    }

    public Optional<TableDefinition> table(QualifiedName name) {
        return tables.stream().filter(t -> t.name().equals(name)).findFirst();
    }

    /** The tables that hold rows: everything but partitioned parents. */
    public List<TableDefinition> tablesWithRows() {
        return tables.stream()
                .filter(t -> t.kind() == TableDefinition.Kind.TABLE)
                .toList();
    }

    /** Whether both say the same; how large the tables are does not matter. */
    public boolean defines(Catalog other) {
        return withoutTables().equals(other.withoutTables())
                && tables.size() == other.tables.size()
                && IntStream.range(0, tables.size()).allMatch(i -> tables.get(i).defines(other.tables.get(i)));
    }

    private Catalog withoutTables() {
        return new Catalog(serverVersion, schemas, extensions, functions, types, sequences, List.of());
    }
}
