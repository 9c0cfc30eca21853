package io.penstock.cli.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.PenstockException;
import io.penstock.testkit.Servers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every built-in type, and types made of them, through the full copy and through the stream, as value and as key. */
@ExtendWith(Servers.class)
class TypesIT {
    @ParameterizedTest
    @EnumSource(names = {"LIVE", "ARRAYS"})
    void every_value_of_every_type_arrives_exactly(Cut cut, Servers servers) throws Exception {
        ScenarioRun.together(servers.version(15), servers.version(18), List.of(script(15)), cut);
    }

    @Test
    void every_value_of_every_type_leaves_an_old_server_exactly(Servers servers) throws Exception {
        ScenarioRun.together(servers.version(11), servers.version(15), List.of(script(11)), Cut.STAGED);
    }

    @Test
    void values_of_the_newest_types_arrive_exactly(Servers servers) throws Exception {
        ScenarioRun.together(servers.version(18), servers.version(18), List.of(script(18)), Cut.ONE_BATCH);
    }

    /** PostgreSQL itself writes a document without the encoding it names, in dumps and in the stream. */
    @Test
    void an_xml_document_loses_the_encoding_it_names_and_nothing_else(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(
                    "create table t (id int primary key, x xml)",
                    "insert into t values (1, '<?xml version=\"1.0\" encoding=\"UTF-8\"?><ä/>')");
            bed.sync();
            bed.source("insert into t values (2, '<?xml version=\"1.0\" encoding=\"UTF-8\"?><ä/>')");
            bed.sync();
            assertThat(bed.atDestination("select string_agg(x::text, ' ' order by id) from t"))
                    .isEqualTo("<ä/> <ä/>");
        }
    }

    static Script script(int version) {
        Script script = new Script("public", 0, new ArrayList<>(), new ArrayList<>(), List.of());
        TypeSamples.TYPES.forEach(sql -> script.setup().add(statement(sql)));
        for (TypeSamples type : TypeSamples.all(version)) {
            type.setup().forEach(sql -> script.setup().add(statement(sql)));
            type.stream().forEach(sql -> script.stream().add(statement(sql)));
        }
        return script;
    }

    private static Script.Statement statement(String sql) {
        return new Script.Statement("a", sql, null);
    }

    @Test
    void a_key_that_changes_its_representation_alone_changes_at_the_destination(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(
                    "create extension citext",
                    "create table n (v numeric primary key, note text)",
                    "insert into n values (1.0, 'a'), (2, 'b')",
                    "create table f (v float8 primary key, note text)",
                    "insert into f values ('-0', 'a'), (1, 'b')",
                    "create table c (v citext primary key, note text)",
                    "insert into c values ('Ab', 'a'), ('x', 'b')");
            bed.destination("create extension citext");
            bed.sync();
            bed.source(
                    "update n set v = 1.00 where v = 1",
                    "update n set note = 'again' where v = 1",
                    "update f set v = '0' where v = 0",
                    "update f set note = 'again' where v = 0",
                    "update c set v = 'aB' where v = 'ab'",
                    "update c set note = 'again' where v = 'ab'",
                    "begin; update n set v = 3.0 where v = 2; update n set v = 2.000 where v = 3; commit");
            bed.sync();
            bed.assertEqual();
            assertThat(bed.atDestination("select v from n where v = 1")).isEqualTo("1.00");
            assertThat(bed.atDestination("select v::text || note from c where v = 'AB'"))
                    .isEqualTo("aBagain");
        }
    }

    @Test
    void an_extension_that_the_destination_lacks_is_named(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source("create extension hstore", "create table t (id int primary key, h hstore)");

            assertThatThrownBy(bed::sync)
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("CREATE EXTENSION hstore");
        }
    }

    @Test
    @Disabled(
            "the writer's search path hides operators outside of pg_catalog: = of hstore is not found, and a citext key is compared"
                    + " as text, which is right but reads the whole table instead of the index")
    void keys_of_an_extensions_type_are_found_by_its_own_operator(Servers servers) throws Exception {
        try (SyncBed bed = new SyncBed(servers.version(15), servers.version(18))) {
            bed.source(
                    "create extension hstore",
                    "create table t (h hstore primary key, v int)",
                    "insert into t values ('a=>1', 1)");
            bed.destination("create extension hstore");
            bed.sync();
            bed.source("update t set v = 2", "delete from t");
            bed.sync();
            bed.assertEqual();
        }
    }
}
