package io.penstock.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetSessionTest {
    @ParameterizedTest
    @CsvSource({
        "any, true, true, true",
        "read-write, true, false, false",
        "read-only, false, true, true",
        "primary, true, true, false",
        "standby, false, false, true",
        "prefer-standby, false, false, true",
    })
    void servers_are_told_apart(String attribute, boolean primary, boolean readOnlyPrimary, boolean standby) {
        TargetSession target = TargetSession.of(LibpqUri.parse("postgresql://h/d?target_session_attrs=" + attribute));

        assertThat(target.accepts(false, false)).isEqualTo(primary);
        assertThat(target.accepts(false, true)).isEqualTo(readOnlyPrimary);
        assertThat(target.accepts(true, true)).isEqualTo(standby);
    }
}
