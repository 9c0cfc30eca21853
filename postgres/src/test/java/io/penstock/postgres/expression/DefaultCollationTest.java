package io.penstock.postgres.expression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultCollationTest {
    @ParameterizedTest
    @CsvSource({
        "c, '', en_US.UTF-8, de_DE.UTF-8, en_US.utf8, de_DE.utf8",
        "c, '', en_US.utf8, C, en_US.utf8, C",
        "c, '', C.UTF-8, C.UTF-8, C, C.utf8",
        "c, '', POSIX, POSIX, C, C",
        "c, '', English_United States.1252, C, English_United States.1252, C",
        "i, en-US, C, C, ICU en-US, ICU en-US",
        "b, C.UTF-8, C, C, C, builtin C.UTF-8",
        "b, C, en_US.UTF-8, en_US.UTF-8, C, C"
    })
    void spellings_that_mean_the_same_are_one(
            String provider, String locale, String collate, String ctype, String order, String letters) {
        assertThat(DefaultCollation.of(provider, locale, collate, ctype))
                .isEqualTo(new DefaultCollation(order, letters));
    }
}
