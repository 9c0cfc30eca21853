package io.penstock.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyIndexTest {
    private final KeyIndex index = new KeyIndex();

    @Test
    void rows_with_the_same_hash_are_told_apart_by_the_match() {
        for (int row = 0; row < 100; row++) {
            index.add(7, row);
        }

        assertThat(index.find(7, row -> row == 63)).isEqualTo(63);
        assertThat(index.find(7, row -> false)).isEqualTo(KeyIndex.ABSENT);
        assertThat(index.find(8, row -> true)).isEqualTo(KeyIndex.ABSENT);
    }

    @Test
    void rows_are_found_again_after_growing_with_negative_hashes_too() {
        for (int row = 0; row < 10_000; row++) {
            index.add(row * -0x61C88647, row);
        }
        for (int row = 0; row < 10_000; row++) {
            int wanted = row;
            assertThat(index.find(row * -0x61C88647, r -> r == wanted)).isEqualTo(row);
        }
    }
}
