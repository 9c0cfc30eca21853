package io.penstock.destination.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.Distribution;
import io.penstock.postgres.server.ServerFamily;
import io.penstock.postgres.server.ServerVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GreenplumDialectTest {
    private static final Distribution BY_ID = new Distribution.ByColumns(List.of("id"));

    /** As the servers say it; the storages are those of their catalogs. */
    static Dialect dialect(String kind) {
        return switch (kind) {
            case "greenplum6" ->
                parallel(ServerFamily.GREENPLUM, 90426, "PostgreSQL 9.4.26 (Greenplum Database 6.24.3 build x)");
            case "greenplum7" ->
                parallel(
                        ServerFamily.GREENPLUM,
                        120012,
                        "PostgreSQL 12.12 (Greenplum Database 7.0.0 build x)",
                        "heap",
                        "ao_row",
                        "ao_column");
            case "greenplum71" ->
                parallel(
                        ServerFamily.GREENPLUM,
                        120012,
                        "PostgreSQL 12.12 (Greenplum Database 7.1.0 build x)",
                        "heap",
                        "ao_row",
                        "ao_column");
            case "cloudberry" ->
                parallel(
                        ServerFamily.CLOUDBERRY,
                        140004,
                        "PostgreSQL 14.4 (Cloudberry Database 1.5.3 build x)",
                        "heap",
                        "ao_row",
                        "ao_column",
                        "pax");
            case "analyticdb6" ->
                parallel(ServerFamily.ANALYTICDB, 90426, "PostgreSQL 9.4.26 (Greenplum Database 6.6.0 build x)");
            case "analyticdb7" ->
                parallel(
                        ServerFamily.ANALYTICDB,
                        120012,
                        "PostgreSQL 12.12 (AnalyticDB PostgreSQL 7.0.6.6 build x)",
                        "heap",
                        "ao_row",
                        "ao_column",
                        "beam");
            case "postgresql" ->
                Dialect.of(new Capabilities(
                        ServerFamily.POSTGRESQL,
                        new ServerVersion(150004),
                        "PostgreSQL 15.4",
                        Set.of("heap"),
                        true,
                        true));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Dialect parallel(ServerFamily family, int version, String text, String... storages) {
        boolean modern = version >= 120_000;
        return Dialect.of(new Capabilities(family, new ServerVersion(version), text, Set.of(storages), modern, modern));
    }

    private static TableDefinition table(TableDefinition.Kind kind) {
        return new TableDefinition(
                7,
                new QualifiedName("s", "t"),
                kind,
                false,
                ReplicaIdentity.DEFAULT,
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                -1,
                0);
    }

    private static final TableDefinition TABLE = table(TableDefinition.Kind.TABLE);

    /** @param text {@code name(option=value, ...)}, each part may be missing */
    private static Storage storage(@Nullable String text) {
        if (text == null) {
            return Storage.DEFAULT;
        }
        int open = text.indexOf('(');
        String name = open < 0 ? text : text.substring(0, open);
        Map<String, String> options = new LinkedHashMap<>();
        String list = open < 0 ? "" : text.substring(open + 1, text.length() - 1);
        for (String option : list.isEmpty() ? new String[0] : list.split(", ", -1)) {
            String[] parts = option.split("=", 2);
            options.put(parts[0], parts[1]);
        }
        return new Storage(name.isEmpty() ? Optional.empty() : Optional.of(name), options);
    }

    private static String clause(Dialect dialect, Distribution distribution, @Nullable String storage) {
        Dialect told = dialect.withLayouts(
                Map.of(7, new TableLayout(Optional.of(distribution), dialect.settled(storage(storage)))));
        return (told.storageClause(TABLE) + told.distributionClause(TABLE))
                .replace("\n", " ")
                .strip();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "default", textBlock = """
            greenplum6  | default   | DISTRIBUTED BY (id)
            greenplum6  | heap      | WITH (appendonly=false) DISTRIBUTED BY (id)
            greenplum6  | ao_row    | WITH (appendonly=true) DISTRIBUTED BY (id)
            greenplum6  | ao_column | WITH (appendonly=true, orientation=column) DISTRIBUTED BY (id)
            greenplum7  | default   | DISTRIBUTED BY (id)
            greenplum7  | ao_column | USING ao_column DISTRIBUTED BY (id)
            cloudberry  | pax       | USING pax DISTRIBUTED BY (id)
            analyticdb7 | beam      | USING beam DISTRIBUTED BY (id)
            analyticdb6 | default   | DISTRIBUTED BY (id)
            analyticdb6 | ao_column | WITH (appendonly=true, orientation=column) DISTRIBUTED BY (id)
            greenplum6  | ao_column(compresstype=zstd, compresslevel=5) | WITH (appendonly=true, orientation=column, compresstype='zstd', compresslevel=5) DISTRIBUTED BY (id)
            greenplum6  | (appendonly=true, orientation=column, blocksize=65536) | WITH (appendonly=true, orientation=column, blocksize=65536) DISTRIBUTED BY (id)
            greenplum6  | heap(fillfactor=70) | WITH (appendonly=false, fillfactor=70) DISTRIBUTED BY (id)
            greenplum6  | (fillfactor=70) | WITH (fillfactor=70) DISTRIBUTED BY (id)
            greenplum7  | ao_column(compresstype=zstd, blocksize=32768) | USING ao_column WITH (compresstype='zstd', blocksize=32768) DISTRIBUTED BY (id)
            greenplum7  | (appendoptimized=true, compresstype=zlib) | USING ao_row WITH (compresstype='zlib') DISTRIBUTED BY (id)
            cloudberry  | ao_row(compresslevel=1) | USING ao_row WITH (compresslevel=1) DISTRIBUTED BY (id)
            cloudberry  | pax(storage_format=porc) | USING pax WITH (storage_format='porc') DISTRIBUTED BY (id)
            analyticdb7 | beam(compresstype=lz4, compresslevel=3) | USING beam WITH (compresstype='lz4', compresslevel=3) DISTRIBUTED BY (id)
            analyticdb6 | ao_row(compresstype=zstd) | WITH (appendonly=true, compresstype='zstd') DISTRIBUTED BY (id)
            """)
    void storage_and_distribution_are_written_as_each_server_wants_them(
            String kind, @Nullable String storage, String clause) {
        assertThat(clause(dialect(kind), BY_ID, storage)).isEqualTo(clause);
    }

    @Test
    void rows_may_lie_anywhere_or_everywhere() {
        Dialect dialect = dialect("greenplum7");

        assertThat(clause(dialect, new Distribution.Randomly(), null)).isEqualTo("DISTRIBUTED RANDOMLY");
        assertThat(clause(dialect, new Distribution.Replicated(), null)).isEqualTo("DISTRIBUTED REPLICATED");
        assertThat(clause(dialect, new Distribution.ByColumns(List.of("a", "B c")), null))
                .isEqualTo("DISTRIBUTED BY (a, \"B c\")");
    }

    @Test
    void a_plain_server_knows_storages_of_tables_with_rows_and_no_distribution() {
        Dialect plain = dialect("postgresql")
                .withLayouts(Map.of(7, new TableLayout(Optional.empty(), storage("heap(fillfactor=70)"))));

        assertThat(plain.storageClause(TABLE)).isEqualTo("\nUSING heap\nWITH (fillfactor=70)");
        assertThat(plain.storageClause(table(TableDefinition.Kind.PARTITIONED))).isEmpty();
        assertThat(plain.distributionClause(TABLE)).isEmpty();
        assertThat(plain.uniqueObstacle(TABLE, List.of("x"))).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            greenplum6  | Greenplum 6.24.3
            greenplum7  | Greenplum 7.0.0
            cloudberry  | Cloudberry 1.5.3
            analyticdb7 | AnalyticDB for PostgreSQL 7.0.6.6
            analyticdb6 | AnalyticDB for PostgreSQL 6.6.0
            postgresql  | PostgreSQL 15.4
            """)
    void a_server_is_called_by_the_name_and_number_its_users_know(String kind, String name) {
        assertThat(dialect(kind).describe()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            greenplum6 | IDENTITY_COLUMNS       | false
            greenplum7 | IDENTITY_COLUMNS       | true
            greenplum6 | GENERATED_COLUMNS      | false
            greenplum7 | GENERATED_COLUMNS      | true
            greenplum6 | SEQUENCE_TYPES         | false
            greenplum7 | SEQUENCE_TYPES         | true
            greenplum6 | EXCLUSION_CONSTRAINTS  | false
            greenplum7 | EXCLUSION_CONSTRAINTS  | true
            greenplum7 | ENFORCED_FOREIGN_KEYS  | false
            postgresql | ENFORCED_FOREIGN_KEYS  | true
            greenplum7 | MULTIRANGES            | false
            cloudberry | MULTIRANGES            | true
            greenplum6 | DECLARATIVE_PARTITIONS | false
            analyticdb6 | IDENTITY_COLUMNS      | false
            analyticdb6 | GENERATED_COLUMNS     | false
            analyticdb6 | DECLARATIVE_PARTITIONS | false
            analyticdb6 | EXCLUSION_CONSTRAINTS | false
            greenplum6 | REDISTRIBUTION_OF_LARGE_VALUES | true
            greenplum7 | REDISTRIBUTION_OF_LARGE_VALUES | false
            greenplum71 | REDISTRIBUTION_OF_LARGE_VALUES | true
            analyticdb7 | REDISTRIBUTION_OF_LARGE_VALUES | false
            """)
    void what_a_server_can_is_known(String kind, Feature feature, boolean can) {
        assertThat(dialect(kind).can(feature)).isEqualTo(can);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            integer        | N | true  | true
            json           | U | false | false
            jsonb          | U | true  | true
            xml            | U | false | false
            point          | G | false | false
            money          | N | false | false
            tsvector       | U | false | false
            uuid           | U | true  | true
            json[]         | A | false | false
            integer[]      | A | true  | true
            integer[]      | ' ' | true  | true
            point[]        | ' ' | false | false
            s.mood         | E | true  | false
            s.mood[]       | A | false | false
            s.pair         | C | false | false
            s.int_range    | R | true  | true
            public.citext  | S | true  | true
            public.citext  | U | true  | true
            public.geometry| U | false | false
            public.cube    | G | false | false
            public.whatever| ' ' | false | false
            """)
    void rows_are_distributed_by_types_that_the_server_hashes(
            String type, char category, boolean inSix, boolean inSeven) {
        PlainType plain = new PlainType(type, category);

        assertThat(dialect("greenplum6").distributable(plain)).isEqualTo(inSix);
        assertThat(dialect("analyticdb6").distributable(plain)).isEqualTo(inSix);
        assertThat(dialect("greenplum7").distributable(plain)).isEqualTo(inSeven);
        assertThat(dialect("analyticdb7").distributable(plain)).isEqualTo(inSeven);
    }

    private static @Nullable String obstacle(
            String kind, Distribution distribution, String storage, String... columns) {
        return dialect(kind)
                .withLayouts(Map.of(7, new TableLayout(Optional.of(distribution), storage(storage))))
                .uniqueObstacle(TABLE, List.of(columns));
    }

    @Test
    void a_unique_key_must_contain_the_distribution_key() {
        assertThat(obstacle("greenplum7", BY_ID, "heap", "id", "code")).isNull();
        assertThat(obstacle("greenplum7", BY_ID, "ao_column", "id")).isNull();
        assertThat(obstacle("greenplum7", BY_ID, "heap", "code")).contains("distribution key (id)");
        assertThat(obstacle("greenplum7", new Distribution.Randomly(), "heap", "id"))
                .contains("randomly");
        assertThat(obstacle("greenplum7", new Distribution.Replicated(), "heap", "code"))
                .isNull();
        assertThat(obstacle("greenplum6", BY_ID, "heap", "id")).isNull();
        assertThat(obstacle("greenplum6", BY_ID, "ao_row", "id")).contains("append-optimized");
        assertThat(obstacle("analyticdb6", BY_ID, "ao_column", "id")).contains("append-optimized");
    }
}
