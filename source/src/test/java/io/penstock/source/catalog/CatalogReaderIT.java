package io.penstock.source.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.NamePattern;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.SchemaRule;
import io.penstock.core.task.ObjectSelection.TableRule;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

@ExtendWith(Servers.class)
class CatalogReaderIT {
    static final List<Integer> VERSIONS = EmbeddedServer.VERSIONS;

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void every_version_is_read(int version, Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(version);
        String database = database(server, """
                create schema penstock;
                create table penstock.own (a integer);
                create table parent (id integer, at date, primary key (id, at)) partition by range (at);
                create table leaf partition of parent default;
                create index on parent (at);
                create temp table temporary (a integer);
                create unlogged table flagged (a integer);
                create view seen as select 1 as a;
                create table plain (a integer, b integer, c integer);
                alter table plain drop column b;""");

        Catalog catalog = read(server, database, ObjectSelection.EVERYTHING);

        assertThat(catalog.serverVersion() / 10_000).isEqualTo(version);
        assertThat(catalog.tables())
                .extracting(t -> t.name().table())
                .containsExactly("flagged", "parent", "leaf", "plain");
        assertThat(table(catalog, "flagged").unlogged()).isTrue();
        assertThat(table(catalog, "parent").partitionKey()).isEqualTo("RANGE (at)");
        assertThat(table(catalog, "leaf").bound()).isEqualTo("DEFAULT");
        assertThat(table(catalog, "leaf").keyColumns()).containsExactly("id", "at");
        assertThat(table(catalog, "leaf").indexes()).allMatch(IndexDefinition::inherited);
        assertThat(table(catalog, "plain").columns())
                .extracting(ColumnDefinition::number)
                .containsExactly(1, 3);
        assertThat(table(catalog, "plain").estimatedRows()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"11", "18"})
    void a_partition_follows_its_parent_and_is_a_plain_table_without_it(int version, Servers servers)
            throws SQLException {
        EmbeddedServer server = servers.version(version);
        String database = database(server, """
                create table parent (id integer primary key, n integer not null check (n > 0)) partition by hash (id);
                create table leaf partition of parent for values with (modulus 1, remainder 0);
                create index on parent (n);""");

        assertThat(read(server, database, tables("public.parent")).tables()).hasSize(2);
        Catalog excluded = read(
                server,
                database,
                new ObjectSelection(
                        List.of(new SchemaRule(NamePattern.parse("public"), List.of(NamePattern.parse("leaf"))))));
        assertThat(excluded.tables()).hasSize(2);

        TableDefinition alone = table(read(server, database, tables("public.leaf")), "leaf");
        assertThat(alone.isPartition()).isFalse();
        assertThat(alone.parents()).isEmpty();
        assertThat(alone.columns()).allMatch(ColumnDefinition::local);
        assertThat(alone.constraints()).hasSize(2).allMatch(c -> c.local());
        assertThat(alone.indexes()).hasSize(2).noneMatch(IndexDefinition::inherited);
    }

    @Test
    void a_key_is_what_the_server_accepts_as_replica_identity(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        String database = database(server, """
                create table pk (a integer primary key, b integer not null unique);
                create table two (a integer not null, b integer not null, c integer not null, d integer not null, unique (a, b));
                create unique index z on two (c);
                create unique index y on two (d);
                create table unfit (a integer, b integer not null, c integer not null, d integer primary key deferrable);
                create unique index unfit_nullable on unfit (a);
                create unique index unfit_partial on unfit (b) where b > 0;
                create unique index unfit_expression on unfit ((c + 1));
                create table declared (a integer primary key, b integer not null, c integer not null unique);
                alter table declared replica identity using index declared_c_key;
                create table covered (a integer not null, b text);
                create unique index covered_a on covered (a) include (b);
                create table full_ (a integer primary key);
                alter table full_ replica identity full;
                create table included (a integer, b text, primary key (a) include (b));""");

        Catalog catalog = read(server, database, ObjectSelection.EVERYTHING);

        assertThat(table(catalog, "pk").keyIndex()).isEqualTo("pk_pkey");
        assertThat(table(catalog, "two").keyColumns()).containsExactly("d");
        assertThat(table(catalog, "two").keyIndex()).isEqualTo("y");
        assertThat(table(catalog, "unfit").keyColumns()).isEmpty();
        assertThat(table(catalog, "unfit").keyIndex()).isNull();
        assertThat(table(catalog, "declared").identity()).isEqualTo(ReplicaIdentity.INDEX);
        assertThat(table(catalog, "declared").keyColumns()).containsExactly("c");
        assertThat(table(catalog, "covered").keyColumns()).containsExactly("a");
        assertThat(table(catalog, "full_").keyColumns()).containsExactly("a");
        assertThat(table(catalog, "included").keyColumns()).containsExactly("a");
    }

    @Test
    void binary_is_safe_only_where_it_means_the_same_everywhere(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        String database = database(server, """
                create type e as enum ('a');
                create domain d as integer;
                create domain de as e;
                create domain dea as e[];
                create type r as range (subtype = float8, multirange_type_name = many_r);
                create type c as (a integer, b text[]);
                create type cu as (a e);
                create extension hstore;
                create table t (s1 integer, s2 numeric[], s3 timestamptz, s4 jsonb, s5 int4range, s6 int4multirange, s7 e, s8 d, s9 de,
                                s10 r, s11 c, s12 many_r, s13 money, s14 "char", s15 daterange[],
                                u1 e[], u2 d[], u3 c[], u4 cu, u5 regclass, u6 xml, u7 hstore, u8 r[], u9 dea, u10 regtype[],
                                u11 information_schema.sql_identifier[]);""");

        TableDefinition table = table(read(server, database, ObjectSelection.EVERYTHING), "t");

        assertThat(table.columns()).allMatch(c -> c.binarySafe() == c.name().startsWith("s"));
    }

