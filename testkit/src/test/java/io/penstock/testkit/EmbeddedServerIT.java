package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@ExtendWith(Servers.class)
class EmbeddedServerIT {
    static final List<Integer> VERSIONS = EmbeddedServer.VERSIONS;

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void every_version_starts_ready_for_logical_replication(int version, Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(version);

        assertThat(show(server, "server_version")).startsWith(version + ".");
        assertThat(show(server, "wal_level")).isEqualTo("logical");
        assertThat(show(server, "max_replication_slots")).isEqualTo("40");
        assertThat(show(server, "fsync")).isEqualTo("off");
        assertThat(show(server, "synchronous_commit")).isEqualTo("on");
    }

    @Test
    void new_databases_of_one_prefix_have_different_names(Servers servers) throws SQLException {
        EmbeddedServer server = servers.newest();

        assertThat(server.newDatabase("shop")).isNotEqualTo(server.newDatabase("shop"));
    }

    @Test
    void settings_override_the_defaults_even_with_blanks() throws SQLException {
        try (EmbeddedServer server =
                EmbeddedServer.start(15, Map.of("fsync", "on", "search_path", "\"$user\", public, other"))) {
            assertThat(show(server, "fsync")).isEqualTo("on");
            assertThat(show(server, "search_path")).isEqualTo("\"$user\", public, other");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void committed_rows_survive_kill_9(int version) throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(version)) {
            int port = server.port();
            server.execute("postgres", "create table t (id int)", "insert into t values (7)");
            try (Connection open = server.connect("postgres")) {
                open.setAutoCommit(false);
                open.createStatement().execute("insert into t values (8)");

                server.kill9();

                assertThatThrownBy(() -> open.createStatement().execute("select 1"))
                        .isInstanceOf(SQLException.class);
            }
            server.restart();

            assertThat(server.port()).isEqualTo(port);
            assertThat(query(server, "postgres", "select string_agg(id::text, ',') from t"))
                    .isEqualTo("7");
        }
    }

    @Test
    void a_stopped_server_restarts_with_its_data_and_close_removes_its_files() throws SQLException {
        EmbeddedServer server = EmbeddedServer.start(18);
        server.execute("postgres", "create table t as select 7 as id");

        server.stop();
        assertThat(server.isRunning()).isFalse();
        server.restart();

        assertThat(query(server, "postgres", "select id from t")).isEqualTo("7");
        assertThat(Files.isRegularFile(server.logFile())).isTrue();
        server.close();
        assertThat(Files.exists(server.dataDirectory())).isFalse();
    }

    private static String show(EmbeddedServer server, String setting) throws SQLException {
        return query(server, "postgres", "show " + setting);
    }

    private static String query(EmbeddedServer server, String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
