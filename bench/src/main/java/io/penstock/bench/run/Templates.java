package io.penstock.bench.run;

import io.penstock.bench.contender.KeyBuilder;
import io.penstock.bench.database.Server;
import io.penstock.bench.database.Session;
import io.penstock.bench.workload.Workload;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Databases with the rows that a workload begins with, made once; every run copies them. One thread. */
final class Templates {
    private static final int JOBS = 2;

    private final Server source;
    private final Server destination;
    private final Set<String> atSource = new LinkedHashSet<>();
    private final Set<String> atDestination = new LinkedHashSet<>();

    Templates(Server source, Server destination) {
        this.source = source;
        this.destination = destination;
    }

    /** Whatever the workload needs; a full copy begins with an empty destination. */
    void provide(Workload workload) {
        boolean both = workload.kind() != Workload.Kind.FULL;
        CompletableFuture<Void> other = both && atDestination.add(workload.template())
                ? CompletableFuture.runAsync(() -> fill(destination, workload, workload.destination()))
                : CompletableFuture.completedFuture(null);
        if (atSource.add(workload.template())) {
            fill(source, workload, Workload.Destination.SAME);
            try (Session session = source.open(workload.template())) {
                session.run(workload.sourceOnly());
            }
        }
        other.join();
    }

    private static void fill(Server server, Workload workload, Workload.Destination how) {
        String database = workload.template();
        server.create(database);
        try (Session session = server.open(database)) {
            session.run(how.settings()).run(workload.tables());
        }
        KeyBuilder.build(server.jdbcUrl(database), workload.load(), JOBS);
        if (how.keys()) {
            KeyBuilder.build(server.jdbcUrl(database), workload.keys(), JOBS);
        }
        try (Session session = server.open(database)) {
            session.run("vacuum analyze");
        }
    }

    /** Room for the next workload; one with the same rows keeps them. */
    void keepOnly(Workload next) {
        drop(source, atSource, next.template());
        drop(destination, atDestination, next.template());
    }

    void dropAll() {
        drop(source, atSource, "");
        drop(destination, atDestination, "");
    }

    private static void drop(Server server, Set<String> databases, String kept) {
        databases.removeIf(database -> {
            if (database.equals(kept)) {
                return false;
            }
            server.drop(database);
            return true;
        });
    }
}
