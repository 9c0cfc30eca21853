package io.penstock.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordFileTest {
    private static final String LINES = """
            # the first match wins
            db1:5432:shop:sync:exact
            db1:*:shop:sync:anyport
            [::1]:5432:*:*:bracketed
            \\:\\:1:5432:shop:sync:six
            db2:5432:shop:sync:with\\:colon\\\\and backslash
            *:5432:*:other:
            *:*:*:last:star:rest
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "db1, 5432, shop, sync, exact",
                "db1, 5433, shop, sync, anyport",
                "db1, 5432, other, sync, null",
                "::1, 5432, shop, sync, six",
                "db2, 5432, shop, sync, with:colon\\and backslash",
                "db9, 5432, shop, other, null",
                "db9, 1, x, last, star",
                "db9, 1, x, nobody, null",
            })
    void the_first_matching_line_gives_the_password(
            String host, int port, String database, String user, String password) throws IOException {
        LibpqUri uri = LibpqUri.parse("postgresql://" + user + "@h/" + database);

        assertThat(new PasswordFile(write("rw-------"))
                        .password(uri, new HostPort(host, port))
                        .orElse(null))
                .isEqualTo(password);
    }

    @Test
    void a_file_that_others_may_read_is_ignored() throws IOException {
        LibpqUri uri = LibpqUri.parse("postgresql://sync@db1/shop");

        assertThat(new PasswordFile(write("rw-r--r--")).password(uri, new HostPort("db1", 5432)))
                .isEmpty();
    }

    @Test
    void a_missing_file_gives_none() {
        LibpqUri uri = LibpqUri.parse("postgresql://sync@db1/shop");

        assertThat(new PasswordFile(folder.resolve("none")).password(uri, new HostPort("db1", 5432)))
                .isEmpty();
    }

    @Test
    void bytes_that_are_not_utf_8_spoil_their_own_line_only() throws IOException {
        Path file = write("rw-------");
        byte[] latin = (LINES + "db3:5432:shop:sync:geh\u00e4im\n").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, latin);
        LibpqUri uri = LibpqUri.parse("postgresql://sync@h/shop");

        assertThat(new PasswordFile(file).password(uri, new HostPort("db1", 5432)))
                .contains("exact");
        assertThat(new PasswordFile(file).password(uri, new HostPort("db3", 5432)))
                .isEmpty();
    }

    @Test
    void the_uri_names_the_file_before_the_environment() throws IOException {
        Path file = write("rw-------");
        HostPort host = new HostPort("db1", 5432);
        LibpqUri plain = LibpqUri.parse("postgresql://sync@db1/shop");
        LibpqUri named = LibpqUri.parse("postgresql://sync@db1/shop?passfile=" + file);

        assertThat(PasswordFile.of(named, Map.of("PGPASSFILE", "nowhere")).password(named, host))
                .contains("exact");
        assertThat(PasswordFile.of(plain, Map.of("PGPASSFILE", file.toString())).password(plain, host))
                .contains("exact");
    }

    private Path write(String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("pgpass"), LINES);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
