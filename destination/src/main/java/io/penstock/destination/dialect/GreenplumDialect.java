package io.penstock.destination.dialect;

import io.penstock.core.name.Identifiers;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Distribution;
import io.penstock.postgres.server.ServerFamily;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Greenplum and its descendants. Each table's rows are spread over segments, and a segment can enforce uniqueness only among the rows that
 * the distribution brings to it.
 */
public record GreenplumDialect(Capabilities capabilities, Map<Integer, TableLayout> layouts) implements Dialect {
    private static final String AO_ROW = "ao_row";
    private static final String AO_COLUMN = "ao_column";

    /** No default hash operator class, or one that is refused; so are arrays of them. */
    private static final Set<String> UNHASHED = Set.of(
            "box",
            "circle",
            "json",
            "jsonpath",
            "line",
            "lseg",
            "money",
            "path",
            "pg_snapshot",
            "point",
            "polygon",
            "refcursor",
            "tsquery",
            "tsvector",
            "txid_snapshot",
            "xml");

    private static final Set<String> DEFERRING = Set.of(PostgresDialect.HEAP, AO_ROW);

    private static final Set<String> HASHED_EXTENSION_TYPES = Set.of("citext", "hstore");

    private static final List<String> APPENDED = List.of("appendonly", "appendoptimized");
    private static final String ORIENTATION = "orientation";

    public GreenplumDialect {
        layouts = Map.copyOf(layouts);
    }

    @Override
    public String describe() {
        return capabilities.product();
    }

    /** Where it is not the catalog's to tell, what PostgreSQL of the same age can, less what distribution forbids. */
    @Override
    public boolean can(Feature feature) {
        return switch (feature) {
            case IDENTITY_COLUMNS -> capabilities.identityColumns();
            case GENERATED_COLUMNS -> capabilities.generatedColumns();
            case REDISTRIBUTION_OF_LARGE_VALUES -> keepsLargeValues();
            // The server that has access methods for tables also checks them against the distribution.
            case EXCLUSION_CONSTRAINTS -> namesStorages();
            case EXCLUSION_ON_PARTITIONED_TABLES, ENFORCED_FOREIGN_KEYS -> false;
            case SEQUENCE_TYPES,
                    DECLARATIVE_PARTITIONS,
                    INCLUDED_COLUMNS,
                    DROP_EXPRESSION,
                    MULTIRANGES,
                    NULLS_NOT_DISTINCT,
                    REFERENTIAL_ACTION_COLUMNS,
                    PARTITIONS_SHARE_IDENTITY,
                    SET_EXPRESSION,
                    VIRTUAL_COLUMNS,
                    TEMPORAL_CONSTRAINTS,
                    NOT_NULL_OF_PARENTS_ALONE,
                    UNENFORCED_CONSTRAINTS,
                    UNVALIDATED_KEYS_ON_PARTITIONED_TABLES -> new PostgresDialect(capabilities.version()).can(feature);
        };
    }

    /** Greenplum 7.0 leaves them unreadable (gpdb issue 16650); whether descendants inherited that does not show. */
    private boolean keepsLargeValues() {
        return !namesStorages() || capabilities.family() == ServerFamily.GREENPLUM && capabilities.productAtLeast(7, 1);
    }

    @Override
    public String quote(String name) {
        return Identifiers.quote(name);
    }

    @Override
    public Set<String> storages() {
        Set<String> all = new TreeSet<>(capabilities.storages());
        if (!namesStorages()) {
            all.addAll(List.of(PostgresDialect.HEAP, AO_ROW, AO_COLUMN));
        }
        return all;
    }

    /** Whether there is a USING clause; else append-optimized tables are asked for by storage parameters. */
    private boolean namesStorages() {
        return !capabilities.storages().isEmpty();
    }

    @Override
    public boolean distributes() {
        return true;
    }

    @Override
    public boolean distributable(PlainType type) {
        if (UNHASHED.contains(type.element())) {
            return false;
        }
        return switch (type.category()) {
            // Greenplum 6 hashes enums by their oids; later ones refuse them.
            case 'E' -> !namesStorages();
            case 'C' -> false;
            case 'A', 'G', 'U', ' ' -> !type.foreign() || hashedExtensionType(type.name());
            default -> true;
        };
    }

