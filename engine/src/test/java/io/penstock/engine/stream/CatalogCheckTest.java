package io.penstock.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.Picture;
import io.penstock.core.snapshot.TableSnapshot;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogCheckTest {
    private static final Catalog NOTHING =
            new Catalog(150000, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    private static final CatalogCheck.Seen SEEN = new CatalogCheck.Seen(
            new Picture(NOTHING, TableSnapshot.parse("100:100:", 1000)), NOTHING, Set.of(), Set.of(), 7);

    private final CatalogCheck check = new CatalogCheck();

    @Test
    void what_the_picture_shows_needs_no_second_look() {
        check.want(at(50, 500));
        assertThat(check.mayBegin()).isTrue();
        assertThat(check.begin()).isTrue();
        check.want(at(60, 600));
        check.compare(SEEN);
        check.want(at(70, 700));
        check.compared();
        assertThat(check.pending()).isFalse();
        assertThat(check.takeDone()).isEqualTo(7);
        assertThat(check.takeDone()).isNull();
    }

    @Test
    void what_the_picture_does_not_show_asks_for_another() {
        check.want();
        check.begin();
        check.want(at(120, 900));
        check.compare(SEEN);
        assertThat(check.mayBegin()).isFalse();
        check.compared();
        assertThat(check.mayBegin()).isTrue();
        check.begin();
        check.compare(SEEN);
        check.want();
        check.compared();
        assertThat(check.mayBegin()).isTrue();
    }

    @Test
    void only_what_an_earlier_look_left_out_needs_no_waiting_for_others() {
        check.wantAgain();
        check.begin();
        assertThat(check.again()).isTrue();
        check.compare(SEEN);
        check.wantAgain();
        check.want(at(120, 900));
        check.compared();
        check.begin();
        assertThat(check.again()).isFalse();
        check.compare(SEEN);
        check.compared();
        check.begin();
        assertThat(check.again()).isFalse();
    }

    @Test
    void definitions_are_compared_where_the_picture_was_taken_and_not_before() {
        check.begin();
        assertThat(check.begin()).isFalse();
        assertThat(check.due(5000)).isNull();
        check.compare(SEEN);
        assertThat(check.due(999)).isNull();
        assertThat(check.due(1000)).isEqualTo(SEEN);
        check.compared();
        assertThat(check.due(1000)).isNull();
    }

    private static TransactionReader.Position at(int xid, long lsn) {
        return new TransactionReader.Position(xid, lsn, 0);
    }
}