    @Test
    void extensions_and_functions_that_definitions_use_are_named(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        String database = database(server, """
                create schema ext;
                create extension hstore schema ext;
                create extension pg_trgm schema ext;
                create extension pgcrypto schema ext;
                create extension citext schema ext;
                create function next(integer) returns integer immutable language sql as 'select $1 + 1';
                create function odd(text) returns boolean immutable language sql as 'select true';
                create domain checked as text check (odd(value));
                create table t (a integer default next(1), h ext.hstore[], b bytea default ext.gen_random_bytes(4), c checked);
                create index on t using gin ((c::text) ext.gin_trgm_ops);
                create table unused (x ext.citext);""");

        Catalog catalog = read(server, database, tables("public.t"));

        assertThat(catalog.extensions()).containsExactly("hstore", "pg_trgm", "pgcrypto");
        assertThat(catalog.functions()).containsExactly("public.next(integer)", "public.odd(text)");
        assertThat(catalog.types()).extracting(t -> t.name().table()).containsExactly("checked");
    }

    @Test
    void types_that_cannot_be_created_elsewhere_are_refused_with_table_and_column(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        String database = database(server, """
                create type odd;
                create function odd_in(cstring) returns odd immutable strict language internal as 'textin';
                create function odd_out(odd) returns cstring immutable strict language internal as 'textout';
                create type odd (input = odd_in, output = odd_out);
                create table base (id integer, o odd[]);
                create table row_type (id integer, b base);""");

        assertThatThrownBy(() -> read(server, database, tables("public.base")))
                .isInstanceOfSatisfying(
                        PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECHECK))
                .hasMessageContaining("Column o of table public.base has the type public.odd[]")
                .hasMessageContaining("base type public.odd");
        assertThatThrownBy(() -> read(server, database, tables("public.row_type")))
                .hasMessageContaining("Column b of table public.row_type")
                .hasMessageContaining("row type of table public.base");
    }

    @ParameterizedTest
    @CsvSource({"11", "18"})
    void sequences_of_columns_and_defaults_are_read(int version, Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(version);
        String database = database(server, """
                create sequence free;
                create sequence unused;
                create table other (id serial);
                create table t (a serial, b bigint generated always as identity, c integer default nextval('free'),
                                d integer default nextval('other_id_seq'));""");

        Catalog catalog = read(server, database, tables("public.t"));

        assertThat(catalog.sequences())
                .extracting(s -> s.name().table(), SequenceDefinition::ownerColumn, SequenceDefinition::identity)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("free", null, false),
                        org.assertj.core.groups.Tuple.tuple("other_id_seq", null, false),
                        org.assertj.core.groups.Tuple.tuple("t_a_seq", "a", false),
                        org.assertj.core.groups.Tuple.tuple("t_b_seq", "b", true));
    }

    @Test
    void the_session_is_left_in_autocommit_and_a_transaction_of_the_caller_is_used(Servers servers)
            throws SQLException {
        EmbeddedServer server = servers.version(15);
        String database = database(server, "create table t (a integer);");
        try (Connection connection = connector(server, database).open(SessionSettings.source());
                Statement statement = connection.createStatement()) {
            new CatalogReader(connection).read(ObjectSelection.EVERYTHING);
            assertThat(connection.getAutoCommit()).isTrue();

            connection.setAutoCommit(false);
            statement.execute("create table public.mine (a integer)");
            Catalog catalog = new CatalogReader(connection).read(ObjectSelection.EVERYTHING);
            assertThat(catalog.tables()).hasSize(2);
            connection.rollback();
        }
    }

    @Test
    void names_of_every_kind_survive_in_index_definitions(Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(15);
        String database = database(server, """
                create schema "a.b";
                create table "a.b"." USING x" ("c"" WITH (" text, d text);
                create index "i ON y USING z" on "a.b"." USING x" using btree ("c"" WITH (", lower(d)) with (fillfactor = 50)
                 where d <> ' WITH (''x) ';""");

        TableDefinition table =
                read(server, database, ObjectSelection.EVERYTHING).tables().get(0);

        assertThat(table.indexes().get(0).tail())
                .isEqualTo("USING btree (\"c\"\" WITH (\", lower(d)) WHERE (d <> ' WITH (''x) '::text)");
        assertThat(table.indexes().get(0).columns()).isEmpty();
    }

    private static String database(EmbeddedServer server, String sql) throws SQLException {
        String database = server.newDatabase("catalog");
        server.execute(database, sql);
        return database;
    }

    private static Catalog read(EmbeddedServer server, String database, ObjectSelection selection) throws SQLException {
        try (Connection connection = connector(server, database).open(SessionSettings.source())) {
            return new CatalogReader(connection).read(selection);
        }
    }

    private static PgConnector connector(EmbeddedServer server, String database) {
        return new PgConnector(PgEndpoint.of(server.url(database), null), "catalog test");
    }

    private static TableDefinition table(Catalog catalog, String name) {
        return catalog.table(new QualifiedName("public", name)).orElseThrow();
    }

    private static ObjectSelection tables(String name) {
        List<NamePattern> patterns = NamePattern.parseQualified(name);
        return new ObjectSelection(List.of(new TableRule(patterns.get(0), patterns.get(1))));
    }
}
