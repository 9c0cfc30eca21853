package io.penstock.destination.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.DdlEntry;
import io.penstock.core.progress.DdlEntry.Result;
import io.penstock.core.progress.Held;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.CompositeType;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.schema.TypeDefinition.RangeType;
import io.penstock.postgres.connection.PgConnector;
import io.penstock.postgres.connection.PgEndpoint;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Servers.class)
class DefinitionTablesIT {
    private static final QualifiedName T = new QualifiedName("shop", "T \"x\"");
    private static final List<TypeDefinition> TYPES = List.of(
            new EnumType(11, new QualifiedName("shop", "e"), List.of(new EnumType.Value(12, "it's")), null),
            new DomainType(
                    -13,
                    new QualifiedName("shop", "d"),
                    "text",
                    null,
                    true,
                    "'x'::text",
                    List.of(new DomainType.Constraint("c", "CHECK (true)")),
                    "ünï"),
            new CompositeType(
                    14,
                    new QualifiedName("shop", "c"),
                    List.of(new CompositeType.Attribute(1, "a", "text", "pg_catalog.\"C\"")),
                    null),
            new RangeType(
                    15,
                    new QualifiedName("shop", "r"),
                    "text",
                    null,
                    null,
                    null,
                    true,
                    new QualifiedName("s", "m"),
                    null));
    private static final SequenceDefinition SEQUENCE = new SequenceDefinition(
            20, new QualifiedName("shop", "s"), "bigint", 1, 1, 1, Long.MAX_VALUE, 1, true, T, "a", true, null);

    @ParameterizedTest
    @ValueSource(ints = {12, 18})
    void what_is_saved_is_read_again(int version, Servers servers) throws SQLException {
        PgConnector connector = connector(servers.version(version));
        DestinationNames names = DestinationNames.SAME
                .withObject(1, new QualifiedName("x", "y"))
                .withColumn(1, 2, "b")
                .withPart(3, "p")
                .without(4)
                .withoutColumn(1, 5)
                .withApart(6, true);
        try (ProgressTables progress = started(connector, "task");
                DefinitionTables store = DefinitionTables.open(connector, "task")) {
            assertThat(store.read()).isEqualTo(DefinitionModel.EMPTY);
            store.save(new DefinitionModel(List.of(table(1, "a")), TYPES, List.of(SEQUENCE), DestinationNames.SAME));
            store.save(names);
            store.save(new DefinitionModel(List.of(table(1, "b"), table(2, "c")), List.of(), List.of(), names));

            assertThat(store.read())
                    .isEqualTo(new DefinitionModel(
                            List.of(table(1, "b"), table(2, "c")), TYPES, List.of(SEQUENCE), names));

            store.remove(ObjectKind.TABLE, List.of(1, 99));
            store.remove(ObjectKind.TYPE, List.of(11, -13, 14));
            assertThat(store.read())
                    .isEqualTo(
                            new DefinitionModel(List.of(table(2, "c")), TYPES.subList(3, 4), List.of(SEQUENCE), names));

            progress.release();
            assertThat(store.read()).isEqualTo(DefinitionModel.EMPTY);
            assertThat(store.history(10)).isEmpty();
        }
    }

    @Test
    void the_history_keeps_the_newest_in_their_order(Servers servers) throws SQLException {
        PgConnector connector = connector(servers.newest());
        try (ProgressTables progress = started(connector, "task");
                DefinitionTables store = DefinitionTables.open(connector, "task");
                DefinitionTables other = DefinitionTables.open(connector, "other")) {
            progress.running();
            List<DdlEntry> entries = LongStream.range(0, 5)
                    .mapToObj(i -> new DdlEntry(
                            i,
                            i * 16,
                            1_700_000_000_123_456L + i,
                            "ALTER TABLE",
                            "table t",
                            "alter table t ...",
                            Result.values()[(int) i % 3],
                            "ALTER TABLE t",
                            i == 2 ? "it's full" : null))
                    .toList();
            store.append(entries);

            assertThat(store.history(3)).containsExactlyElementsOf(entries.subList(2, 5));
            assertThat(other.history(3)).isEmpty();
        }
    }

    @Test
    void within_the_session_of_a_writer_everything_belongs_to_its_transaction(Servers servers) throws SQLException {
        PgConnector connector = connector(servers.newest());
        Held held = new Held(1, 16, 4_000_000_000L, "I", new byte[] {0, 1, (byte) 255});
        try (ProgressTables progress = started(connector, "task");
                DefinitionTables outside = DefinitionTables.open(connector, "task");
                QuarantineTable quarantine = QuarantineTable.open(connector, "task");
                Connection writer = connector.open(SessionSettings.destination())) {
            progress.running();
            writer.setAutoCommit(false);
            DefinitionTables inside = DefinitionTables.within(writer, "here", "task");
            QuarantineTable insideQuarantine = QuarantineTable.within(writer, "here", "task");
            inside.save(new DefinitionModel(List.of(table(1, "a")), List.of(), List.of(), DestinationNames.SAME));
            insideQuarantine.append(T, List.of(held));
            inside.close();

            assertThat(outside.read().tables()).isEmpty();
            assertThat(quarantine.lastSeq(T)).isZero();
            writer.commit();
            assertThat(outside.read().tables()).containsExactly(table(1, "a"));
            assertThat(quarantine.lastSeq(T)).isEqualTo(1);
        }
    }

