package io.penstock.core.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DateFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "yyyy-MM-dd HH:mm:ss     | YYYY-MM-DD HH24:MI:SS",
                "yyyyMMddHHmmssSSS       | YYYYMMDDHH24MISSMS",
                "d.M.yy                  | FMDD.FMMM.YY",
                "h:m:s a                 | FMHH12:FMMI:FMSS AM",
                "EEE, d MMM yyyy         | Dy, FMDD Mon YYYY",
                "EEEE MMMM DDD           | FMDay FMMonth DDD",
                "yyyy'T'HH''             | YYYY\"T\"HH24\"'\"",
                "yyyy年MM月😀              | YYYY\"年\"MM\"月\"\"😀\"",
                "%Y-%m-%d %H:%M:%S.%f    | YYYY-MM-DD HH24:MI:SS.US",
                "%d/%b/%y %I %p          | DD/Mon/YY HH12 AM",
                "%A %B %j                | FMDay FMMonth DDD",
                "ddEEE dDDD yyyy         | DD\"\"Dy FMDD\"\"DDD YYYY",
                "%S%S%d%a%y%Y            | SS\"\"SSDD\"\"DyYY\"\"YYYY",
                "%FT%T 100%%             | YYYY-MM-DD\"T\"HH24:MI:SS \"1\"\"0\"\"0\"\"%\"",
            })
    void becomes_a_template(String format, String template) {
        assertThat(DateFormat.template(format, false)).isEqualTo(template);
    }

    @Test
    void a_template_for_reading_is_strict() {
        assertThat(DateFormat.template("yyyy-MM-dd", true)).isEqualTo("FXYYYY-MM-DD");
    }
}
