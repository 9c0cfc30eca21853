package io.penstock.postgres.connection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** What the driver is told for a login at one host: the URI's parameters in the driver's words, and the session settings. */
final class DriverProperties {
    /** Long enough for a server under load, short enough that a task notices a dead one. */
    static final int DEFAULT_CONNECT_SECONDS = 10;

    /** TCP, TLS, authentication together, when the user set no limit: authentication may wait for LDAP or a loaded server. */
    private static final int DEFAULT_LOGIN_SECONDS = 30;

    private static final Map<String, PGProperty> SAME_VALUES = Map.ofEntries(
            Map.entry("sslmode", PGProperty.SSL_MODE),
            Map.entry("sslnegotiation", PGProperty.SSL_NEGOTIATION),
            Map.entry("channel_binding", PGProperty.CHANNEL_BINDING),
            Map.entry("require_auth", PGProperty.REQUIRE_AUTH),
            Map.entry("gssencmode", PGProperty.GSS_ENC_MODE),
            Map.entry("gsslib", PGProperty.GSS_LIB),
            Map.entry("krbsrvname", PGProperty.KERBEROS_SERVER_NAME));

    private static final Map<String, String> SOCKET = Map.of(
            "keepalives_idle", TcpSocketFactory.KEEPALIVE_IDLE,
            "keepalives_interval", TcpSocketFactory.KEEPALIVE_INTERVAL,
            "keepalives_count", TcpSocketFactory.KEEPALIVE_COUNT);

    private final LibpqUri uri;
    private final Properties properties = new Properties();

    private DriverProperties(LibpqUri uri) {
        this.uri = uri;
    }

    static Properties normal(LibpqUri uri, String applicationName, SessionSettings settings) {
        DriverProperties driver = new DriverProperties(uri);
        driver.common(applicationName, settings);
        return driver.properties;
    }

    static Properties replication(LibpqUri uri, String applicationName, SessionSettings settings) {
        DriverProperties driver = new DriverProperties(uri);
        driver.common(applicationName, settings);
        driver.set(PGProperty.REPLICATION, "database");
        // Without it the driver does not ask for a walsender at all, and IDENTIFY_SYSTEM is a syntax error.
        driver.set(PGProperty.ASSUME_MIN_SERVER_VERSION, "10");
        // A walsender does not speak the extended protocol.
        driver.set(PGProperty.PREFER_QUERY_MODE, "simple");
        return driver.properties;
    }

    /** Address and password of one try. A null password becomes an empty one, or the driver would read a password file itself. */
    static Properties at(Properties base, HostPort host, @Nullable String password) {
        Properties properties = new Properties();
        properties.putAll(base);
        PGProperty.PG_HOST.set(properties, host.host());
        PGProperty.PG_PORT.set(properties, host.port());
        PGProperty.PASSWORD.set(properties, password == null ? "" : password);
        return properties;
    }

    private void common(String applicationName, SessionSettings settings) {
        set(PGProperty.PG_DBNAME, uri.database());
        set(PGProperty.USER, uri.user());
        set(
                PGProperty.APPLICATION_NAME,
                parameter("application_name", parameter("fallback_application_name", applicationName)));
        set(PGProperty.OPTIONS, StartupOptions.text(parameter("options", ""), settings.values()));
        set(PGProperty.REWRITE_BATCHED_INSERTS, Boolean.toString(settings.rewriteBatchedInserts()));
        // A failed statement's DETAIL holds row values, which must not reach a log through a stack trace.
        set(PGProperty.LOG_SERVER_ERROR_DETAIL, "false");
        SAME_VALUES.forEach((libpq, driver) -> {
            if (uri.parameters().containsKey(libpq)) {
                set(driver, parameter(libpq, ""));
            }
        });
        network(settings);
        TlsFiles.of(uri).ifPresent(files -> files.describeTo(properties));
    }

    private void network(SessionSettings settings) {
        int asked = Integer.parseInt(parameter("connect_timeout", "-1").strip());
        // libpq's connect_timeout spans the whole login, and zero is no limit; the driver's spans the TCP handshake
        // alone.
        set(PGProperty.CONNECT_TIMEOUT, Integer.toString(asked < 0 ? DEFAULT_CONNECT_SECONDS : asked));
        set(PGProperty.LOGIN_TIMEOUT, Integer.toString(asked < 0 ? DEFAULT_LOGIN_SECONDS : asked));
        set(PGProperty.SOCKET_TIMEOUT, "0");
        set(
                PGProperty.TCP_KEEP_ALIVE,
                Boolean.toString(!parameter("keepalives", "1").equals("0")));
        set(PGProperty.SOCKET_FACTORY, TcpSocketFactory.class.getName());
        Map<String, String> socket = new LinkedHashMap<>();
        SOCKET.forEach((libpq, own) -> socket.put(own, parameter(libpq, "0").strip()));
        socket.put(TcpSocketFactory.RECEIVE_BUFFER, Integer.toString(settings.receiveBufferBytes()));
        properties.putAll(socket);
    }

    private String parameter(String name, String otherwise) {
        return uri.parameters().getOrDefault(name, otherwise);
    }

    private void set(PGProperty property, String value) {
        property.set(properties, value);
    }
}
