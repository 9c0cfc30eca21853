package io.penstock.destination.schema;

import static io.penstock.destination.schema.SampleTables.catalog;
import static io.penstock.destination.schema.SampleTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.check.Finding;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.TaskSpec;
import io.penstock.destination.dialect.Capabilities;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Storage;
import io.penstock.destination.schema.TableWishes.Wish;
import io.penstock.postgres.server.ServerFamily;
import io.penstock.postgres.server.ServerVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final Dialect GREENPLUM = greenplum("7.1.0");

    private static Dialect greenplum(String version) {
        return Dialect.of(new Capabilities(
                ServerFamily.GREENPLUM,
                new ServerVersion(120012),
                "PostgreSQL 12.12 (Greenplum Database " + version + " build x)",
                Set.of("heap", "ao_row", "ao_column"),
                true,
                true));
    }

    private static final Optional<Distribution> DEFAULT = Optional.empty();
    private static final Storage NO_STORAGE = Storage.DEFAULT;

    private static SampleTables keyed(String name) {
        return table(1, name)
                .column(1, "id", "integer")
                .column(2, "code", "text")
                .constraint(11, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (id)", "id");
    }

    private static TableWishes wishes(Wish wish) {
        return new TableWishes(
                DestinationKind.AUTO,
                Storage.DEFAULT,
                TaskSpec.DEFAULT_DISTRIBUTION,
                Map.of(QualifiedName.parse("shop.t"), wish));
    }

    private static Layouts layouts(Dialect dialect, TableWishes wishes, Catalog catalog) {
        return Layouts.of(dialect, wishes, catalog, catalog, DestinationNames.SAME);
    }

    private static List<SchemaStep> plan(TableWishes wishes, SampleTables... tables) {
        Layouts layouts = layouts(GREENPLUM, wishes, catalog(tables));
        return new SchemaPlanner(layouts.dialect()).plan(layouts.keyed());
    }

    private static String statements(List<SchemaStep> steps) {
        return steps.stream().flatMap(s -> s.statements().stream()).reduce("", (a, b) -> a + b + ";\n");
    }

    private static List<Finding> check(TableWishes wishes, SampleTables... tables) {
        return check(wishes, catalog(tables));
    }

    private static List<Finding> check(TableWishes wishes, Catalog source) {
        return new LayoutChecks(wishes, layouts(GREENPLUM, wishes, source)).run();
    }

    private static Finding item(List<Finding> findings, String item) {
        return findings.stream().filter(f -> f.item().equals(item)).findFirst().orElseThrow();
    }

    @Test
    void the_key_distributes_the_rows() {
        assertThat(statements(plan(TableWishes.NONE, keyed("shop.t"))))
                .contains("CREATE TABLE shop.t (\n    id integer,\n    code text\n)\nDISTRIBUTED BY (id);")
                .contains("ADD CONSTRAINT pk PRIMARY KEY (id);");
    }

    @Test
    void without_a_key_rows_lie_anywhere() {
        assertThat(statements(plan(TableWishes.NONE, table(1, "shop.t").column(1, "v", "text"))))
                .contains("DISTRIBUTED RANDOMLY");
    }

    @Test
    void the_task_file_gives_a_key_to_a_table_that_has_none() {
        TableWishes wishes = wishes(new Wish(List.of("v"), DEFAULT, Storage.named("ao_row")));

        assertThat(statements(plan(wishes, table(1, "shop.t").column(1, "v", "text"))))
                .contains("USING ao_row\nDISTRIBUTED BY (v)")
                .contains("ALTER TABLE shop.t ADD CONSTRAINT t_1_penstock_pkey PRIMARY KEY (v)");
    }

    @Test
    void partitions_lie_as_their_parent() {
        SampleTables child = table(2, "shop.t1")
                .column(1, "id", "integer")
                .column(2, "code", "text")
                .partitionOf("shop.t", "FOR VALUES IN ('a')");
        TableWishes wishes = wishes(new Wish(
                List.of(), Optional.of(new Distribution.ByColumns(List.of("id"))), Storage.named("ao_column")));

        String script = statements(plan(wishes, keyed("shop.t"), child));

        assertThat(script).contains("PARTITION OF shop.t\n    FOR VALUES IN ('a')\nUSING ao_column;");
    }

    @Test
    void a_unique_key_that_cannot_exist_is_left_out_with_a_reason_and_a_way_out() {
        SampleTables t = keyed("shop.t").constraint(12, "u", Kind.UNIQUE, "UNIQUE (id, code)", "id", "code");
        TableWishes byBoth =
                wishes(new Wish(List.of(), Optional.of(new Distribution.ByColumns(List.of("code"))), NO_STORAGE));

        assertThat(item(check(TableWishes.NONE, t), "destination.unique_keys").state())
                .isEqualTo(Finding.State.PASSED);
        Finding lost = item(check(byBoth, t), "destination.unique_keys");
        assertThat(lost.state()).isEqualTo(Finding.State.WARNING);
        assertThat(lost.why()).contains("pk of shop.t").contains("distributedBy: [id] would suit");
        assertThat(item(check(byBoth, t), "destination.distribution").why()).contains("does not contain column code");
        assertThat(plan(byBoth, t))
                .anySatisfy(step -> assertThat(step.notes()).anyMatch(note -> note.contains("left out")));
    }

    @Test
    void wishes_that_cannot_be_met_are_told() {
        Distribution unknown = new Distribution.ByColumns(List.of("nothing"));
        List<Finding> findings =
                check(wishes(new Wish(List.of("id"), Optional.of(unknown), Storage.named("beam"))), keyed("shop.t"));

        assertThat(item(findings, "destination.storage").why()).contains("beam (shop.t)");
        assertThat(item(findings, "destination.primary_key").why()).contains("has a primary key at the source");
        assertThat(item(findings, "destination.distribution").why()).contains("no column nothing");
        Wish randomly = new Wish(List.of(), Optional.of(new Distribution.Randomly()), NO_STORAGE);
        assertThat(item(check(wishes(randomly), keyed("shop.t")), "destination.distribution")
                        .why())
                .contains("cannot be distributed randomly");
    }

    @Test
    void a_foreign_key_is_a_remark_and_needs_a_key_that_exists() {
        SampleTables t = keyed("shop.t").constraint(12, "u", Kind.UNIQUE, "UNIQUE (code)", "code");
        Catalog source = catalog(t, table(2, "shop.r").column(1, "a", "integer").column(2, "b", "text"));
        List<ConstraintDefinition> keys = List.of(
                foreignKey("to_pk", "FOREIGN KEY (a) REFERENCES shop.t(id)", "a"),
                foreignKey("to_unique", "FOREIGN KEY (b) REFERENCES shop.t(code)", "b"));
        TableDefinition referring = source.tables().get(1).withConstraints(keys);
        Catalog catalog = new Catalog(
                source.serverVersion(),
                source.schemas(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(source.tables().get(0), referring));
        Dialect knowing = layouts(GREENPLUM, TableWishes.NONE, catalog).dialect();

        List<SchemaStep> steps = new SchemaPlanner(knowing)
                .plan(catalog).stream()
                        .filter(s -> s.stage() == SchemaStep.Stage.WHEN_CONSISTENT)
                        .toList();

        assertThat(steps).hasSize(2);
        assertThat(steps.get(0).statements())
                .containsExactly("ALTER TABLE shop.r ADD CONSTRAINT to_pk FOREIGN KEY (a) REFERENCES shop.t(id)");
        assertThat(steps.get(0).notes()).anyMatch(note -> note.contains("does not enforce"));
        assertThat(steps.get(1).statements()).isEmpty();
        assertThat(steps.get(1).notes()).anyMatch(note -> note.contains("unique key of shop.t"));
        TableWishes columns = wishes(new Wish(List.of(), DEFAULT, Storage.named("ao_column")));
        Dialect appended = layouts(GREENPLUM, columns, catalog).dialect();
        assertThat(new SchemaPlanner(appended).plan(catalog))
                .filteredOn(s -> s.stage() == SchemaStep.Stage.WHEN_CONSISTENT)
                .allSatisfy(s -> assertThat(s.statements()).isEmpty());
    }

    private static ConstraintDefinition foreignKey(String name, String definition, String column) {
        return new ConstraintDefinition(
                name.length(),
                name,
                Kind.FOREIGN_KEY,
                definition,
                List.of(column),
                QualifiedName.parse("shop.t"),
                true,
                true,
                null);
    }

    @Test
    void an_exclusion_that_compares_the_distribution_key_stays() {
        SampleTables t = keyed("shop.t")
                .constraint(
                        12, "with_key", Kind.EXCLUSION, "EXCLUDE USING gist (id WITH =, code WITH &&)", "id", "code")
                .constraint(
                        13, "without", Kind.EXCLUSION, "EXCLUDE USING gist (id WITH <>, code WITH =)", "id", "code");

        assertThat(statements(plan(TableWishes.NONE, t))).contains("with_key").doesNotContain("without");
    }

    @Test
    void a_key_that_is_checked_late_stays_late_or_is_left_out() {
        SampleTables t = keyed("shop.t")
                .constraint(12, "u", Kind.UNIQUE, "UNIQUE (id, code) DEFERRABLE INITIALLY DEFERRED", "id", "code");
        TableWishes columns = wishes(new Wish(List.of(), DEFAULT, Storage.named("ao_column")));

        assertThat(statements(plan(TableWishes.NONE, t)))
                .contains("ADD CONSTRAINT u UNIQUE (id, code) DEFERRABLE INITIALLY DEFERRED;");
        assertThat(statements(plan(columns, t))).contains("PRIMARY KEY (id)").doesNotContain("DEFERRABLE");
    }

    @Test
    void an_older_server_gets_partitions_as_inheritance_children() {
        Dialect six = Dialect.of(new Capabilities(
                ServerFamily.GREENPLUM,
                new ServerVersion(90426),
                "PostgreSQL 9.4.26 (Greenplum Database 6.24.3 build x)",
                Set.of(),
                false,
                false));
        SampleTables child = table(2, "shop.t1").column(1, "id", "integer").partitionOf("shop.t", "FOR VALUES IN (1)");
        Catalog source = catalog(keyed("shop.t"), child);
        Dialect knowing = layouts(six, TableWishes.NONE, source).dialect();

        List<SchemaStep> steps = new SchemaPlanner(knowing).plan(source);

        assertThat(statements(steps))
                .contains(
                        "CREATE TABLE shop.t1 (\n    id integer\n)\nDISTRIBUTED BY (id);\nALTER TABLE shop.t1 INHERIT shop.t;")
                .doesNotContain("PARTITION");
        assertThat(steps).anySatisfy(step -> assertThat(step.notes()).anyMatch(n -> n.contains("inheritance child")));
    }

    private static List<String> changes(SampleTables before, SampleTables after) {
        return changes(GREENPLUM, before, after);
    }

    private static List<String> changes(Dialect dialect, SampleTables before, SampleTables after) {
        return new SchemaDifference(dialect)
                        .between(
                                new SchemaDelta(catalog(before), catalog(after), List.of(), Map.of(), true, Set.of()),
                                FollowedDdl.EVERYTHING,
                                DestinationNames.SAME)
                        .steps()
                        .stream()
                        .map(SchemaChange::statements)
                        .flatMap(List::stream)
                        .toList();
    }

    @Test
    void rows_move_before_another_key_is_made() {
        SampleTables keyless = keyed("shop.t").noConstraints();
        SampleTables other = keyless.constraint(13, "pk2", Kind.PRIMARY_KEY, "PRIMARY KEY (code)", "code");

        assertThat(changes(keyless, keyed("shop.t")))
                .containsExactly(
                        "ALTER TABLE shop.t SET DISTRIBUTED BY (id)",
                        "ALTER TABLE shop.t ADD CONSTRAINT pk PRIMARY KEY (id)");
        assertThat(changes(keyed("shop.t"), other))
                .containsExactly(
                        "ALTER TABLE shop.t DROP CONSTRAINT IF EXISTS pk",
                        "ALTER TABLE shop.t SET DISTRIBUTED BY (code)",
                        "ALTER TABLE shop.t ADD CONSTRAINT pk2 PRIMARY KEY (code)");
        assertThat(changes(keyed("shop.t"), keyless))
                .containsExactly("ALTER TABLE shop.t DROP CONSTRAINT IF EXISTS pk");
    }

    @Test
    void rows_wait_outside_where_the_server_would_lose_their_large_values() {
        SampleTables keyless = keyed("shop.\"$penstock$'t\"").noConstraints();
        String move = changes(greenplum("7.0.0"), keyless, keyed("shop.\"$penstock$'t\""))
                .get(0);

        assertThat(move)
                .startsWith("DO $penstock_$ DECLARE")
                .contains(
                        "regclass := 'shop.\"$penstock$''t\"'::regclass",
                        "'DELETE FROM ' || here",
                        "' SET ' || 'DISTRIBUTED BY (id)'",
                        "OVERRIDING SYSTEM VALUE");
    }

    @Test
    void a_key_that_may_be_null_or_cannot_be_ordered_is_told() {
        Wish byCode = new Wish(List.of("code"), DEFAULT, NO_STORAGE);
        SampleTables nullable = table(1, "shop.t").column(1, "code", "text");

        Finding warning = item(check(wishes(byCode), nullable), "destination.primary_key");
        assertThat(warning.state()).isEqualTo(Finding.State.WARNING);
        assertThat(warning.why()).contains("may be NULL at the source: shop.t.code");
        SampleTables strict = table(1, "shop.t").column(1, "code", "text", null, null, true);
        assertThat(item(check(wishes(byCode), strict), "destination.primary_key")
                        .state())
                .isEqualTo(Finding.State.PASSED);
        for (String type : List.of("json", "point", "xml[]", "shop.place")) {
            SampleTables t = table(1, "shop.t").column(1, "code", type, null, null, true);
            Catalog source = catalog(List.of(domain("shop.place", "point")), List.of(), t);

            Finding failed = item(check(wishes(byCode), source), "destination.primary_key");
            assertThat(failed.state()).as(type).isEqualTo(Finding.State.FAILED);
            assertThat(failed.why()).contains("cannot be in a key");
        }
    }

    private static DomainType domain(String name, String base) {
        return new DomainType(90, QualifiedName.parse(name), base, null, false, null, List.of(), null);
    }

    @Test
    void domains_over_types_that_are_not_hashed_distribute_nothing() {
        SampleTables t = table(1, "shop.t")
                .column(1, "price", "shop.price")
                .column(2, "id", "shop.id")
                .constraint(11, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (price, id)", "price", "id");
        Catalog source = catalog(
                List.of(
                        domain("shop.price", "shop.amount"),
                        domain("shop.amount", "money"),
                        domain("shop.id", "bigint")),
                List.of(),
                t);

        Layouts layouts = layouts(GREENPLUM, TableWishes.NONE, source);
        assertThat(statements(new SchemaPlanner(layouts.dialect()).plan(layouts.keyed())))
                .contains("DISTRIBUTED BY (id)");
        Wish byPrice = new Wish(List.of(), Optional.of(new Distribution.ByColumns(List.of("price"))), NO_STORAGE);
        assertThat(item(check(wishes(byPrice), source), "destination.distribution")
                        .why())
                .contains("cannot be distributed by column price");
    }

    @Test
    void a_column_that_the_task_file_adds_is_judged_by_the_name_of_its_type() {
        Wish byAdded = new Wish(List.of(), Optional.of(new Distribution.ByColumns(List.of("x"))), NO_STORAGE);
        for (String type : List.of("json", "shop.mood", "shop.unknown")) {
            Catalog source = catalog(
                    List.of(new EnumType(91, QualifiedName.parse("shop.mood"), List.of(), null)),
                    List.of(),
                    table(1, "shop.t").column(1, "id", "integer").added(2_000, "x", type));
            assertThat(item(check(wishes(byAdded), source), "destination.distribution")
                            .why())
                    .as(type)
                    .contains("cannot be distributed by column x");
        }
        assertThat(item(
                                check(
                                        wishes(byAdded),
                                        table(1, "shop.t")
                                                .column(1, "id", "integer")
                                                .added(2_000, "x", "text")),
                                "destination.distribution")
                        .state())
                .isEqualTo(Finding.State.PASSED);
    }

    @Test
    void options_follow_their_storage() {
        Storage columns = new Storage(Optional.of("ao_column"), Map.of("compresstype", "zlib"));
        Map<QualifiedName, Wish> tables = Map.of(
                QualifiedName.parse("shop.heap"),
                new Wish(List.of(), DEFAULT, Storage.named("heap")),
                QualifiedName.parse("shop.own"),
                new Wish(List.of(), DEFAULT, new Storage(Optional.empty(), Map.of("compresslevel", "1"))));
        TableWishes wishes = new TableWishes(DestinationKind.AUTO, columns, TaskSpec.DEFAULT_DISTRIBUTION, tables);
        SampleTables part =
                table(4, "shop.part").column(1, "id", "integer").partitionOf("shop.own", "FOR VALUES IN (1)");

        String script = statements(plan(
                wishes,
                table(1, "shop.heap").column(1, "id", "integer"),
                table(2, "shop.own").column(1, "id", "integer"),
                table(3, "shop.plain").column(1, "id", "integer"),
                part));

        assertThat(script)
                .contains("heap (\n    id integer\n)\nUSING heap\nDISTRIBUTED")
                .contains("own (\n    id integer\n)\nUSING ao_column\nWITH (compresslevel=1)\n")
                .contains("plain (\n    id integer\n)\nUSING ao_column\nWITH (compresstype='zlib')\n")
                .contains("FOR VALUES IN (1)\nUSING ao_column\nWITH (compresslevel=1);");
    }

    @Test
    void options_that_contradict_the_storage_are_told() {
        Wish wish = new Wish(List.of(), DEFAULT, new Storage(Optional.of("heap"), Map.of("appendonly", "true")));

        assertThat(item(check(wishes(wish), keyed("shop.t")), "destination.storage")
                        .why())
                .contains("heap whose options say ao_row (shop.t)");
    }

    @Test
    void what_statistics_have_chosen_distributes_as_long_as_the_key_has_it() {
        SampleTables t = table(1, "shop.t")
                .column(1, "id", "integer")
                .column(2, "code", "text")
                .column(3, "doc", "json")
                .constraint(11, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (code, id)", "code", "id");
        TableWishes wishes = wishes(new Wish(List.of(), Optional.of(new Distribution.Selective()), NO_STORAGE));

        assertThat(chosen(wishes, t, 2)).contains("DISTRIBUTED BY (code);");
        assertThat(chosen(wishes, t)).contains("DISTRIBUTED BY (code, id);");
        assertThat(chosen(wishes, t, 3)).contains("DISTRIBUTED BY (code, id);");
        assertThat(chosen(wishes, t, 2, 9)).contains("DISTRIBUTED BY (code, id);");
        assertThat(item(check(wishes, table(1, "shop.t").column(1, "id", "integer")), "destination.distribution")
                        .why())
                .contains("there is no primary key");
    }

    private static String chosen(TableWishes wishes, SampleTables table, Integer... numbers) {
        Catalog catalog = catalog(table);
        DestinationNames names = DestinationNames.SAME.withDistribution(1, List.of(numbers));
        Layouts layouts = Layouts.of(GREENPLUM, wishes, catalog, catalog, names);
        return statements(new SchemaPlanner(layouts.dialect()).plan(layouts.keyed()));
    }

    @Test
    void a_unique_key_over_not_null_columns_stands_for_a_primary_key() {
        TableDefinition t = table(1, "shop.t")
                .column(1, "id", "integer")
                .column(2, "code", "text", null, null, true)
                .constraint(11, "u", Kind.UNIQUE, "UNIQUE (code)", "code")
                .definition();
        TableDefinition keyed = new TableDefinition(
                t.oid(),
                t.name(),
                t.kind(),
                false,
                t.identity(),
                List.of("code"),
                "u",
                t.columns(),
                t.constraints(),
                t.indexes(),
                t.parents(),
                null,
                null,
                null,
                -1,
                0);
        Catalog catalog = new Catalog(150004, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(keyed));

        Layouts layouts = layouts(GREENPLUM, TableWishes.NONE, catalog);
        List<SchemaStep> steps = new SchemaPlanner(layouts.dialect()).plan(layouts.keyed());

        assertThat(statements(steps)).contains("DISTRIBUTED BY (code)").doesNotContain("PRIMARY KEY");
        assertThat(steps)
                .filteredOn(s -> s.object().startsWith("unique constraint u"))
                .singleElement()
                .satisfies(s -> assertThat(s.notes()).anyMatch(n -> n.contains("stands for a primary key")));
    }
}
