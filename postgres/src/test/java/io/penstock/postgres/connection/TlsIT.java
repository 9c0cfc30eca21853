package io.penstock.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.testkit.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.core.BaseConnection;

/** Certificates are made anew by the JDK's keytool; each signs itself, so it is its own authority. */
class TlsIT {
    private static final String STORE_PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static EmbeddedServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException, GeneralSecurityException, SQLException {
        server = EmbeddedServer.start(15);
        makeCertificate("server", "localhost");
        makeCertificate("client", "certuser");
        makeCertificate("stranger", "localhost");
        Path data = server.dataDirectory();
        for (String file : new String[] {"server.crt", "server.key", "client.crt"}) {
            own(Files.copy(folder.resolve(file), data.resolve(file)), data);
        }
        server.execute(
                "postgres",
                "create role certuser login",
                "create role tlsuser login",
                "create role plainuser login",
                "alter system set ssl_ca_file = 'client.crt'",
                "alter system set ssl = on");
        Path hba = data.resolve("pg_hba.conf");
        Files.writeString(
                hba,
                "hostssl all certuser all cert\nhostnossl all certuser all reject\nhostnossl all tlsuser all reject\n"
                        + "hostssl all plainuser all reject\n" + Files.readString(hba));
        server.execute("postgres", "select pg_reload_conf()");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost | sslmode=prefer                                                | true",
                "localhost | sslmode=disable                                               | false",
                "localhost | sslmode=require                                               | true",
                "localhost | sslmode=require&sslrootcert=DIR/server.crt                    | true",
                "localhost | sslmode=verify-ca&sslrootcert=DIR/server.crt                  | true",
                "127.0.0.1 | sslmode=verify-ca&sslrootcert=DIR/server.crt                  | true",
                "localhost | sslmode=verify-full&sslrootcert=DIR/server.crt                | true",
                "localhost | sslmode=require&ssl_min_protocol_version=TLSv1.3              | true",
                "localhost | sslmode=require&ssl_max_protocol_version=TLSv1.2              | true",
            })
    void modes_encrypt_as_libpq_does(String host, String parameters, boolean encrypted) throws SQLException {
        try (BaseConnection connection = connector("postgres", host, parameters).open(SessionSettings.source());
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()")) {
            row.next();
            assertThat(row.getBoolean(1)).isEqualTo(encrypted);
            if (parameters.contains("_protocol_version=")) {
                assertThat(parameters).endsWith("=" + row.getString(2));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost | sslmode=verify-full&sslrootcert=DIR/stranger.crt  | LOGIN      | certificate is not trusted",
                "localhost | sslmode=require&sslrootcert=DIR/stranger.crt      | LOGIN      | certificate is not trusted",
                "localhost | sslrootcert=system                                | LOGIN      | certificate is not trusted",
                "127.0.0.1 | sslmode=verify-full&sslrootcert=DIR/server.crt    | LOGIN      | 127.0.0.1",
                "localhost | sslmode=verify-ca&sslrootcert=DIR/none.crt        | USAGE      | does not exist",
                "localhost | sslmode=verify-ca&sslrootcert=DIR/server.key      | USAGE      | holds no certificate",
                "localhost | sslcert=DIR/client.crt&sslkey=DIR/open.key        | USAGE      | chmod 0600",
                "localhost | sslcert=DIR/client.crt&sslkey=DIR/client.crt      | USAGE      | no private key",
            })
    void what_is_not_trusted_or_unusable_is_said(String host, String parameters, ErrorKind kind, String problem)
            throws IOException {
        Path open = folder.resolve("open.key");
        Files.writeString(open, Files.readString(folder.resolve("client.key")));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        PenstockException error = failure("postgres", host, parameters);

        assertThat(error).hasMessageContaining(problem);
        assertThat(error.kind()).isEqualTo(kind);
    }

    @Test
    void a_client_certificate_logs_in_also_for_replication() throws SQLException {
        PgConnector connector =
                connector("certuser", "localhost", "sslmode=require&sslcert=DIR/client.crt&sslkey=DIR/client.key");

        connector.open(SessionSettings.source()).close();
    }

    @Test
    void a_missing_or_foreign_client_certificate_is_a_refused_login() {
        assertThat(failure("certuser", "localhost", "sslmode=require").kind()).isEqualTo(ErrorKind.LOGIN);
        assertThat(failure("certuser", "localhost", "sslmode=require&sslcert=DIR/stranger.crt&sslkey=DIR/stranger.key")
                        .kind())
                .isEqualTo(ErrorKind.LOGIN);
    }

    @Test
    void allow_and_prefer_fall_back_to_the_other_way() throws SQLException {
        connector("tlsuser", "localhost", "sslmode=allow")
                .open(SessionSettings.source())
                .close();
        connector("plainuser", "localhost", "sslmode=prefer")
                .open(SessionSettings.source())
                .close();

        assertThat(failure("tlsuser", "localhost", "sslmode=disable").kind()).isEqualTo(ErrorKind.LOGIN);
        assertThat(failure("plainuser", "localhost", "sslmode=require").kind()).isEqualTo(ErrorKind.LOGIN);
    }

    private static PgConnector connector(String user, String host, String parameters) {
        String uri = "postgresql://" + user + "@" + host + ":" + server.port() + "/postgres?"
                + parameters.replace("DIR", folder.toString());
        return new PgConnector(PgEndpoint.of(uri, null), "penstock test");
    }

    private static PenstockException failure(String user, String host, String parameters) {
        return catchThrowableOfType(PenstockException.class, () -> connector(user, host, parameters)
                .open(SessionSettings.source())
                .close());
    }

    /** The server refuses a key that does not belong to the user it runs as. */
    private static void own(Path file, Path likeThis) throws IOException {
        Files.setOwner(file, Files.getOwner(likeThis));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void makeCertificate(String name, String commonName)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + commonName,
                        "-ext",
                        "SAN=dns:" + commonName,
                        "-ext",
                        "bc:c",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        STORE_PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        write(name + ".crt", "CERTIFICATE", keys.getCertificate("a").getEncoded());
        write(
                name + ".key",
                "PRIVATE KEY",
                keys.getKey("a", STORE_PASSWORD.toCharArray()).getEncoded());
    }

    private static void write(String file, String label, byte[] der) throws IOException {
        Path path = Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                        + "-----\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
}
