package io.penstock.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerVersionTest {
    @ParameterizedTest
    @CsvSource({"150004, 15, 15.4", "180001, 18, 18.1", "90426, 9, 9.4.26", "120012, 12, 12.12", "100000, 10, 10.0"})
    void number_is_read_in_both_schemes(int number, int major, String text) {
        ServerVersion version = new ServerVersion(number);

        assertThat(version.major()).isEqualTo(major);
        assertThat(version).hasToString(text);
        assertThat(version.atLeast(major)).isTrue();
        assertThat(version.atLeast(major + 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "PostgreSQL 15.4 on x86_64, false, false, POSTGRESQL",
        "PostgreSQL 15.4 on x86_64, false, true, POLARDB",
        "PostgreSQL 15.8 (PolarDB 15.8.2.0 build), false, false, POLARDB",
        "PostgreSQL 9.4.26 (Greenplum Database 6.24.3 build), true, false, GREENPLUM",
        "PostgreSQL 12.12 (Greenplum Database 7.0.0 build), false, false, GREENPLUM",
        "PostgreSQL 14.4 (Apache Cloudberry 1.6.0 build), true, false, CLOUDBERRY",
        "PostgreSQL 9.4.26 (Greenplum Database 6.6.0) AnalyticDB, true, false, ANALYTICDB",
        "PostgreSQL 12 something, true, false, GREENPLUM",
    })
    void family_is_told_by_text_and_settings(String text, boolean greenplum, boolean polar, ServerFamily family) {
        assertThat(ServerFamily.of(text, greenplum, polar)).isEqualTo(family);
    }
}
