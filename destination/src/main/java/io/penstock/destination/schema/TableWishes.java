package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the task file says about the destination's tables.
 *
 * @param kind what the server is said to be
 * @param storage of every table that has none of its own; empty leaves it to the server
 * @param tables by the tables' names at the source; columns have the names of the destination
 */
public record TableWishes(DestinationKind kind, Optional<String> storage, Map<QualifiedName, Wish> tables) {
    public static final TableWishes NONE = new TableWishes(DestinationKind.AUTO, Optional.empty(), Map.of());

    public TableWishes {
        tables = Map.copyOf(tables);
    }

    /**
     * Of one table.
     *
     * @param primaryKey empty: the source's
     * @param distribution empty: by the key
     */
    public record Wish(List<String> primaryKey, Optional<Distribution> distribution, Optional<String> storage) {
        static final Wish NONE = new Wish(List.of(), Optional.empty(), Optional.empty());

        public Wish {
            primaryKey = List.copyOf(primaryKey);
        }
    }

    public static TableWishes of(TaskSpec spec) {
        Map<QualifiedName, Wish> wishes = new LinkedHashMap<>();
        for (Map.Entry<QualifiedName, TableSpec> entry : spec.tables().entrySet()) {
            TableSpec table = entry.getValue();
            wishes.put(entry.getKey(), new Wish(table.primaryKey(), table.distributedBy(), named(table.storage())));
        }
        return new TableWishes(spec.destination().kind(), named(Optional.of(spec.storage())), wishes);
    }

    private static Optional<String> named(Optional<String> storage) {
        return storage.filter(s -> !s.equals(TaskSpec.DEFAULT_STORAGE));
    }

    Wish of(QualifiedName source) {
        return tables.getOrDefault(source, Wish.NONE);
    }
}
