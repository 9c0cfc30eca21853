package io.penstock.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.check.Finding;
import io.penstock.core.check.Finding.State;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.task.ObjectSelection;
import io.penstock.destination.schema.SchemaWriter;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Servers.class)
class DestinationChecksIT {
    private static final String SOURCE = """
            create extension citext;
            create schema s;
            create type s.e as enum ('a', 'b');
            create collation s.c (locale = 'C');
            create function s.f(s.e) returns integer immutable language sql as 'select 1';
            create table s.t (id integer primary key, e s.e, c text collate s.c, x citext, n integer default s.f('a'),
                              parent integer references s.t);""";

    @ParameterizedTest
    @CsvSource({"12", "15", "18"})
    void an_empty_destination_lacks_what_is_not_created(int version, Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(version);
        Catalog catalog = catalog(server);

        List<Finding> findings = check(connector(server, server.newDatabase("empty"), "postgres"), catalog, true);

        assertThat(failed(findings, "destination.extensions").fix()).isEqualTo("CREATE EXTENSION citext;");
        assertThat(failed(findings, "destination.functions").why()).contains("s.f(s.e)");
        assertThat(failed(findings, "destination.collations").why()).contains("s.c (s.t.c)");
        assertThat(failed(findings, "destination.types").why()).contains("public.citext (s.t.x)");
        assertThat(findings).filteredOn(f -> f.state() == State.FAILED).hasSize(4);
    }

    @Test
    void existing_objects_are_conflicts(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        Catalog catalog = catalog(server);
        String database = server.newDatabase("conflict");
        server.execute(database, "create schema s; create type s.e as enum ('a'); create view s.t as select 1 as id");

        List<Finding> findings = check(connector(server, database, "postgres"), catalog, true);

        assertThat(failed(findings, "destination.tables").why()).contains("s.t");
        assertThat(failed(findings, "destination.tables").fix()).contains("DROP TABLE s.t;");
        assertThat(failed(findings, "destination.types").why()).contains("another definition", "s.e");
    }

    @Test
    void tables_the_task_does_not_create_must_be_there_with_their_columns(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        Catalog catalog = catalog(server);
        String database = server.newDatabase("given");
        server.execute(database, "create schema s");

        assertThat(failed(check(connector(server, database, "postgres"), catalog, false), "destination.tables")
                        .why())
                .contains("s.t");

        server.execute(database, "create table s.t (id integer, e text, c text, x text)");
        assertThat(failed(check(connector(server, database, "postgres"), catalog, false), "destination.columns")
                        .why())
                .contains("s.t.n, s.t.parent");
    }

    @ParameterizedTest
    @CsvSource({"12", "15"})
    void a_plain_role_is_told_which_rights_it_needs(int version, Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(version);
        Catalog catalog = catalog(server);
        String database = server.newDatabase("rights");
        server.execute(database, "drop role if exists plain", "create role plain login", "create schema s");

        List<Finding> hidden = check(connector(server, database, "plain"), catalog, true);
        assertThat(failed(hidden, "destination.rights").fix()).contains("GRANT USAGE, CREATE ON SCHEMA s TO plain;");
        assertThat(failed(check(connector(server, database, "plain"), catalog, false), "destination.rights")
                        .fix())
                .contains("GRANT USAGE ON SCHEMA s TO plain;");

        server.execute(database, "grant usage, create on schema s, public to plain");
        List<Finding> findings = check(connector(server, database, "plain"), catalog, true);
        assertThat(findings).anyMatch(f -> f.item().equals("destination.rights") && f.state() == State.PASSED);
        assertThat(failed(findings, "destination.replica_role").fix())
                .contains(
                        version >= 15
                                ? "GRANT SET ON PARAMETER session_replication_role TO plain;"
                                : "ALTER ROLE plain SUPERUSER;");
        server.execute(database, "drop schema s");
        assertThat(failed(check(connector(server, database, "plain"), catalog, true), "destination.rights")
                        .fix())
                .contains("GRANT CREATE ON DATABASE " + database + " TO plain;");
        server.execute(database, "drop owned by plain", "drop role plain");
    }

    @Test
    void another_encoding_than_utf8_is_a_warning(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        server.execute("postgres", "create database latin encoding 'LATIN1' template template0");

        List<Finding> findings = check(connector(server, "latin", "postgres"), catalog(server), true);

        assertThat(findings)
                .anyMatch(f -> f.item().equals("destination.encoding")
                        && f.state() == State.WARNING
                        && f.why().contains("LATIN1"));
    }

    @Test
    void a_table_is_described_as_it_is(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(18);
        String database = server.newDatabase("described");
        server.execute(database, """
                create table "T 1" (id bigint generated always as identity primary key, n integer not null, dropped integer,
                                    g integer generated always as (n * 2) stored, tags text[], unique (n, id) include (tags));
                create unique index on "T 1" (n) where n > 0;
                alter table "T 1" drop column dropped;
                create table nothing ();""");
        try (SchemaWriter writer = new SchemaWriter(connector(server, database, "postgres"), "checks")) {
            DestinationTable table =
                    writer.table(new QualifiedName("public", "T 1")).orElseThrow();

            assertThat(table.columns())
                    .containsExactly(
                            new DestinationTable.Column("id", "bigint", 'N', true, false, true),
                            new DestinationTable.Column("n", "integer", 'N', false, false, true),
                            new DestinationTable.Column("g", "integer", 'N', false, true, false),
                            new DestinationTable.Column("tags", "text[]", 'A', false, false, false));
            assertThat(table.uniqueIndexes()).containsExactlyInAnyOrder(List.of("id"), List.of("n", "id"), List.of());
            assertThat(writer.table(new QualifiedName("public", "nothing"))
                            .orElseThrow()
                            .columns())
                    .isEmpty();
            assertThat(writer.table(new QualifiedName("nowhere", "t"))).isEmpty();
        }
    }

    private static Catalog catalog(EmbeddedServer server) throws SQLException {
        String database = server.newDatabase("checked");
        server.execute(database, SOURCE);
        try (Connection connection = connector(server, database, "postgres").open(SessionSettings.source())) {
            return new CatalogReader(connection).read(ObjectSelection.EVERYTHING);
        }
    }

    private static List<Finding> check(PgConnector connector, Catalog catalog, boolean create) {
        try (SchemaWriter writer = new SchemaWriter(connector, "checks")) {
            return writer.check(catalog, DestinationNames.SAME, DestinationDemands.of(create));
        }
    }

    private static Finding failed(List<Finding> findings, String item) {
        return findings.stream()
                .filter(f -> f.item().equals(item) && f.state() == State.FAILED)
                .findFirst()
                .orElseThrow(() -> new AssertionError(item + " did not fail: " + findings));
    }

    private static PgConnector connector(EmbeddedServer server, String database, String role) {
        String url = server.url(database).replace("//postgres@", "//" + role + "@");
        return new PgConnector(PgEndpoint.of(url, null), "check test");
    }
}