    @Test
    void held_changes_are_read_in_their_order_and_piece_by_piece(Servers servers) throws SQLException {
        PgConnector connector = connector(servers.newest());
        List<Held> messages = LongStream.rangeClosed(1, 5)
                .mapToObj(i -> new Held(i, i << 33, i, "k", ("m" + i).getBytes(StandardCharsets.UTF_8)))
                .toList();
        try (ProgressTables progress = started(connector, "task");
                QuarantineTable quarantine = QuarantineTable.open(connector, "task")) {
            quarantine.append(T, messages.subList(0, 3));
            quarantine.append(T, messages.subList(3, 5));
            quarantine.append(new QualifiedName("a", "b"), messages);
            quarantine.append(T, List.of());

            assertThat(quarantine.read(T, 0, 2)).usingRecursiveComparison().isEqualTo(messages.subList(0, 2));
            assertThat(quarantine.read(T, 2, 10)).usingRecursiveComparison().isEqualTo(messages.subList(2, 5));
            quarantine.delete(T, 4);
            assertThat(quarantine.read(T, 0, 10)).extracting(Held::seq).containsExactly(5L);
            assertThat(quarantine.lastSeq(new QualifiedName("a", "b"))).isEqualTo(5);
            progress.release();
        }
    }

    @Test
    void a_piece_of_large_held_changes_is_small(Servers servers) throws SQLException {
        PgConnector connector = connector(servers.newest());
        List<Held> messages = LongStream.rangeClosed(1, 4)
                .mapToObj(i -> new Held(i, i, i, "k", new byte[i == 3 ? 40 << 20 : 9 << 20]))
                .toList();
        try (ProgressTables progress = started(connector, "task");
                QuarantineTable quarantine = QuarantineTable.open(connector, "task")) {
            quarantine.append(T, messages);

            assertThat(quarantine.read(T, 0, 100)).extracting(Held::seq).containsExactly(1L, 2L);
            assertThat(quarantine.read(T, 2, 100)).extracting(Held::seq).containsExactly(3L);
            assertThat(quarantine.read(T, 3, 100)).extracting(Held::seq).containsExactly(4L);
            progress.release();
        }
    }

    @Test
    void tables_that_an_older_release_did_not_make_are_added(Servers servers) throws SQLException {
        EmbeddedServer server = servers.newest();
        String database = server.newDatabase("old");
        PgConnector connector = new PgConnector(PgEndpoint.of(server.url(database), null), "definitions test");
        started(connector, "task").close();
        server.execute(database, "drop table penstock.images, penstock.ddl_history, penstock.quarantine");

        try (ProgressTables again = new ProgressTables(connector, "task");
                DefinitionTables store = DefinitionTables.open(connector, "task")) {
            assertThat(store.read()).isEqualTo(DefinitionModel.EMPTY);
            again.lock();
            store.save(DestinationNames.SAME);
            again.release();
        }
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select to_regnamespace('penstock') is null")) {
            row.next();
            assertThat(row.getBoolean(1)).isTrue();
        }
    }

    private static ProgressTables started(PgConnector connector, String task) {
        ProgressTables progress = new ProgressTables(connector, task);
        progress.lock();
        return progress;
    }

    private static PgConnector connector(EmbeddedServer server) throws SQLException {
        return new PgConnector(PgEndpoint.of(server.url(server.newDatabase("definitions")), null), "definitions test");
    }

    private static TableDefinition table(int oid, String column) {
        return new TableDefinition(
                oid,
                T,
                TableDefinition.Kind.TABLE,
                false,
                ReplicaIdentity.FULL,
                List.of(column),
                null,
                List.of(new ColumnDefinition(
                        1,
                        column,
                        "text",
                        25,
                        -1,
                        'S',
                        true,
                        null,
                        true,
                        "'x'",
                        "x",
                        ColumnDefinition.Identity.ALWAYS,
                        ColumnDefinition.Generated.NO,
                        true,
                        null)),
                List.of(new ConstraintDefinition(
                        30,
                        "c",
                        ConstraintDefinition.Kind.FOREIGN_KEY,
                        "FOREIGN KEY",
                        List.of(column),
                        T,
                        false,
                        true,
                        null)),
                List.of(new IndexDefinition(
                        31, "i", "USING btree (a)", List.of(column), true, false, true, false, true, true, "c")),
                List.of(T),
                "LIST (a)",
                "DEFAULT",
                "comment",
                -1,
                0);
    }
}
