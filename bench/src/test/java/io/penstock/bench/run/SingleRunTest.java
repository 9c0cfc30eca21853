package io.penstock.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class SingleRunTest {
    @Test
    void a_failure_is_told_by_what_is_inside_its_wrappings() {
        PenstockException late = new PenstockException(ErrorKind.INTERNAL, "Not every transaction arrived.");
        UncheckedIOException unreadable = new UncheckedIOException(new IOException("no such file"));

        assertThat(SingleRun.reason(new CompletionException(late))).isEqualTo("Not every transaction arrived.");
        assertThat(SingleRun.reason(new CompletionException(unreadable))).isEqualTo("IOException: no such file");
        assertThat(SingleRun.reason(new IllegalStateException("odd"))).isEqualTo("IllegalStateException: odd");
    }
}
