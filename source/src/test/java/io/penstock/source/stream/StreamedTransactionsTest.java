package io.penstock.source.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages written by hand after the PostgreSQL documentation, "Logical Replication Message Formats". */
class StreamedTransactionsTest {
    private static final String BLOCK_END = "E";
    private static final String TIME = "\0\0\0\0\0\0\0\2";
    private static final int LARGE = 1 << 20;

    @TempDir
    private Path folder;

    private StreamedTransactions streamed;

    @BeforeEach
    void open() {
        streamed = new StreamedTransactions(folder);
    }

    @AfterEach
    void close() throws IOException {
        streamed.close();
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String block(int xid) {
        return "S\0\0\0" + (char) xid + "\1";
    }

    private static String insert(int xid, String value) {
        return "I\0\0\0" + (char) xid + value;
    }

    private static String abort(int xid, int subtransaction) {
        return "A\0\0\0" + (char) xid + "\0\0\0" + (char) subtransaction;
    }

    private static String commit(int xid) {
        return "c\0\0\0" + (char) xid + "\0" + "\0\0\0\0\0\0\1\0" + "\0\0\0\0\0\0\1\10" + TIME;
    }

    private void take(String... messages) throws IOException {
        for (String message : messages) {
            assertThat(streamed.takes(bytes("xy" + message), 2)).as(message).isTrue();
        }
    }

    private List<String> out() throws IOException {
        List<String> out = new ArrayList<>();
        for (byte[] next = streamed.next(); next != null; next = streamed.next()) {
            out.add(new String(next, StandardCharsets.ISO_8859_1));
        }
        return out;
    }

    /** What the server would have sent at the commit. */
    private static List<String> whole(int xid, String... messages) {
        List<String> whole = new ArrayList<>();
        whole.add("B" + "\0\0\0\0\0\0\1\0" + TIME + "\0\0\0" + (char) xid);
        whole.addAll(List.of(messages));
        whole.add("C\0" + "\0\0\0\0\0\0\1\0" + "\0\0\0\0\0\0\1\10" + TIME);
        return whole;
    }

    @Test
    void blocks_of_several_transactions_come_out_at_their_commits_as_whole_transactions() throws IOException {
        take(block(3), "R\0\0\0\3ab", insert(3, "one"), BLOCK_END);
        take(block(4), insert(4, "two"), BLOCK_END, block(3), insert(3, "three"), BLOCK_END);
        assertThat(out()).isEmpty();
        assertThat(streamed.isEmpty()).isFalse();

        take(commit(4));
        assertThat(out()).isEqualTo(whole(4, "Itwo"));
        take(commit(3));
        assertThat(out()).isEqualTo(whole(3, "Rab", "Ione", "Ithree"));
        assertThat(streamed.isEmpty()).isTrue();
    }

    @Test
    void other_transactions_pass() throws IOException {
        take(block(3), insert(3, "one"), BLOCK_END);

        for (String message : List.of("Bx", "Ix", "Ux", "Dx", "Tx", "Rx", "Cx", "Yx", "Ox")) {
            assertThat(streamed.takes(bytes(message), 0)).isFalse();
        }
    }

    @Test
    void what_a_savepoint_takes_back_is_taken_out_with_all_inside_of_it() throws IOException {
        take(block(3), insert(3, "a"), insert(5, "b"), insert(6, "c"), BLOCK_END);
        take(abort(3, 6), block(3), insert(7, "d"), BLOCK_END, abort(3, 7), abort(3, 5));
        take(block(3), insert(8, "e"), insert(3, "f"), BLOCK_END, abort(3, 9), commit(3));

        assertThat(out()).isEqualTo(whole(3, "Ia", "Ie", "If"));
    }

    @Test
    void a_transaction_that_is_rolled_back_leaves_nothing() throws IOException {
        take(block(3), insert(3, "a"), BLOCK_END, abort(3, 3), abort(4, 4));

        assertThat(streamed.isEmpty()).isTrue();
        assertThat(out()).isEmpty();
    }

    @Test
    void one_that_brought_nothing_wanted_comes_out_empty() throws IOException {
        take(block(3), "Y\0\0\0\3type", "Oorigin", BLOCK_END, commit(3));

        assertThat(out()).isEqualTo(whole(3));
    }

    @Test
    void messages_larger_than_any_buffer_and_many_small_ones_are_kept_as_they_are() throws IOException {
        List<String> sent = new ArrayList<>();
        take(block(3));
        for (int i = 0; i < 40; i++) {
            String value = i % 10 == 0 ? "y".repeat(LARGE + i) : ("z" + i).repeat(i * 700);
            take(insert(3, value));
            sent.add("I" + value);
        }
        take(insert(5, "x".repeat(LARGE)), abort(3, 5), insert(3, "last"), BLOCK_END, commit(3));
        sent.add("Ilast");

        assertThat(out()).isEqualTo(whole(3, sent.toArray(String[]::new)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "S\0\0\0",
                "A\0\0\0\3\0\0\0",
                "c\0\0\0\3",
                "c\0\0\0\11\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\10\0\0\0\0\0\0\0\2"
            })
    void a_message_that_makes_no_sense_is_refused(String message) {
        assertRefused(message);
    }

    /** The room is looked at once per 64 MB. */
    @Test
    void a_transaction_of_more_than_a_hundred_megabytes_is_kept() throws IOException {
        take(block(3));
        for (int i = 0; i < 130; i++) {
            take(insert(3, "x".repeat(LARGE)));
        }
        take(BLOCK_END, commit(3));

        int messages = 0;
        for (byte[] next = streamed.next(); next != null; next = streamed.next()) {
            messages++;
        }
        assertThat(messages).isEqualTo(132);
    }

    @ParameterizedTest
    @ValueSource(strings = {"S\0\0\0\4\1", "B\0\0", "I\0\0"})
    void a_message_that_makes_no_sense_in_a_block_is_refused(String message) throws IOException {
        take(block(3));

        assertRefused(message);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> streamed.takes(bytes(message), 0))
                .isInstanceOfSatisfying(
                        PenstockException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PROTOCOL));
    }
}
