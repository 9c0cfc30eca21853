package io.penstock.destination.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class CopyEncoderTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final CopyEncoder encoder = new CopyEncoder((buffer, length) -> sent.write(buffer, 0, length));

    private static byte[] tuple(String... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(values.length >>> 8);
        out.write(values.length);
        for (String value : values) {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            out.write('t');
            out.write(text.length >>> 24);
            out.write(text.length >>> 16);
            out.write(text.length >>> 8);
            out.write(text.length);
            out.writeBytes(text);
        }
        return out.toByteArray();
    }

    private String encoded(byte[] tuple, int... order) throws SQLException {
        encoder.row(tuple, 0, order, new int[order.length]);
        encoder.endRow();
        encoder.finish();
        return sent.toString(StandardCharsets.UTF_8);
    }

    @Test
    void what_copy_reads_specially_is_escaped_and_nothing_else() throws SQLException {
        assertThat(encoded(tuple("a\\b", "\t\n\r", "\\N", "\\.", "\b\f\u000b\u0001\u007f", "ä日😀\""), 0, 1, 2, 3, 4, 5))
                .isEqualTo("a\\\\b\t\\t\\n\\r\t\\\\N\t\\\\.\t\b\f\u000b\u0001\u007f\tä日😀\"\n");
    }

    @Test
    void columns_are_written_in_the_order_asked_for() throws SQLException {
        assertThat(encoded(tuple("a", "b", "c"), 2, 0, 1)).isEqualTo("c\ta\tb\n");
    }

    @Test
    void null_and_unchanged_are_null_and_the_empty_text_is_not() throws SQLException {
        byte[] tuple = {0, 3, 'n', 'u', 't', 0, 0, 0, 0};

        assertThat(encoded(tuple, 0, 1, 2)).isEqualTo("\\N\t\\N\t\n");
    }

    @Test
    void values_larger_than_the_buffer_arrive_whole_wherever_the_buffer_ends() throws SQLException {
        StringBuilder expected = new StringBuilder();
        for (int size = 65_530; size < 65_542; size++) {
            encoder.row(tuple("x".repeat(size), "\\".repeat(70_001)), 0, new int[] {0, 1}, new int[2]);
            encoder.extra("101");
            encoder.endRow();
            expected.append("x".repeat(size))
                    .append('\t')
                    .append("\\".repeat(140_002))
                    .append("\t101\n");
        }
        encoder.finish();

        assertThat(sent.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }
}
