package io.penstock.core.lsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {
    @ParameterizedTest
    @ValueSource(strings = {"0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF", "0/1", "80000000/0"})
    void what_is_read_is_written_the_same(String text) {
        assertThat(Lsn.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "1/",
                "/1",
                "1",
                "1/2/3",
                "123456789/0",
                "0/123456789",
                "g/0",
                "-1/0",
                "0/-1",
                "+1/0",
                "0/+1",
                " 0/0"
            })
    void what_is_no_position_is_refused(String text) {
        assertThatThrownBy(() -> Lsn.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void positions_are_unsigned() {
        Lsn high = Lsn.parse("80000000/0");
        Lsn low = Lsn.parse("7FFFFFFF/FFFFFFFF");

        assertThat(low.isBefore(high)).isTrue();
        assertThat(Lsn.max(low.value(), high.value())).isEqualTo(high.value());
        assertThat(high.bytesSince(low)).isEqualTo(1);
        assertThat(low.bytesSince(high)).isZero();
    }
}
