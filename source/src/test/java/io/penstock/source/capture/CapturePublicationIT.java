package io.penstock.source.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.NamePattern;
import io.penstock.core.port.DdlCapture.State;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.Rule;
import io.penstock.core.task.ObjectSelection.SchemaRule;
import io.penstock.core.task.ObjectSelection.TableRule;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.source.setup.PostgresSource;
import io.penstock.source.snapshot.SnapshotSettings;
import io.penstock.source.stream.CatchUpLimits;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Servers.class)
class CapturePublicationIT {
    private static final String KEYED =
            "select coalesce(string_agg(tablename, ' ' order by tablename), '') from pg_publication_tables"
                    + " where pubname = 'penstock_%s_key' and schemaname <> 'penstock'";
    private static final String IDENTITY = "select relreplident from pg_class where oid = '%s'::regclass";

    @Test
    void a_table_that_is_dropped_before_it_is_published_is_not_missed_when_tables_are_read_again(Servers servers)
            throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(15), "create table gone (a int)");
                SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
            Catalog before = setup.catalog(ObjectSelection.EVERYTHING);
            bed.sql("drop table gone");
            assertThatThrownBy(() -> setup.publish(before, ObjectSelection.EVERYTHING, List.of()))
                    .isInstanceOfSatisfying(
                            PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TRANSIENT));
            bed.publish();
            assertThat(bed.one(KEYED.formatted(CaptureBed.TASK))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void users_can_change_rows_whatever_happens_to_keys(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish()) {
            bed.sqlAs("plain", "create table t (id int primary key, u int)", "insert into t values (1, 1)");
            assertThat(bed.one(KEYED.formatted("capture"))).isEqualTo("t");
            assertThat(bed.one(IDENTITY.formatted("t"))).isEqualTo("d");
            bed.sqlAs("plain", "alter table t drop constraint t_pkey", "update t set u = 2");
            assertThat(bed.one(IDENTITY.formatted("t"))).isEqualTo("f");
            bed.sqlAs("plain", "alter table t add primary key (id)", "update t set u = 3");
            assertThat(bed.one(IDENTITY.formatted("t"))).isEqualTo("d");
            bed.sqlAs("plain", "create table nokey (a int)", "insert into nokey values (1)", "update nokey set a = 2");
            assertThat(bed.one(IDENTITY.formatted("nokey"))).isEqualTo("f");
            bed.sqlAs(
                    "plain",
                    "create table uk (a int not null unique, b int)",
                    "insert into uk values (1)",
                    "update uk set b = 2");
            assertThat(bed.one(IDENTITY.formatted("uk"))).isEqualTo("i");
            bed.sqlAs("plain", "alter table uk drop constraint uk_a_key", "update uk set b = 3");
            assertThat(bed.one(IDENTITY.formatted("uk"))).isEqualTo("f");
            bed.sqlAs("plain", "alter table uk replica identity nothing", "update uk set b = 4");
            assertThat(bed.one(IDENTITY.formatted("uk"))).isEqualTo("f");
            bed.sqlAs("plain", "create table ui (a int not null, b int)", "create unique index ui_a on ui (a)");
            bed.sqlAs("plain", "insert into ui values (1)", "drop index concurrently ui_a", "update ui set b = 4");
            bed.sqlAs("plain", "create table c as select 1 as id", "update c set id = 2");
            List<SchemaEvent> events = bed.events();
            assertThat(events).allMatch(event -> event.unpublished().isEmpty());
            assertThat(events).allMatch(event -> event.kind() != SchemaEvent.Kind.CAPTURE_FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_dropped_identity_index_is_replaced_before_the_table_is_published(int version, Servers servers)
            throws SQLException {
        try (CaptureBed bed = new CaptureBed(
                servers.version(version),
                "create table t (id int primary key, u int not null)",
                "create unique index t_u on t (u)",
                "alter table t replica identity using index t_u",
                "drop index t_u",
                "insert into t values (1, 1)")) {
            bed.publish();
            assertThat(bed.one(IDENTITY.formatted("t"))).isEqualTo("d");
            bed.sql("update t set u = 2");
            bed.sql(
                    "create unique index t_u on t (u)",
                    "alter table t replica identity using index t_u",
                    "drop index t_u");
            assertThat(bed.one(IDENTITY.formatted("t"))).isEqualTo("d");
            bed.sql("update t set u = 3");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void open_transactions_with_new_tables_do_not_wait_for_each_other(int version, Servers servers)
            throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish();
                Connection one = bed.connectAs("plain");
                Connection two = bed.connectAs("plain");
                Statement first = one.createStatement();
                Statement second = two.createStatement();
                SourceSetup setup = bed.source(CaptureBed.TASK).setup()) {
            one.setAutoCommit(false);
            two.setAutoCommit(false);
            second.execute("set local statement_timeout = '2s'");
            first.execute("create table t1 (id int primary key)");
            second.execute("create table t2 (id int primary key)");
            second.execute("insert into t2 values (1)");
            two.commit();
            one.commit();
            List<Integer> unpublished = new ArrayList<>();
            bed.events().forEach(event -> unpublished.addAll(event.unpublished()));
            if (version < 15) {
                assertThat(unpublished).isEmpty();
            } else {
                assertThat(unpublished).containsExactly(bed.oid("t2"));
                assertThat(bed.one(KEYED.formatted("capture"))).isEqualTo("t1");
                setup.addToPublication(bed.oid("t2"));
            }
            assertThat(bed.one(KEYED.formatted("capture"))).isEqualTo("t1 t2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void the_narrowest_publication_that_holds_is_made(int version, Servers servers) throws SQLException {
        String wide =
                "select string_agg(tablename, ' ' order by tablename) from pg_publication_tables where pubname = 'penstock_%s_all'";
        try (CaptureBed bed = new CaptureBed(
                        servers.version(version),
                        "create schema s",
                        "create table s.a (id int primary key)",
                        "create table s.b (id int primary key)",
                        "create table t (id int primary key)")
                .publish("single", selection(table("s.a"), table("s.later")))
                .publish("schemas", selection(schema("s", "b")))
                .publish("globs", selection(table("s.*")))) {
            assertThat(bed.one(wide.formatted("single"))).isEqualTo("a ddl_log heartbeat");
            assertThat(bed.one("select puballtables from pg_publication where pubname = 'penstock_globs_all'"))
                    .isEqualTo("t");
            assertThat(bed.one("select puballtables from pg_publication where pubname = 'penstock_schemas_all'"))
                    .isEqualTo(version < 15 ? "t" : "f");
            if (version >= 15) {
                assertThat(bed.one(wide.formatted("schemas"))).isEqualTo("a b ddl_log heartbeat");
            }
            assertThat(bed.one(KEYED.formatted("single"))).isEqualTo("a");
            assertThat(bed.one(KEYED.formatted("schemas"))).isEqualTo("a");
            assertThat(bed.one(KEYED.formatted("globs"))).isEqualTo("a b");

            bed.sql("create table s.later (id int primary key)", "create table u (id int)");
            assertThat(bed.one(wide.formatted("single"))).isEqualTo("a ddl_log heartbeat later");
            assertThat(bed.one(KEYED.formatted("single"))).isEqualTo("a later");
            assertThat(bed.one(KEYED.formatted("schemas"))).isEqualTo("a later");
            bed.publish("single", selection(table("s.a"), table("s.later")));
            bed.sql("drop schema s cascade", "create schema s", "create table s.a (id int primary key)");
            assertThat(bed.one(KEYED.formatted("schemas"))).isEqualTo("a");
            if (version >= 15) {
                assertThat(bed.one(wide.formatted("schemas"))).isEqualTo("a ddl_log heartbeat");
            }
            assertThat(bed.one("select relreplident from pg_class where oid = 'u'::regclass"))
                    .isEqualTo("d");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void rules_select_what_the_selection_selects(int version, Servers servers) throws SQLException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] parts = {
            "a", "b", "*", "?", ".", "_", "^x", "$", "\\", "ä", "(", "[b]", "|", "A", "{2}", "+", "\"", "d", "\n"
        };
        try (CaptureBed bed = new CaptureBed(servers.version(version)).publish();
                SourceSetup setup = bed.source(CaptureBed.TASK).setup();
                Connection connection = bed.connect();
                var query = connection.prepareStatement("select penstock.selected('" + CaptureBed.TASK + "', ?, ?)")) {
            for (int round = 0; round < 30; round++) {
                List<Rule> rules = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    NamePattern schema = pattern(random, parts);
                    rules.add(
                            random.nextBoolean()
                                    ? new TableRule(schema, pattern(random, parts))
                                    : new SchemaRule(
                                            schema,
                                            random.nextBoolean()
                                                    ? List.of()
                                                    : List.of(pattern(random, parts), pattern(random, parts))));
                }
                ObjectSelection objects = new ObjectSelection(rules);
                setup.publish(setup.catalog(objects), objects, List.of());
                for (int i = 0; i < 40; i++) {
                    String schema = random.nextInt(20) == 0 ? "pg_x" : text(random, parts);
                    String table = text(random, parts);
                    query.setString(1, schema);
                    query.setString(2, table);
                    try (var row = query.executeQuery()) {
                        row.next();
                        assertThat(row.getBoolean(1))
                                .as("seed %d: %s . %s in %s", seed, schema, table, rules)
                                .isEqualTo(objects.selects(schema, table));
                    }
                }
            }
        }
    }

    private static NamePattern pattern(Random random, String[] parts) {
        return new NamePattern(text(random, parts), random.nextInt(3) == 0);
    }

    private static String text(Random random, String[] parts) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void partitions_of_a_selected_table_are_published_under_any_name(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(
                        servers.version(version), "create table p (id int primary key, a int) partition by range (id)")
                .publish(CaptureBed.TASK, selection(table("public.p")))) {
            bed.sqlAs("plain", "create table other (id int primary key, a int)", "create table x (id int)");
            assertThat(bed.one(KEYED.formatted("capture"))).isEmpty();
            bed.sql(
                    "alter table p attach partition other for values from (0) to (10)",
                    "create table p2 partition of p for values from (10) to (20)");
            assertThat(bed.one(KEYED.formatted("capture"))).isEqualTo("other p2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void release_leaves_nothing_and_spares_other_tasks(int version, Servers servers) throws SQLException {
        try (CaptureBed bed = new CaptureBed(servers.version(version), "create table nokey (a int)")
                        .publish("first", ObjectSelection.EVERYTHING)
                        .publish("second", ObjectSelection.EVERYTHING);
                SourceSetup first = bed.source("first").setup();
                SourceSetup second = bed.source("second").setup()) {
            bed.sql("create table later (a int)");
            assertThat(first.release()).isEmpty();
            assertThat(second.ddlCapture(0).state()).isEqualTo(State.ACTIVE);
            assertThat(bed.one(IDENTITY.formatted("nokey"))).isEqualTo("f");
            bed.sql("create table last (a int)");
            assertThat(bed.one(KEYED.formatted("second"))).isEqualTo("last later nokey");
            assertThat(second.release()).isEmpty();
            assertThat(second.release()).isEmpty();
            assertThat(bed.one("select count(*) from pg_class where relreplident = 'f'"))
                    .isEqualTo("0");
            assertThat(bed.one("select (select count(*) from pg_event_trigger) + (select count(*) from pg_publication)"
                            + " + (select count(*) from pg_namespace where nspname like 'penstock%')"))
                    .isEqualTo("0");
            bed.sql("create table after (a int)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void a_role_that_may_not_capture_gets_lists_and_is_told(int version, Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(version);
        try (CaptureBed bed = new CaptureBed(server)) {
            bed.sqlAs("plain", "create table t (id int primary key)", "create table nokey (a int)");
            String url = server.url(bed.one("select current_database()")).replace("postgres@", "plain@");
            PostgresSource source = new PostgresSource(
                    new PgConnector(PgEndpoint.of(url, null), "plain test"),
                    "poor",
                    CatchUpLimits.OFF,
                    SnapshotSettings.DEFAULT);
            try (SourceSetup setup = source.setup()) {
                assertThat(setup.check(setup.catalog(ObjectSelection.EVERYTHING), ObjectSelection.EVERYTHING))
                        .filteredOn(f -> f.item().equals("source.ddl_capture"))
                        .singleElement()
                        .satisfies(f -> assertThat(f.ignorable()).isTrue());
                setup.publish(setup.catalog(ObjectSelection.EVERYTHING), ObjectSelection.EVERYTHING, List.of());
                setup.publish(setup.catalog(ObjectSelection.EVERYTHING), ObjectSelection.EVERYTHING, List.of());
                assertThat(setup.ddlCapture(0).state()).isEqualTo(State.UNAVAILABLE);
                assertThat(bed.one(KEYED.formatted("poor"))).isEqualTo("nokey t");
                assertThat(bed.one(IDENTITY.formatted("nokey"))).isEqualTo("f");
                bed.sqlAs("plain", "create table u (id int primary key)");
                assertThat(setup.release()).isEmpty();
            }
            assertThat(bed.one("select count(*) from pg_namespace where nspname like 'penstock%'"))
                    .isEqualTo("0");
            assertThat(bed.one(IDENTITY.formatted("nokey"))).isEqualTo("d");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 15, 18})
    void log_rows_and_rows_of_new_tables_arrive_in_the_stream_in_every_mode(int version, Servers servers)
            throws SQLException {
        for (ObjectSelection objects : List.of(
                ObjectSelection.EVERYTHING,
                selection(schema("public")),
                selection(table("public.t"), table("public.c")))) {
            try (CaptureBed bed = new CaptureBed(servers.version(version)).publish(CaptureBed.TASK, objects)) {
                String slot = "capture_" + System.nanoTime();
                bed.sql("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
                try {
                    bed.sqlAs(
                            "plain",
                            "begin; create table t (id int, a int); insert into t values (1); update t set a = 1; commit");
                    bed.sqlAs("plain", "insert into t values (2)", "delete from t where id = 2");
                    bed.sqlAs("plain", "create table c as select 1 as a from generate_series(1, 7)");
                    boolean listed =
                            !objects.rules().isEmpty() && objects.rules().get(0) instanceof TableRule;
                    int rowsOfC = listed ? 0 : 7;
                    boolean everything = "t"
                            .equals(bed.one(
                                    "select puballtables from pg_publication where pubname = 'penstock_capture_all'"));
                    int rowsOfOurs = everything ? 2 : 0;
                    assertThat(messages(bed, slot, 'I')).isEqualTo(2 + 2 + rowsOfC + rowsOfOurs);
                    assertThat(messages(bed, slot, 'U')).isEqualTo(1);
                    assertThat(messages(bed, slot, 'D')).isEqualTo(1);
                    List<Integer> unpublished = new ArrayList<>();
                    bed.events().forEach(event -> unpublished.addAll(event.unpublished()));
                    assertThat(unpublished).isEqualTo(listed ? List.of(bed.oid("c")) : List.of());
                } finally {
                    bed.sql("select pg_drop_replication_slot('" + slot + "')");
                }
            }
        }
    }

    private static int messages(CaptureBed bed, String slot, char type) throws SQLException {
        return Integer.parseInt(bed.one("select count(*) from pg_logical_slot_peek_binary_changes('" + slot
                + "', null, null, 'proto_version', '1', 'publication_names', 'penstock_capture_all,penstock_capture_key')"
                + " where get_byte(data, 0) = ascii('" + type + "')"));
    }

    private static ObjectSelection selection(Rule... rules) {
        return new ObjectSelection(List.of(rules));
    }

    private static Rule table(String name) {
        List<NamePattern> patterns = NamePattern.parseQualified(name);
        return new TableRule(patterns.get(0), patterns.get(1));
    }

    private static Rule schema(String name, String... excluded) {
        List<NamePattern> patterns = new ArrayList<>();
        for (String pattern : excluded) {
            patterns.add(NamePattern.parse(pattern));
        }
        return new SchemaRule(NamePattern.parse(name), patterns);
    }
}
