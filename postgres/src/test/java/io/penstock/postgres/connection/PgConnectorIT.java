package io.penstock.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.postgres.server.ServerFacts;
import io.penstock.postgres.server.ServerFamily;
import io.penstock.testkit.Await;
import io.penstock.testkit.EmbeddedServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.replication.PGReplicationStream;

class PgConnectorIT {
    private static final String SECRET = "pa:ss/w@rd%";
    private static final String SECRET_ENCODED = "pa%3Ass%2Fw%40rd%25";

    /** The database's own settings contradict everything that is wanted. */
    private static final String[] CONTRARY = {
        "alter database postgres set extra_float_digits = 0",
        "alter database postgres set datestyle = 'German'",
        "alter database postgres set intervalstyle = 'iso_8601'",
        "alter database postgres set bytea_output = 'escape'",
        "alter database postgres set xmloption = 'document'",
        "alter database postgres set array_nulls = off",
        "alter database postgres set standard_conforming_strings = off",
        "alter database postgres set search_path = 'nowhere'",
        "alter database postgres set statement_timeout = '30min'",
        "alter database postgres set idle_in_transaction_session_timeout = '30min'",
        "create role secretive login password '" + SECRET + "'",
        "create role plain login",
    };

    private static EmbeddedServer server;
    private static EmbeddedServer readOnly;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException, SQLException {
        server = EmbeddedServer.start(15);
        readOnly = EmbeddedServer.start(18, Map.of("default_transaction_read_only", "on"));
        server.execute("postgres", CONTRARY);
        Path hba = server.dataDirectory().resolve("pg_hba.conf");
        Files.writeString(hba, "host all secretive all scram-sha-256\n" + Files.readString(hba));
        server.execute("postgres", "select pg_reload_conf()");
    }

    @AfterAll
    static void stop() {
        server.close();
        readOnly.close();
    }

    @Test
    void a_normal_session_has_the_settings_whatever_the_database_says() throws SQLException {
        try (BaseConnection connection = connector("").open(SessionSettings.source())) {
            assertValueSettings(connection);
            assertThat(show(connection, "row_security")).isEqualTo("off");
            assertThat(show(connection, "lock_timeout")).isEqualTo("2s");
            assertThat(show(connection, "application_name")).isEqualTo("penstock test");
        }
    }

