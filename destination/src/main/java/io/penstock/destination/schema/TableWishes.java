package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.DefaultDistribution;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.dialect.Storage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the task file says about the destination's tables.
 *
 * @param kind what the server is said to be
 * @param storage of every table that has none of its own
 * @param distribution of every table that has none of its own
 * @param tables by the names that the tables have in the task file; columns have the names of the destination
 */
public record TableWishes(
        DestinationKind kind, Storage storage, DefaultDistribution distribution, Map<QualifiedName, Wish> tables) {
    public static final TableWishes NONE =
            new TableWishes(DestinationKind.AUTO, Storage.DEFAULT, TaskSpec.DEFAULT_DISTRIBUTION, Map.of());

    public TableWishes {
        tables = Map.copyOf(tables);
    }

    /**
     * Of one table.
     *
     * @param primaryKey empty: the source's
     * @param distribution empty: by the key
     */
    public record Wish(List<String> primaryKey, Optional<Distribution> distribution, Storage storage) {
        static final Wish NONE = new Wish(List.of(), Optional.empty(), Storage.DEFAULT);

        public Wish {
            primaryKey = List.copyOf(primaryKey);
        }
    }

    public static TableWishes of(TaskSpec spec) {
        Map<QualifiedName, Wish> wishes = new LinkedHashMap<>();
        for (Map.Entry<QualifiedName, TableSpec> entry : spec.tables().entrySet()) {
            TableSpec table = entry.getValue();
            wishes.put(
                    entry.getKey(),
                    new Wish(
                            table.primaryKey(),
                            table.distributedBy(),
                            storage(table.storage(), table.storageOptions())));
        }
        return new TableWishes(
                spec.destination().kind(),
                storage(Optional.of(spec.storage()), spec.storageOptions()),
                spec.distributedBy(),
                wishes);
    }

    private static Storage storage(Optional<String> name, Map<String, String> options) {
        return new Storage(name.filter(s -> !s.equals(TaskSpec.DEFAULT_STORAGE)), options);
    }

    /** The name under which the table has its settings: its own, or else the one it had when the file was last right. */
    QualifiedName settings(TableDefinition source, DestinationNames names) {
        return tables.containsKey(source.name()) ? source.name() : names.settings(source.oid(), source.name());
    }

    /** @param settings as {@link #settings} says */
    Wish of(QualifiedName settings) {
        return tables.getOrDefault(settings, Wish.NONE);
    }
}