    private static boolean hashedExtensionType(String type) {
        return HASHED_EXTENSION_TYPES.contains(type.substring(type.lastIndexOf('.') + 1));
    }

    /** Options that contradict the name stay, so that the precheck finds them. */
    @Override
    public Storage settled(Storage wished) {
        Optional<String> meant = meant(wished.options());
        if (meant.isEmpty()
                || wished.name().filter(name -> !meant.get().equals(name)).isPresent()) {
            return wished;
        }
        Map<String, String> others = new LinkedHashMap<>(wished.options());
        others.keySet().removeAll(APPENDED);
        others.remove(ORIENTATION);
        return new Storage(meant, others);
    }

    /** The storage that options of older versions ask for, empty when they ask for none. */
    private static Optional<String> meant(Map<String, String> options) {
        Optional<String> appended =
                APPENDED.stream().filter(options::containsKey).map(options::get).findFirst();
        String orientation = options.get(ORIENTATION);
        if (appended.filter(a -> a.equalsIgnoreCase("false")).isPresent()) {
            return Optional.of(PostgresDialect.HEAP);
        }
        if (appended.isEmpty() && orientation == null) {
            return Optional.empty();
        }
        return Optional.of("column".equalsIgnoreCase(orientation) ? AO_COLUMN : AO_ROW);
    }

    @Override
    public GreenplumDialect withLayouts(Map<Integer, TableLayout> others) {
        return new GreenplumDialect(capabilities, others);
    }

    @Override
    public TableLayout layout(int table) {
        return layouts.getOrDefault(table, TableLayout.DEFAULT);
    }

    @Override
    public String storageClause(TableDefinition table) {
        Storage storage = layout(table.oid()).storage();
        String using = storage.name()
                .filter(name -> namesStorages())
                .map(name -> "\nUSING " + quote(name))
                .orElse("");
        String options = Stream.of(older(storage.name()), storage.optionList())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
        return using + (options.isEmpty() ? "" : "\nWITH (" + options + ")");
    }

    /** How a storage is asked for where there is no USING. */
    private String older(Optional<String> storage) {
        if (namesStorages() || storage.isEmpty()) {
            return "";
        }
        return switch (storage.get()) {
            case AO_ROW -> "appendonly=true";
            case AO_COLUMN -> "appendonly=true, orientation=column";
            default -> "appendonly=false";
        };
    }

    @Override
    public String distributionClause(TableDefinition table) {
        return layout(table.oid())
                .distribution()
                .map(d -> "\n" + distributed(d))
                .orElse("");
    }

    /** The clause that sets a policy, in CREATE TABLE and after ALTER TABLE ... SET. */
    public static String distributed(Distribution distribution) {
        if (distribution instanceof Distribution.ByColumns by) {
            return by.columns().stream()
                    .map(Identifiers::quote)
                    .collect(Collectors.joining(", ", "DISTRIBUTED BY (", ")"));
        }
        return distribution instanceof Distribution.Replicated ? "DISTRIBUTED REPLICATED" : "DISTRIBUTED RANDOMLY";
    }

    /** A trigger checks them, and column-oriented tables refuse rows where there is one. */
    @Override
    public boolean defersKeys(TableDefinition table) {
        return layout(table.oid())
                .storage()
                .name()
                .filter(s -> !DEFERRING.contains(s))
                .isEmpty();
    }

    @Override
    public @Nullable String uniqueObstacle(TableDefinition table, List<String> columns) {
        TableLayout layout = layout(table.oid());
        if (!namesStorages()
                && layout.storage()
                        .name()
                        .filter(s -> !s.equals(PostgresDialect.HEAP))
                        .isPresent()) {
            return describe() + " has no unique keys on append-optimized tables";
        }
        Distribution distribution = layout.distribution().orElseGet(Distribution.Replicated::new);
        if (distribution instanceof Distribution.Randomly) {
            return "the rows are distributed randomly, so that no segment could tell whether a key is unique";
        }
        if (distribution instanceof Distribution.ByColumns by && !columns.containsAll(by.columns())) {
            return "it does not contain the distribution key (" + String.join(", ", by.columns())
                    + "), so that no segment could tell whether a key is unique";
        }
        return null;
    }
}