    @Test
    void a_replication_session_has_the_settings_too() throws SQLException {
        try (BaseConnection connection = connector("").openReplication()) {
            assertValueSettings(connection);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
                assertThat(row.next()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 12, 14, 16, 17, 18})
    void floats_are_exact_on_replication_sessions_of_every_version(int version) throws SQLException {
        try (EmbeddedServer other = EmbeddedServer.start(version)) {
            PgConnector connector = new PgConnector(PgEndpoint.of(other.url("postgres"), null), "penstock test");
            try (BaseConnection normal =
                            connector.open(SessionSettings.destination().with("random_page_cost", "1.1"));
                    BaseConnection replication = connector.openReplication()) {
                String float8 = "select (0.1::float8 + 0.2::float8)::text";
                assertThat(Double.parseDouble(one(normal, float8))).isEqualTo(0.1 + 0.2);
                assertThat(one(replication, float8)).isEqualTo(one(normal, float8));
                assertThat(show(replication, "TimeZone")).isEqualTo("UTC");
                assertThat(show(normal, "random_page_cost")).isEqualTo("1.1");
                assertThat(ServerFacts.read(replication)).isEqualTo(ServerFacts.read(normal));
                assertThat(ServerFacts.read(normal).version().major()).isEqualTo(version);
            }
        }
    }

    @Test
    void a_stream_can_be_started_on_a_replication_session() throws SQLException {
        try (BaseConnection connection =
                connector("").openReplication(SessionSettings.source().withReceiveBuffer(1 << 20))) {
            connection
                    .getReplicationAPI()
                    .createReplicationSlot()
                    .logical()
                    .withSlotName("penstock_it")
                    .withOutputPlugin("pgoutput")
                    .make();
            try (PGReplicationStream stream = connection
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName("penstock_it")
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", "none")
                    .start()) {
                assertThat(stream.isClosed()).isFalse();
            }
        }
        server.execute("postgres", "select pg_drop_replication_slot('penstock_it')");
    }

    @Test
    void users_options_are_kept_and_ours_win() throws SQLException {
        String options = "?options=-c%20geqo%3Doff%20-c%20TimeZone%3DAsia%2FTokyo%20-c%20bytea_output%3Descape";
        try (BaseConnection connection = connector(options).open(SessionSettings.destination())) {
            assertThat(show(connection, "geqo")).isEqualTo("off");
            assertThat(show(connection, "TimeZone")).isEqualTo("UTC");
            assertThat(show(connection, "bytea_output")).isEqualTo("hex");
        }
    }

    @Test
    void settings_that_something_between_has_dropped_are_noticed() throws SQLException {
        try (Connection withoutOptions = server.connect("postgres")) {
            assertThatThrownBy(() -> SettingsCheck.establish(withoutOptions, SessionSettings.source(), "db1:5432/shop"))
                    .isInstanceOf(PenstockException.class)
                    .hasMessageContaining("db1:5432/shop has extra_float_digits = 0 instead of 3")
                    .hasMessageContaining("PgBouncer");
        }
    }

    @Test
    void facts_are_read() throws SQLException {
        try (BaseConnection connection = connector("").open(SessionSettings.source())) {
            ServerFacts facts = ServerFacts.read(connection);

            assertThat(facts.version().major()).isEqualTo(15);
            assertThat(facts.family()).isEqualTo(ServerFamily.POSTGRESQL);
            assertThat(facts.inRecovery()).isFalse();
            assertThat(facts.walLevel()).isEqualTo("logical");
            assertThat(facts.encoding()).isEqualTo("UTF8");
            assertThat(facts.systemIdentifier()).isPresent();
            assertThat(facts.csnSnapshots()).isFalse();
        }
    }

    @Test
    void the_system_identifier_is_left_out_where_the_role_may_not_read_it() throws SQLException {
        server.execute("postgres", "revoke execute on function pg_control_system() from public");
        try (BaseConnection connection = as("plain", "", null).open(SessionSettings.source())) {
            assertThat(ServerFacts.read(connection).systemIdentifier()).isEmpty();
        }
    }

    @Test
    void only_a_privileged_role_can_silence_triggers() throws SQLException {
        try (BaseConnection superuser = connector("").open(SessionSettings.destination());
                BaseConnection plain = as("plain", "", null).open(SessionSettings.destination())) {
            assertThat(PgConnector.tryReplicaRole(superuser)).isTrue();
            assertThat(show(superuser, "session_replication_role")).isEqualTo("replica");
            assertThat(PgConnector.tryReplicaRole(plain)).isFalse();
            assertThat(one(plain, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void the_password_may_come_from_the_task_the_uri_or_the_password_file() throws IOException, SQLException {
        Path file = Files.writeString(folder.resolve("pgpass"), "localhost:*:*:secretive:pa\\:ss/w@rd%\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String inUri = "postgresql://secretive:" + SECRET_ENCODED + "@localhost:" + server.port() + "/postgres";

        as("secretive", "", SECRET).open(SessionSettings.source()).close();
        as("secretive", "?passfile=" + file, null)
                .open(SessionSettings.source())
                .close();
        new PgConnector(LibpqUri.parse(inUri), null, "t")
                .open(SessionSettings.source())
                .close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong" + SECRET, ""})
    void a_wrong_or_missing_password_is_a_refused_login(String password) {
        PenstockException error = failure(as("secretive", "", password));

        assertThat(error.kind()).isEqualTo(ErrorKind.LOGIN);
        assertThat(error)
                .hasMessageContaining("as secretive at localhost:" + server.port() + "/postgres")
                .hasMessageContaining("password");
        assertThat(stackTrace(error)).doesNotContain(SECRET);
    }

    @Test
    void an_unknown_database_is_a_refused_login() {
        PenstockException error = failure(connectorTo("localhost:" + server.port(), "nowhere", ""));

        assertThat(error.kind()).isEqualTo(ErrorKind.LOGIN);
        assertThat(error).hasMessageContaining("3D000").hasMessageContaining("Check the database name");
    }

    @Test
    void a_port_where_nobody_listens_is_unreachable() throws IOException {
        PenstockException error = failure(connectorTo("localhost:" + freePort(), "postgres", ""));

        assertThat(error.kind()).isEqualTo(ErrorKind.CONNECTION);
        assertThat(error).hasMessageContaining("nothing accepts connections there");
    }

    @Test
    void a_host_that_does_not_exist_is_unreachable() {
        PenstockException error = failure(connectorTo("penstock.invalid", "postgres", ""));

        assertThat(error.kind()).isEqualTo(ErrorKind.CONNECTION);
        assertThat(error).hasMessageContaining("penstock.invalid:5432").hasMessageContaining("not known");
    }

    @Test
    void a_server_that_never_answers_is_given_up_in_time() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            long start = System.nanoTime();

            PenstockException error =
                    failure(connectorTo("localhost:" + silent.getLocalPort(), "postgres", "?connect_timeout=1"));

            assertThat(error.kind()).isEqualTo(ErrorKind.CONNECTION);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void an_unreachable_host_passes_on_to_the_next() throws IOException, SQLException {
        String hosts = "localhost:" + freePort() + ",localhost:" + server.port();
        try (BaseConnection connection = connectorTo(hosts, "postgres", "").open(SessionSettings.source())) {
            assertThat(one(connection, "show port")).isEqualTo(Integer.toString(server.port()));
        }
    }

    @Test
    void a_refused_login_does_not_pass_on() {
        String hosts = "localhost:" + server.port() + ",localhost:" + readOnly.port();

        PenstockException error =
                failure(new PgConnector(PgEndpoint.of("postgresql://secretive@" + hosts + "/postgres", "wrong"), "t"));

        assertThat(error.kind()).isEqualTo(ErrorKind.LOGIN);
    }

    @Test
    void several_unreachable_hosts_are_all_named() throws IOException {
        int first = freePort();
        PenstockException error = failure(connectorTo("localhost:" + first + ",penstock.invalid:7", "postgres", ""));

        assertThat(error.kind()).isEqualTo(ErrorKind.CONNECTION);
        assertThat(error).hasMessageContaining("localhost:" + first).hasMessageContaining("penstock.invalid:7");
    }

    @Test
    void the_writable_server_is_chosen_among_several() throws SQLException {
        String hosts = "localhost:" + readOnly.port() + ",localhost:" + server.port();
        assertThat(portWith(hosts, "any")).isEqualTo(readOnly.port());
        assertThat(portWith(hosts, "read-write")).isEqualTo(server.port());
        assertThat(portWith(hosts, "read-only")).isEqualTo(readOnly.port());
        assertThat(portWith(hosts, "primary")).isEqualTo(readOnly.port());
        assertThat(portWith(hosts, "prefer-standby")).isEqualTo(readOnly.port());
    }

    @Test
    void no_server_of_the_wanted_kind_is_said() {
        PenstockException error =
                failure(connectorTo("localhost:" + server.port(), "postgres", "?target_session_attrs=standby"));

        assertThat(error.kind()).isEqualTo(ErrorKind.CONNECTION);
        assertThat(error).hasMessageContaining("target_session_attrs=standby");
    }

    @Test
    void a_refused_session_is_closed() throws SQLException {
        failure(new PgConnector(
                PgEndpoint.of(server.url("postgres") + "?target_session_attrs=standby", null), "penstock leak"));

        try (Connection connection = server.connect("postgres")) {
            Await.until("the session is gone", Duration.ofSeconds(20), () -> one(
                            connection,
                            "select count(*) from pg_stat_activity where application_name = 'penstock leak'")
                    .equals("0"));
        }
    }

    private static void assertValueSettings(Connection connection) throws SQLException {
        assertThat(show(connection, "extra_float_digits")).isEqualTo("3");
        assertThat(show(connection, "DateStyle")).startsWith("ISO, ");
        assertThat(show(connection, "IntervalStyle")).isEqualTo("postgres");
        assertThat(show(connection, "bytea_output")).isEqualTo("hex");
        assertThat(show(connection, "TimeZone")).isEqualTo("UTC");
        assertThat(show(connection, "lc_monetary")).isEqualTo("C");
        assertThat(show(connection, "client_encoding")).isEqualTo("UTF8");
        assertThat(show(connection, "search_path")).isEqualTo("pg_catalog");
        assertThat(show(connection, "statement_timeout")).isEqualTo("0");
        assertThat(show(connection, "idle_in_transaction_session_timeout")).isEqualTo("0");
        assertThat(show(connection, "standard_conforming_strings")).isEqualTo("on");
        assertThat(show(connection, "array_nulls")).isEqualTo("on");
        assertThat(show(connection, "xmloption")).isEqualTo("content");
    }

    private static int portWith(String hosts, String attribute) throws SQLException {
        PgConnector connector = connectorTo(hosts, "postgres", "?target_session_attrs=" + attribute);
        try (BaseConnection connection = connector.open(SessionSettings.source())) {
            return Integer.parseInt(show(connection, "port"));
        }
    }

    private static PgConnector connector(String parameters) {
        return connectorTo("localhost:" + server.port(), "postgres", parameters);
    }

    private static PgConnector connectorTo(String hosts, String database, String parameters) {
        String uri = "postgresql://postgres@" + hosts + "/" + database + parameters;
        return new PgConnector(PgEndpoint.of(uri, null), "penstock test");
    }

    private static PgConnector as(String user, String parameters, String password) {
        String uri = "postgresql://" + user + "@localhost:" + server.port() + "/postgres" + parameters;
        return new PgConnector(PgEndpoint.of(uri, password), "penstock test");
    }

    private static PenstockException failure(PgConnector connector) {
        return catchThrowableOfType(
                PenstockException.class,
                () -> connector.open(SessionSettings.source()).close());
    }

    private static String show(Connection connection, String setting) throws SQLException {
        return one(connection, "show " + setting);
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String stackTrace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
