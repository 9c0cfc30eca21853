package io.penstock.bench.contender;

import io.penstock.bench.database.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs statements that do not depend on each other over several sessions, each taking the next when it is free. */
public final class KeyBuilder {
    private KeyBuilder() {}

    public static void build(String jdbcUrl, List<String> statements, int jobs) {
        Queue<String> open = new ArrayDeque<>(statements);
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            workers.add(CompletableFuture.runAsync(
                    () -> work(jdbcUrl, open), work -> new Thread(work, "bench-statements").start()));
        }
        workers.forEach(CompletableFuture::join);
    }

    private static void work(String jdbcUrl, Queue<String> open) {
        try (Session session = Session.open(jdbcUrl)) {
            for (String sql = next(open); sql != null; sql = next(open)) {
                session.run(sql);
            }
        }
    }

    private static @Nullable String next(Queue<String> open) {
        synchronized (open) {
            return open.poll();
        }
    }
}
