package io.penstock.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibpqUriTest {
    private static final String OS_USER = System.getProperty("user.name");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "postgresql://sync@db1:5433/shop                 | sync | null   | db1:5433                 | shop",
                "postgres://sync:s3cret@db1/shop                 | sync | s3cret | db1:5432                 | shop",
                "postgresql://sync@db1                           | sync | null   | db1:5432                 | sync",
                "postgresql://sync@                              | sync | null   | localhost:5432           | sync",
                "postgresql://sync@/shop                         | sync | null   | localhost:5432           | shop",
                "postgresql://sync@:5444/shop                    | sync | null   | localhost:5444           | shop",
                "postgresql://sync@h1:5432,h2:5433/shop          | sync | null   | h1:5432,h2:5433          | shop",
                "postgresql://sync@h1,h2:5433,h3/shop            | sync | null   | h1:5432,h2:5433,h3:5432  | shop",
                "postgresql://sync@[::1]:5433/shop               | sync | null   | [::1]:5433               | shop",
                "postgresql://sync@[2001:db8::1]/shop            | sync | null   | [2001:db8::1]:5432       | shop",
                "postgresql://sync@[::1],h2:1/shop               | sync | null   | [::1]:5432,h2:1          | shop",
                "postgresql://a%40b:p%3Aq%2Fr%25@db1/shop%20one  | a@b  | p:q/r% | db1:5432                 | shop one",
                "postgresql://%C3%A9:%E2%82%AC@db1/%C3%BC        | é    | €      | db1:5432                 | ü",
                "postgresql://sync:@db1/shop                     | sync | null   | db1:5432                 | shop",
                "postgresql://sync:a?b&c@db1/shop                | sync | a?b&c  | db1:5432                 | shop",
                "postgresql://sync:a:b@db1/shop                  | sync | a:b    | db1:5432                 | shop",
                "postgresql:///shop?host=db1&port=5433&user=sync | sync | null   | db1:5433                 | shop",
                "postgresql://db1?user=sync&dbname=shop          | sync | null   | db1:5432                 | shop",
                "postgresql:///shop?host=h1,h2&port=1,2&user=u   | u    | null   | h1:1,h2:2                | shop",
                "postgresql:///shop?host=h1,h2&port=7&user=u     | u    | null   | h1:7,h2:7                | shop",
                "postgresql://u@h/shop?hostaddr=10.0.0.1         | u    | null   | 10.0.0.1:5432            | shop",
                "postgresql://u@h/shop?password=p%3Dq            | u    | p=q    | h:5432                   | shop",
                "host=db1 port=5433 user=sync dbname=shop        | sync | null   | db1:5433                 | shop",
                "host = db1 user = sync password = 'a b\\'c'     | sync | a b'c  | db1:5432                 | sync",
                "host=db1 user=sync password=a\\ b dbname=''     | sync | a b    | db1:5432                 | sync",
            })
    void parts_are_found(String text, String user, String password, String hosts, String database) {
        LibpqUri uri = LibpqUri.parse(text);

        assertThat(uri.user()).isEqualTo(user);
        assertThat(uri.password()).isEqualTo(password);
        assertThat(uri.database()).isEqualTo(database);
        assertThat(uri.describe()).isEqualTo(hosts + "/" + database);
    }

    @Test
    void user_and_database_default_to_the_operating_system_user() {
        LibpqUri uri = LibpqUri.parse("postgresql://");

        assertThat(uri.user()).isEqualTo(OS_USER);
        assertThat(uri.database()).isEqualTo(OS_USER);
        assertThat(uri.hosts()).containsExactly(new HostPort("localhost", 5432));
    }

    @Test
    void parameters_keep_their_libpq_names() {
        LibpqUri uri = LibpqUri.parse(
                "postgresql://u@h/d?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&connect_timeout=3&target_session_attrs=read-write"
                        + "&options=-c%20geqo%3Doff&keepalives_idle=30&client_encoding=utf-8");

        assertThat(uri.parameters())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "sslmode", "verify-full",
                        "sslrootcert", "/etc/ca.pem",
                        "connect_timeout", "3",
                        "target_session_attrs", "read-write",
                        "options", "-c geqo=off",
                        "keepalives_idle", "30",
                        "client_encoding", "utf-8"));
    }

    @Test
    void the_spelling_of_jdbc_for_ssl_is_taken_as_libpq_takes_it() {
        assertThat(LibpqUri.parse("postgresql://u@h/d?ssl=true").parameters()).containsEntry("sslmode", "require");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql://u@h/d                               | must begin with postgresql://",
                "h:5432/d                                    | must begin with postgresql://",
                "jdbc:postgresql://h/d                       | JDBC URL",
                "postgresql://u@%2Fvar%2Frun/d               | Unix-domain socket",
                "postgresql:///d?host=/var/run/postgresql    | Unix-domain socket",
                "postgresql://u@h:0/d                        | 1 to 65535",
                "postgresql://u@h:65536/d                    | 1 to 65535",
                "postgresql://u@h:abc/d                      | 1 to 65535",
                "postgresql://u@[::1/d                       | ] after an IPv6",
                "postgresql://u@[]/d                         | is empty",
                "postgresql://u@[::1]5432/d                  | only :port may follow",
                "postgresql://u@h/d?sslmode                  | name=value",
                "postgresql://u@h/d?options=-c a=b           | %3D",
                "postgresql://u@h/d?sslmode=maybe            | must be one of disable, allow, prefer, require",
                "postgresql://u@h/d?sslRootCert=x            | did you mean sslrootcert?",
                "postgresql://u@h/d?connectTimeout=3         | did you mean connect_timeout?",
                "postgresql://u@h/d?aplication_name=x        | did you mean application_name?",
                "postgresql://u@h/d?prepareThreshold=0       | libpq does not know",
                "postgresql://u@h/d?client_encoding=LATIN1   | can only be UTF8",
                "postgresql://u@h/d?connect_timeout=soon     | whole number",
                "postgresql://u@h/d?tcp_user_timeout=10      | no such socket option",
                "postgresql://u@h/d?replication=database     | opens its replication connections itself",
                "postgresql://u@h/d?service=prod             | service file is not read",
                "postgresql://u@h/d?sslcrl=x                 | revocation lists",
                "postgresql://u@h/d?require_auth=oauth       | scram-sha-256",
                "postgresql://u@h/d?target_session_attrs=rw  | prefer-standby",
                "postgresql://u@h/d?sslrootcert=system&sslmode=require | verify-full only",
                "postgresql://u@h/d?hostaddr=1.2.3.4&sslmode=verify-full | use host alone",
                "postgresql://u@h/d?ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2 | no version is left",
                "postgresql://u@h/d?password=a&b=c           | (an & in a password is written %26",
                "postgresql://u@h/d?sslnegotiation=direct    | goes with sslmode",
                "postgresql:///d?host=a,b,c&port=1,2         | 3 hosts but 2 ports",
                "postgresql://u%zz@h/d                       | two hexadecimal digits",
                "postgresql://u%00@h/d                       | %00 is not allowed",
                "postgresql://u%ff@h/d                       | not UTF-8",
                "host=h user                                 | = is missing",
                "host=h password='x                          | closing quote",
            })
    void what_cannot_be_used_is_said(String text, String problem) {
        PenstockException error = catchThrowableOfType(PenstockException.class, () -> LibpqUri.parse(text));

        assertThat(error.kind()).isEqualTo(ErrorKind.USAGE);
        assertThat(error).hasMessageContaining(problem);
    }

    @Test
    void every_problem_is_named_at_once() {
        PenstockException error = catchThrowableOfType(
                PenstockException.class,
                () -> LibpqUri.parse("postgresql://u@h:0/d?sslmode=maybe&colour=red&service=x"));

        assertThat(error).hasMessageContainingAll("65535", "sslmode", "colour", "service");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u:TOPSECRET@h/d",
                "postgresql://u:TOPSECRET@h/d?sslpassword=TOPSECRET",
                "postgresql://u@h/d?password=TOPSECRET",
                "host=h user=u password=TOPSECRET",
                "postgresql://u:TOPSECRET/x@h/d",
                "postgresql://u:12/TOPSECRET@h/d",
                "postgresql://u:a@TOPSECRET@h/d",
                "postgresql://u:TOPSECRET%@h/d",
                "postgresql://u:TOPSECRET@h/d?sslmode=maybe",
                "postgresql://u:TOPSECRET@h/d?sslpassword=TOPSECRET&oops",
                "host=h password='TOPSECRET",
                "u:TOPSECRET@h/d",
                "postgresql://u@h/d?password=a&TOPSECRET=b",
                "postgresql://u@h/d?sslpassword=a&TOPSECRET=b",
                "postgresql://u:12/a?TOPSECRET=b@h/d",
                "host=h password=a TOPSECRET=b",
            })
    void the_password_is_never_shown(String text) {
        String shown;
        try {
            LibpqUri uri = LibpqUri.parse(text);
            shown = uri + uri.describe() + List.of(uri) + new PgEndpoint(uri, "TOPSECRET");
        } catch (PenstockException e) {
            shown = e.toString();
        }

        assertThat(shown).doesNotContain("TOPSECRET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp_user_timeout=0",
                "sslcompression=0",
                "sslsni=1",
                "sslcrl=",
                "gssdelegation=0",
                "sslcertmode=disable",
                "gsslib=gssapi",
                "gssencmode=disable",
                "krbsrvname=pg",
                "require_auth=!password,!md5",
                "channel_binding=require",
                "load_balance_hosts=random",
                "ssl_min_protocol_version=TLSv1.3",
                "passfile=x",
                "max_protocol_version=3.0",
            })
    void what_can_be_served_or_asks_for_nothing_is_taken(String parameter) {
        assertThat(LibpqUri.parse("postgresql://u@h/d?" + parameter).parameters())
                .hasSize(1);
    }
}
