package io.penstock.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is named, with its remedy and the right exit code, and nothing is left behind. */
@ExtendWith(Servers.class)
class BadInputIT {
    private EmbeddedServer server;
    private TaskBed bed;

    @TempDir
    private Path folder;

    @BeforeEach
    void a_source_with_a_table(Servers servers) throws SQLException, IOException {
        server = servers.newest();
        bed = new TaskBed(server, server, folder);
        bed.source("create table orders (id int primary key, total int)", "insert into orders values (1, 10)");
    }

    @Test
    void an_unreachable_host() throws SQLException, IOException {
        bed.write("postgresql://postgres@localhost:1/shop", bed.destinationUrl(), "");

        refused(3, "localhost:1/shop", "nothing accepts connections there", "Check host and port");
    }

    @Test
    void a_host_that_does_not_exist() throws SQLException, IOException {
        bed.write(bed.sourceUrl(), "postgresql://postgres@no-such-host.invalid/shop", "");

        refused(3, "no-such-host.invalid:5432/shop", "Check");
    }

    @Test
    void a_wrong_password() throws SQLException, IOException {
        server.execute("postgres", "create role cli_secretive login password 'right'");
        Path hba = server.dataDirectory().resolve("pg_hba.conf");
        String before = Files.readString(hba);
        try {
            Files.writeString(hba, "host all cli_secretive all scram-sha-256\n" + before);
            server.execute("postgres", "select pg_reload_conf()");
            String url = bed.sourceUrl().replace("postgres@", "cli_secretive:w-r-o-n-g@");
            bed.write(url, bed.destinationUrl(), "");

            CommandRun run = refused(3, "cli_secretive", "password");
            assertThat(run.err()).doesNotContain("w-r-o-n-g");
        } finally {
            Files.writeString(hba, before);
            server.execute("postgres", "select pg_reload_conf()", "drop role cli_secretive");
        }
    }

    @Test
    void a_database_that_does_not_exist() throws SQLException, IOException {
        bed.write(server.url("no_such_database"), bed.destinationUrl(), "");

        refused(3, "no_such_database");
    }

    @Test
    void a_source_without_logical_wal_level() throws SQLException, IOException {
        try (EmbeddedServer replica = EmbeddedServer.start(18, Map.of("wal_level", "replica"))) {
            bed = new TaskBed(replica, server, folder);
            bed.source("create table orders (id int primary key)");

            refused(1, "source.wal_level", "wal_level is replica", "ALTER SYSTEM SET wal_level = logical");
        }
    }

    @Test
    void a_destination_that_takes_no_changes() throws SQLException {
        server.execute(
                "postgres", "alter database " + bed.destinationDb() + " set default_transaction_read_only to on");

        refused(1, bed.destinationDb(), "read-only", "target_session_attrs=read-write");
        assertThat(bed.verb("precheck").out()).containsPattern("destination.read_write +failed +no");
    }

    @Test
    void a_source_that_takes_no_changes() throws SQLException {
        server.execute("postgres", "alter database " + bed.sourceDb() + " set default_transaction_read_only to on");

        refused(1, "source.read_write", "Reset default_transaction_read_only");
    }

    @Test
    void a_destination_table_that_exists() throws SQLException {
        bed.destination("create table orders (id int)");

        refused(1, "destination.tables", "public.orders", "DROP TABLE public.orders");
    }

    @Test
    void a_table_without_the_right_to_read_it() throws SQLException, IOException {
        server.execute("postgres", "create role cli_reader login replication");
        bed.source("grant create on database " + bed.sourceDb() + " to cli_reader");
        try {
            bed.write(bed.sourceUrl().replace("postgres@", "cli_reader@"), bed.destinationUrl(), "");

            refused(1, "source.read_right", "public.orders", "GRANT SELECT ON public.orders TO cli_reader");
        } finally {
            bed.source("drop owned by cli_reader", "drop role cli_reader");
        }
    }

    @Test
    void a_type_that_the_destination_does_not_have() throws SQLException {
        bed.source("create extension hstore", "create table odd (id int primary key, bag hstore)");

        refused(1, "destination.extensions", "hstore", "CREATE EXTENSION hstore");
    }

    @Test
    void addresses_that_cannot_be_used() throws SQLException, IOException {
        bed.write("postgresql://h/d?colour=red", "postgresql://h:0/d", "");

        refused(2, "line 2: source.url: ", "colour", "line 3: destination.url: ", "1 to 65535");
        bed.write(bed.sourceUrl(), bed.destinationUrl(), "");
    }

    @Test
    void an_unknown_key() throws SQLException, IOException {
        bed.write(bed.sourceUrl(), bed.destinationUrl(), "colour: red");

        refused(2, "line 4", "colour");
    }

    @Test
    void listed_tables_that_do_not_exist() throws SQLException, IOException {
        bed.write(bed.sourceUrl(), bed.destinationUrl(), """
                objects:
                  - table: public.orders
                  - table: public.ordres
                  - table: public.later_*
                  - {table: nowhere."Orders"}""");

        CommandRun run = refused(
                2,
                "line 6: objects[1].table: public.ordres is no table of the source",
                "line 8: objects[3].table: nowhere.\"Orders\" is no table");

        assertThat(run.err()).doesNotContain("objects[0]", "objects[2]");
        assertThat(bed.verb("precheck").exit()).isEqualTo(2);
        assertThat(bed.verb("plan").exit()).isEqualTo(2);
    }

    @Test
    void a_listed_table_that_an_earlier_rule_leaves_out_is_not_called_missing() throws SQLException, IOException {
        bed.source("create table kept (id int primary key)");
        bed.write(
                bed.sourceUrl(),
                bed.destinationUrl(),
                "objects: [{schema: public, exclude: [orders]}, {table: public.orders}]");

        assertThat(bed.verb("plan").exit()).isZero();
    }

    @Test
    void objects_that_select_nothing() throws SQLException, IOException {
        bed.write(bed.sourceUrl(), bed.destinationUrl(), "objects: [{schema: nowhere}]");

        refused(1, "source.tables", "contain no table", "objects");
    }

    @Test
    void the_verb_precheck_shows_all_items_and_changes_nothing() throws SQLException {
        bed.destination("create table orders (id int)");

        CommandRun text = bed.verb("precheck");
        CommandRun json = bed.verb("precheck", "--json");

        assertThat(text.exit()).isEqualTo(1);
        assertThat(text.out().lines().findFirst().orElseThrow())
                .containsSubsequence("item", "state", "ignorable", "why", "fix");
        assertThat(text.out())
                .containsPattern("source.wal_level +passed")
                .containsPattern("destination.tables +failed +no");
        assertThat(json.exit()).isEqualTo(1);
        assertThat(json.out()).contains("{\"item\":\"source.wal_level\",\"state\":\"passed\",\"ignorable\":false,");
        bed.assertNothingLeft();
    }

    private CommandRun refused(int exit, String... said) throws SQLException {
        CommandRun run = bed.verb("run");

        assertThat(run.exit()).as(run.err()).isEqualTo(exit);
        // A role with few rights is warned beforehand of what it will miss.
        String error =
                run.err().lines().filter(line -> !line.contains(" WARN ")).collect(Collectors.joining("\n"));
        assertThat(error).startsWith("penstock: ").contains(said).doesNotContain("\tat ", "Exception");
        bed.assertNothingLeft();
        return run;
    }
}
