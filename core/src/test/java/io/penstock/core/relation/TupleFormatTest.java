package io.penstock.core.relation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TupleFormatTest {
    /** Two bytes that do not belong to it, then the tuple ("ab", NULL, unchanged, ""). */
    private static final byte[] BYTES = bytes("xx\0\4t\0\0\0\2abnut\0\0\0\0");

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void columns_are_walked_from_kind_to_kind() {
        int first = TupleFormat.firstColumn(2);
        int second = TupleFormat.next(BYTES, first);
        int third = TupleFormat.next(BYTES, second);
        int fourth = TupleFormat.next(BYTES, third);

        assertThat(TupleFormat.columns(BYTES, 2)).isEqualTo(4);
        assertThat(TupleFormat.length(BYTES, first)).isEqualTo(2);
        assertThat(BYTES[TupleFormat.value(first)]).isEqualTo((byte) 'a');
        assertThat(BYTES[second]).isEqualTo(TupleFormat.NULL);
        assertThat(BYTES[third]).isEqualTo(TupleFormat.UNCHANGED);
        assertThat(TupleFormat.length(BYTES, fourth)).isZero();
        assertThat(TupleFormat.end(BYTES, 2)).isEqualTo(BYTES.length);
        assertThat(TupleFormat.hasUnchanged(BYTES, 2)).isTrue();
    }

    @Test
    void letters_inside_of_values_are_not_kinds() {
        assertThat(TupleFormat.hasUnchanged(bytes("\0\1t\0\0\0\3unt"), 0)).isFalse();
    }

    @Test
    void numbers_are_unsigned_where_the_protocol_says_so() {
        assertThat(TupleFormat.columns(bytes("\u00ff\u00ff"), 0)).isEqualTo(65_535);
        assertThat(TupleFormat.int32(bytes("\u00ff\u00ff\u00ff\u00fe"), 0)).isEqualTo(-2);
    }

    @Test
    void unchanged_columns_are_filled_where_the_other_tuple_holds_them() {
        byte[] tuple = bytes("\0\3uut\0\0\0\1c");
        byte[] other = bytes("\0\3t\0\0\0\2abnn");

        byte[] filled = TupleFormat.fill(
                new TupleFormat.Slice(tuple, 0), new TupleFormat.Slice(other, 0), new boolean[] {true, false, true});

        assertThat(filled).isEqualTo(bytes("\0\3t\0\0\0\2abut\0\0\0\1c"));
    }
}
