package io.penstock.destination.schema;

import static io.penstock.destination.schema.SampleTables.catalog;
import static io.penstock.destination.schema.SampleTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.dialect.Capabilities;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Storage;
import io.penstock.postgres.server.ServerFamily;
import io.penstock.postgres.server.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the task file says of a table holds while the source changes it. */
class LayoutOfChangesTest {
    private static final Dialect GREENPLUM = Dialect.of(new Capabilities(
            ServerFamily.GREENPLUM,
            new ServerVersion(120012),
            "PostgreSQL 12.12 (Greenplum Database 7.1.0 build x)",
            Set.of("heap", "ao_row", "ao_column"),
            true,
            true));

    private static final SampleTables KEYLESS =
            table(1, "shop.t").column(1, "id", "integer").column(2, "code", "text");
    private static final SampleTables KEYED =
            KEYLESS.constraint(11, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (id, code)", "id", "code");

    private static TaskSpec task(List<String> primaryKey, String... distributedBy) {
        Optional<Distribution> distribution = distributedBy.length == 0
                ? Optional.empty()
                : Optional.of(new Distribution.ByColumns(List.of(distributedBy)));
        TableSpec table = new TableSpec(
                Optional.empty(),
                ColumnsSpec.UNCHANGED,
                Optional.empty(),
                primaryKey,
                distribution,
                Optional.of("ao_row"),
                Map.of("compresstype", "zlib"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        EndpointSpec end = new EndpointSpec("postgresql://a/b", Optional.empty(), DestinationKind.AUTO);
        TaskSpec plain = TaskSpec.of("t", end, end);
        return new TaskSpec(
                plain.name(),
                end,
                end,
                plain.phases(),
                plain.objects(),
                Map.of(QualifiedName.parse("shop.t"), table),
                plain.names(),
                plain.conflicts(),
                plain.dml(),
                plain.ddl(),
                plain.onDdlError(),
                plain.onMissingColumn(),
                plain.etl(),
                plain.storage(),
                plain.storageOptions(),
                plain.distributedBy(),
                plain.full(),
                plain.incremental(),
                plain.retry(),
                plain.wal(),
                plain.verify(),
                plain.alerts(),
                plain.runner(),
                plain.instanceClass(),
                plain.tags(),
                plain.lines());
    }

    /** One change of the source after the other. */
    private static final class Following {
        private final TaskSpec task;
        private DestinationNames names = DestinationNames.SAME;
        private Catalog now;
        private List<SchemaChange> steps = new ArrayList<>();

        Following(TaskSpec task, SampleTables... tables) {
            this.task = task;
            this.now = catalog(tables);
        }

        Following then(SampleTables... tables) {
            Catalog next = catalog(tables);
            List<Dropped> dropped = now.tables().stream()
                    .filter(t -> next.tables().stream().noneMatch(n -> n.oid() == t.oid()))
                    .map(t -> new Dropped(ObjectKind.TABLE, t.oid(), t.name()))
                    .toList();
            SchemaChanges changes = new SchemaDifference(GREENPLUM, TableWishes.of(task))
                    .between(
                            new SchemaDelta(now, next, dropped, Map.of(), true, Set.of()), FollowedDdl.of(task), names);
            names = changes.names();
            steps = changes.steps();
            now = next;
            return this;
        }

        List<String> statements() {
            return steps.stream()
                    .map(SchemaChange::statements)
                    .flatMap(List::stream)
                    .toList();
        }
    }

    @Test
    void a_renamed_column_keeps_the_name_by_which_the_task_file_distributes() {
        Following following = new Following(task(List.of(), "code"), KEYED);

        SampleTables renamed = table(1, "shop.t").column(1, "id", "integer").column(2, "sku", "text");
        following.then(renamed.constraint(11, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (id, sku)", "id", "sku"));

        assertThat(following.statements()).isEmpty();
        assertThat(following.steps).anySatisfy(s -> assertThat(s.toString()).contains("it stays code here"));
        following.then(renamed.constraint(11, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (id, sku)", "id", "sku")
                .constraint(12, "u", Kind.UNIQUE, "UNIQUE (sku)", "sku"));
        assertThat(following.statements()).containsExactly("ALTER TABLE shop.t ADD CONSTRAINT u UNIQUE (code)");
    }

    @Test
    void a_renamed_column_keeps_the_name_by_which_the_task_file_makes_a_key() {
        Following following = new Following(task(List.of("id")), KEYLESS);

        following.then(table(1, "shop.t").column(1, "nr", "integer").column(2, "sku", "text"));

        assertThat(following.statements()).containsExactly("ALTER TABLE shop.t RENAME COLUMN code TO sku");
    }

    @Test
    void rows_are_distributed_by_the_key_once_the_column_of_the_task_file_is_gone() {
        SampleTables byOther = KEYLESS.column(3, "region", "text")
                .constraint(11, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (id, region)", "id", "region");
        Following following = new Following(task(List.of(), "region"), byOther);

        following.then(KEYLESS);
        assertThat(following.statements())
                .noneMatch(sql -> sql.contains("DISTRIBUTED"))
                .anyMatch(sql -> sql.contains("DROP COLUMN"));

        following.then(KEYLESS.constraint(12, "pk2", Kind.PRIMARY_KEY, "PRIMARY KEY (id)", "id"));
        assertThat(following.statements())
                .containsExactly(
                        "ALTER TABLE shop.t SET DISTRIBUTED BY (id)",
                        "ALTER TABLE shop.t ADD CONSTRAINT pk2 PRIMARY KEY (id)");
    }

    @Test
    void a_renamed_table_keeps_its_layout() {
        Following following = new Following(task(List.of(), "code"), KEYED);

        following.then(KEYED.named("shop.orders"));
        assertThat(following.statements()).containsExactly("ALTER TABLE shop.t RENAME TO orders");

        following.then(KEYED.named("shop.orders").constraint(12, "u", Kind.UNIQUE, "UNIQUE (code)", "code"));
        assertThat(following.statements()).containsExactly("ALTER TABLE shop.orders ADD CONSTRAINT u UNIQUE (code)");
    }

    @Test
    void a_table_that_comes_later_gets_the_key_and_the_storage_of_the_task_file() {
        Following following = new Following(task(List.of("id")));

        following.then(KEYLESS);

        assertThat(following.statements())
                .containsExactly(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.t (\n    id integer,\n    code text\n)"
                                + "\nUSING ao_row\nWITH (compresstype='zlib')\nDISTRIBUTED BY (id)",
                        "ALTER TABLE shop.t ADD CONSTRAINT t_1_penstock_pkey PRIMARY KEY (id)");
    }

    @Test
    void a_key_of_the_source_takes_the_place_of_the_one_in_the_task_file() {
        Following following = new Following(task(List.of("id")), KEYLESS);

        following.then(KEYLESS.constraint(11, "t_pkey", Kind.PRIMARY_KEY, "PRIMARY KEY (code)", "code"));
        assertThat(following.statements()).hasSize(3);
        assertThat(following.statements().get(0))
                .startsWith("DO $penstock$")
                .contains("conrelid = 'shop.t'::regclass", "DROP CONSTRAINT");
        assertThat(following.statements().subList(1, 3))
                .containsExactly(
                        "ALTER TABLE shop.t SET DISTRIBUTED BY (code)",
                        "ALTER TABLE shop.t ADD CONSTRAINT t_pkey PRIMARY KEY (code)");

        following.then(KEYLESS);
        assertThat(following.statements())
                .containsExactly(
                        "ALTER TABLE shop.t DROP CONSTRAINT IF EXISTS t_pkey",
                        "ALTER TABLE shop.t SET DISTRIBUTED BY (id)",
                        "ALTER TABLE shop.t ADD CONSTRAINT t_1_penstock_pkey PRIMARY KEY (id)");
    }

    @Test
    void the_key_of_the_task_file_is_found_again_by_its_columns() {
        SampleTables long63 = table(1, "shop." + "x".repeat(63)).column(1, "id", "integer");
        Catalog catalog = catalog(long63);
        TableWishes wishes = new TableWishes(
                DestinationKind.AUTO,
                Storage.DEFAULT,
                TaskSpec.DEFAULT_DISTRIBUTION,
                Map.of(long63.name(), new TableWishes.Wish(List.of("id"), Optional.empty(), Storage.DEFAULT)));
        Layouts layouts = Layouts.of(GREENPLUM, wishes, catalog, catalog, DestinationNames.SAME);

        assertThat(new SchemaPlanner(layouts.dialect()).plan(layouts.keyed()))
                .filteredOn(s -> s.object().startsWith("primary key"))
                .singleElement()
                .satisfies(s -> {
                    // 63 bytes: what is longer the server would cut.
                    assertThat(s.statements().get(0))
                            .endsWith(" ADD CONSTRAINT " + "x".repeat(47) + "_1_penstock_pkey PRIMARY KEY (id)");
                    assertThat(s.existsSql())
                            .contains("contype = 'p'", "pg_get_constraintdef(oid) = 'PRIMARY KEY (id)'")
                            .doesNotContain("_pkey");
                });
    }
}
