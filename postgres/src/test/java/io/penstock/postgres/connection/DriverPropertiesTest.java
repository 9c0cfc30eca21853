package io.penstock.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriverPropertiesTest {
    @ParameterizedTest
    @CsvSource({
        "sslmode=disable, sslmode, disable",
        "sslmode=require, sslmode, require",
        "sslmode=require&sslnegotiation=direct, sslNegotiation, direct",
        "channel_binding=require, channelBinding, require",
        "require_auth=scram-sha-256, requireAuth, scram-sha-256",
        "gssencmode=disable, gssEncMode, disable",
        "krbsrvname=pg, kerberosServerName, pg",
        "connect_timeout=3, connectTimeout, 3",
        "connect_timeout=3, loginTimeout, 3",
        "connect_timeout=0, loginTimeout, 0",
        "application_name=mine, ApplicationName, mine",
        "fallback_application_name=mine, ApplicationName, mine",
        "keepalives=0, tcpKeepAlive, false",
        "keepalives_idle=30, penstock.keepalivesIdle, 30",
        "sslcertmode=disable, sslmode, prefer",
    })
    void parameters_reach_the_driver(String parameter, String property, String value) {
        assertThat(normal(parameter).getProperty(property)).isEqualTo(value);
    }

    @Test
    void defaults_are_a_bounded_login_and_keepalive() {
        Properties properties = normal("sslmode=disable");

        assertThat(properties)
                .containsEntry("connectTimeout", "10")
                .containsEntry("loginTimeout", "30")
                .containsEntry("socketTimeout", "0")
                .containsEntry("tcpKeepAlive", "true")
                .containsEntry("ApplicationName", "penstock test")
                .containsEntry("logServerErrorDetail", "false");
    }

    @Test
    void our_settings_follow_the_users_options() {
        String options = normal("sslmode=disable&options=-c%20geqo%3Doff%20-c%20search_path%3Dx")
                .getProperty("options");

        assertThat(options).startsWith("-c geqo=off -c search_path=x -c extra_float_digits=3");
        assertThat(options.lastIndexOf("search_path=pg_catalog")).isGreaterThan(options.indexOf("search_path=x"));
    }

    @Test
    void spaces_and_backslashes_of_a_setting_are_escaped() {
        SessionSettings settings =
                SessionSettings.destination().with("default_transaction_isolation", "read committed");

        assertThat(StartupOptions.text("", settings.values()))
                .contains("-c default_transaction_isolation=read\\ committed");
    }

    @Test
    void a_replication_session_asks_for_a_walsender() {
        Properties properties = DriverProperties.replication(
                LibpqUri.parse("postgresql://u@h/d?sslmode=disable"), "penstock test", SessionSettings.source());

        assertThat(properties)
                .containsEntry("replication", "database")
                .containsEntry("assumeMinServerVersion", "10")
                .containsEntry("preferQueryMode", "simple");
    }

    @Test
    void a_missing_password_is_an_empty_one_so_that_the_driver_looks_nowhere_else() {
        Properties at = DriverProperties.at(normal("sslmode=disable"), new HostPort("::1", 5433), null);

        assertThat(at)
                .containsEntry("PGHOST", "::1")
                .containsEntry("PGPORT", "5433")
                .containsEntry("password", "");
    }

    private static Properties normal(String parameters) {
        return DriverProperties.normal(
                LibpqUri.parse("postgresql://u@h/d?" + parameters), "penstock test", SessionSettings.source());
    }
}
