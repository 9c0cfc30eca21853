package io.penstock.postgres.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class SqlErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "CONNECTION, 08000 08001 08003 08006 08007 08S01 57P01 57P02 57P03 57P05 58M01 25P03 25P04 53300",
        "LOGIN, 08004 28000 28P01 3D000 57P04",
        "PROTOCOL, 08P01",
        "TRANSIENT, 25006 57014 40001 40P01 53000 53100 53200 55000 55006 55P02 55P03 58030 XX000",
        "PRECHECK, 53400 F0000",
        "REFUSED, 0A000 22001 22021 22P02 23502 23503 23505 23514 42501 42601 42703 42704 42883 42P01 42P07 42710",
        "REFUSED, 44000 54000 P0001 XX001 XX002",
        "INTERNAL, 25P02 99999 Q1234",
    })
    void a_sqlstate_has_a_kind_and_a_remedy(ErrorKind kind, String states) {
        for (String state : states.split(" ")) {
            PenstockException error = SqlErrors.wrap(server(state, "why", ""), "copy public.orders", "db1:5432/shop");

            assertThat(error.kind()).as(state).isEqualTo(kind);
            assertThat(error).hasMessageStartingWith("Cannot copy public.orders at db1:5432/shop: ");
            assertThat(error.getMessage())
                    .contains("(SQLSTATE " + state + "). ")
                    .endsWith(".");
        }
    }

    @Test
    void an_exception_without_a_state_is_a_defect() {
        assertThat(SqlErrors.wrap(new SQLException("odd"), "do it").kind()).isEqualTo(ErrorKind.INTERNAL);
    }

    @ParameterizedTest
    @CsvSource({"22P02", "22001", "22P04", "23505", "23514", "44000", "P0001"})
    void values_of_rows_never_get_out(String state) {
        ServerErrorMessage message = new ServerErrorMessage("SERROR\0C" + state + "\0Minvalid input: \"ROWVALUE\"\0"
                + "DKey (id)=(ROWVALUE) already exists.\0WCOPY orders, line 3, column total: \"ROWVALUE\"\0"
                + "ssales\0torders\0ctotal\0norders_pkey\0");

        PenstockException error = SqlErrors.wrap(new PSQLException(message), "merge sales.orders");

        assertThat(error.getMessage())
                .doesNotContain("ROWVALUE")
                .contains(
                        "table sales.orders",
                        "column total",
                        "constraint orders_pkey",
                        "COPY of orders, row 3, column total");
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain("ROWVALUE");
        }
    }

    @Test
    void the_detail_is_never_shown() {
        PenstockException error = SqlErrors.wrap(server("40P01", "deadlock detected", "DROWVALUE\0"), "merge t");

        assertThat(error.getMessage()).contains("deadlock detected").doesNotContain("ROWVALUE");
    }

    @Test
    void a_batch_shows_what_the_server_said_and_not_its_statement() {
        BatchUpdateException batch = new BatchUpdateException(
                "Batch entry 0 INSERT INTO t VALUES ('ROWVALUE') was aborted",
                "42501",
                new int[0],
                server("42501", "permission denied for table t", ""));

        PenstockException error = SqlErrors.wrap(batch, "insert");

        assertThat(error).hasMessageContaining("permission denied for table t");
        assertThat(error.getCause()).hasMessageNotContaining("ROWVALUE").isNotSameAs(batch);
    }

    @Test
    void the_line_of_a_copy_is_named_in_any_language() {
        PenstockException error =
                SqlErrors.wrap(server("22P04", "x", "WCOPY bestellung, Zeile 7: \"ROWVALUE\"\0"), "copy bestellung");

        assertThat(error).hasMessageContaining("COPY of bestellung, row 7").hasMessageNotContaining("ROWVALUE");
    }

    static Stream<Arguments> network() {
        SSLHandshakeException untrusted = new SSLHandshakeException("PKIX path building failed");
        untrusted.initCause(new CertificateException("not trusted"));
        SSLHandshakeException cut = new SSLHandshakeException("Remote host terminated the handshake");
        cut.initCause(new EOFException("end"));
        return Stream.of(
                Arguments.of(new UnknownHostException("h"), ErrorKind.CONNECTION, "host name is not known"),
                Arguments.of(new ConnectException("refused"), ErrorKind.CONNECTION, "nothing accepts connections"),
                Arguments.of(new NoRouteToHostException("none"), ErrorKind.CONNECTION, "no route"),
                Arguments.of(new SocketTimeoutException("late"), ErrorKind.CONNECTION, "no answer in time"),
                Arguments.of(new SocketException("reset"), ErrorKind.CONNECTION, "connection was lost"),
                Arguments.of(new EOFException("end"), ErrorKind.CONNECTION, "connection was lost"),
                Arguments.of(untrusted, ErrorKind.LOGIN, "certificate is not trusted"),
                Arguments.of(cut, ErrorKind.CONNECTION, "connection was lost"),
                Arguments.of(new SSLHandshakeException("fatal alert"), ErrorKind.LOGIN, "handshake was refused"));
    }

    @ParameterizedTest
    @MethodSource("network")
    void a_network_fault_is_told_by_its_cause(IOException cause, ErrorKind kind, String reason) {
        PSQLException exception = new PSQLException("driver's words", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause);

        PenstockException error = SqlErrors.wrap(exception, "connect", "db1:5432/shop");

        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error).hasMessageContaining(reason).hasMessageNotContaining("driver's words");
    }

    @ParameterizedTest
    @CsvSource({
        "42501, LOGIN",
        "55000, LOGIN",
        "42704, LOGIN",
        "22023, LOGIN",
        "28P01, LOGIN",
        "57P03, CONNECTION",
        "53300, CONNECTION",
        "58M01, CONNECTION",
        "08P01, CONNECTION",
    })
    void whatever_a_server_objects_to_at_login_is_a_refusal_unless_it_passes(String state, ErrorKind kind) {
        PenstockException error = SqlErrors.wrapLogin(server(state, "said so", ""), "sync", "db1:5432/shop");

        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error)
                .hasMessageContaining("Cannot connect as sync at db1:5432/shop: said so (SQLSTATE " + state + ")");
    }

    @Test
    void a_protocol_error_at_login_is_a_pooler_when_the_other_side_says_so_and_no_server_else() {
        PSQLException pooler = server("08P01", "unsupported startup parameter: extra_float_digits", "");
        PSQLException stranger = new PSQLException("what is this", PSQLState.PROTOCOL_VIOLATION);

        assertThat(SqlErrors.wrapLogin(pooler, "sync", "db1:6432/shop")).hasMessageContaining("PgBouncer");
        assertThat(SqlErrors.wrapLogin(stranger, "sync", "db1:80/shop").kind()).isEqualTo(ErrorKind.PROTOCOL);
    }

    private static PSQLException server(String state, String message, String more) {
        return new PSQLException(new ServerErrorMessage("SERROR\0C" + state + "\0M" + message + "\0" + more));
    }
}
