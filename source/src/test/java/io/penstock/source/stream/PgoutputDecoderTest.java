package io.penstock.source.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.change.OldTuple;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.relation.Relation;
import io.penstock.core.stream.MessageConsumer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages written by hand after the PostgreSQL documentation, "Logical Replication Message Formats". */
class PgoutputDecoderTest {
    private static final String BEGIN = "B\0\0\0\0\0\0\1\0" + "\0\0\0\0\0\0\0\2" + "\0\0\0\3";
    private static final String COMMIT = "C\0" + "\0\0\0\0\0\0\1\0" + "\0\0\0\0\0\0\1\10" + "\0\0\0\0\0\0\0\2";
    private static final String RELATION = "R\0\0\0\7public\0\u00c3\u00a4\0d\0\2"
            + "\1id\0\0\0\0\27\u00ff\u00ff\u00ff\u00ff" + "\0v\0\0\0\0\31\0\0\0\11";
    private static final String TUPLE = "\0\3t\0\0\0\2abnu";
    private static final String INSERT = "I\0\0\0\7N" + TUPLE;
    private static final String UPDATE = "U\0\0\0\7N" + TUPLE;
    private static final String UPDATE_KEY = "U\0\0\0\7K\0\1t\0\0\0\1xN" + TUPLE;
    private static final String UPDATE_FULL = "U\0\0\0\7O\0\1nN" + TUPLE;
    private static final String DELETE = "D\0\0\0\7K" + TUPLE;
    private static final String TRUNCATE = "T\0\0\0\2\3\0\0\0\7\u00ff\u00ff\u00ff\u00fe";

    private final Recorder recorder = new Recorder();
    private final PgoutputDecoder decoder = new PgoutputDecoder();

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String decoded(String message) {
        recorder.calls.clear();
        decoder.decode(bytes(message), 0, recorder);
        return String.join(" ", recorder.calls);
    }

    @Test
    void transactions_have_positions_times_and_ids() {
        assertThat(decoded(BEGIN)).isEqualTo("begin 256 946684800000002 3");
        assertThat(decoded(COMMIT)).isEqualTo("commit 264 946684800000002");
    }

    @Test
    void relations_have_names_identity_and_columns() {
        assertThat(decoded(RELATION)).isEqualTo("relation 7 public.\u00e4 DEFAULT id/true/23/-1 v/false/25/9");
        assertThat(decoded(RELATION.replace("public", ""))).startsWith("relation 7 pg_catalog.");
    }

    @Test
    void tuples_are_offsets_into_the_message() {
        assertThat(decoded(INSERT)).isEqualTo("insert 7 at 6");
        assertThat(decoded(UPDATE)).isEqualTo("update 7 NONE at 6");
        assertThat(decoded(UPDATE_KEY)).isEqualTo("update 7 KEY 6 at 15");
        assertThat(decoded(UPDATE_FULL)).isEqualTo("update 7 FULL 6 at 10");
        assertThat(decoded(DELETE)).isEqualTo("delete 7 KEY 6");
    }

    @Test
    void truncate_names_all_tables_of_the_statement() {
        assertThat(decoded(TRUNCATE)).isEqualTo("truncate [7, -2] true");
        assertThat(decoded("T\0\0\0\1\1\0\0\0\7")).isEqualTo("truncate [7] false");
    }

    @Test
    void a_message_may_begin_inside_of_its_array() {
        decoder.decode(bytes("xyz" + INSERT), 3, recorder);

        assertThat(recorder.calls).containsExactly("insert 7 at 9");
    }

    @Test
    void types_and_origins_are_known_and_need_nothing() {
        assertThat(decoded("Y\0\0\0\1public\0mood\0")).isEmpty();
        assertThat(decoded("O\0\0\0\0\0\0\0\1name\0")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {BEGIN, COMMIT, RELATION, INSERT, UPDATE, UPDATE_KEY, UPDATE_FULL, DELETE, TRUNCATE})
    void a_message_cut_anywhere_is_refused_and_never_half_delivered(String message) {
        byte[] whole = bytes(message);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decoder.decode(cut, 0, recorder))
                    .as("cut to %d bytes", length)
                    .isInstanceOfSatisfying(
                            PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PROTOCOL));
        }
        assertThat(recorder.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?",
                "I\0\0\0\7X\0\0",
                "U\0\0\0\7X\0\0",
                "D\0\0\0\7N\0\0",
                "I\0\0\0\7N\0\1b\0\0\0\1x",
                "I\0\0\0\7N\0\1t\u00ff\u00ff\u00ff\u00ff",
                "I\0\0\0\7N\0\1t\u007f\u00ff\u00ff\u00ff",
                "T\u00ff\u00ff\u00ff\u00ff\0",
                "T\u007f\u00ff\u00ff\u00ff\0\0\0\0\1",
                "R\0\0\0\7a\0b\0x\0\0"
            })
    void a_message_that_makes_no_sense_is_refused(String message) {
        assertThatThrownBy(() -> decoded(message))
                .isInstanceOfSatisfying(
                        PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PROTOCOL));
    }

    /** Writes down what it is told. */
    private static final class Recorder implements MessageConsumer {
        private final List<String> calls = new ArrayList<>();

        @Override
        public void begin(long finalLsn, long commitMicros, int xid) {
            calls.add("begin " + finalLsn + " " + commitMicros + " " + xid);
        }

        @Override
        public void relation(Relation relation) {
            calls.add("relation " + relation.oid() + " " + relation.name().schema() + "."
                    + relation.name().table() + " " + relation.identity());
            relation.columns()
                    .forEach(c -> calls.add(c.name() + "/" + c.key() + "/" + c.typeOid() + "/" + c.typeModifier()));
        }

        @Override
        public void insert(int relation, byte[] message, int newTuple) {
            calls.add("insert " + relation + " at " + newTuple);
        }

        @Override
        public void update(int relation, OldTuple kind, byte[] message, int oldTuple, int newTuple) {
            calls.add("update " + relation + " " + kind + (kind == OldTuple.NONE ? "" : " " + oldTuple) + " at "
                    + newTuple);
        }

        @Override
        public void delete(int relation, OldTuple kind, byte[] message, int oldTuple) {
            calls.add("delete " + relation + " " + kind + " " + oldTuple);
        }

        @Override
        public void truncate(int[] relations, boolean restartIdentity) {
            calls.add("truncate " + Arrays.toString(relations) + " " + restartIdentity);
        }

        @Override
        public void commit(long endLsn, long commitMicros) {
            calls.add("commit " + endLsn + " " + commitMicros);
        }
    }
}
