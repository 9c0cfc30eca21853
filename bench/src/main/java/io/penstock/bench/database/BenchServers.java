package io.penstock.bench.database;

import io.penstock.testkit.EmbeddedServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Source and destination of a benchmark, embedded ones unless addresses were given. Closing stops what was started here. */
public final class BenchServers implements AutoCloseable {
    private static final int VERSION = 15;
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("fsync", "off"),
            Map.entry("shared_buffers", "512MB"),
            // No checkpoint of its own in the middle of a run.
            Map.entry("max_wal_size", "32GB"),
            Map.entry("checkpoint_timeout", "1h"),
            Map.entry("max_worker_processes", "32"),
            Map.entry("max_logical_replication_workers", "16"),
            // Native replication copies as many tables at a time as the others, and its workers start at once.
            Map.entry("wal_retrieve_retry_interval", "10ms"),
            Map.entry("max_locks_per_transaction", "512"),
            Map.entry("max_connections", "100"));

    private final Server source;
    private final Server destination;
    private final List<EmbeddedServer> started;

    private BenchServers(Server source, Server destination, List<EmbeddedServer> started) {
        this.source = source;
        this.destination = destination;
        this.started = started;
    }

    /** @param jobs tables that native replication copies at the same time */
    public static BenchServers of(Optional<String> source, Optional<String> destination, int jobs) {
        if (source.isPresent() && destination.isPresent()) {
            return new BenchServers(Server.at(source.get()), Server.at(destination.get()), List.of());
        }
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("max_sync_workers_per_subscription", Integer.toString(jobs));
        CompletableFuture<EmbeddedServer> first =
                CompletableFuture.supplyAsync(() -> EmbeddedServer.start(VERSION, settings));
        EmbeddedServer second = EmbeddedServer.start(VERSION, settings);
        EmbeddedServer other = first.join();
        return new BenchServers(
                Server.at(other.url("postgres")), Server.at(second.url("postgres")), List.of(other, second));
    }

    public Server source() {
        return source;
    }

    public Server destination() {
        return destination;
    }

    @Override
    public void close() {
        started.forEach(EmbeddedServer::close);
    }
}
