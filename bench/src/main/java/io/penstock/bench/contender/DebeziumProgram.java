package io.penstock.bench.contender;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.penstock.bench.process.ChildProgram;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.source.SourceRecord;

/** Debezium's engine and its JDBC sink, one handing its batches to the other in one process, without a broker between them. */
public final class DebeziumProgram {
    private DebeziumProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ChildProgram program = ChildProgram.begin(arguments);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<String> failure = new AtomicReference<>("");
        try (DebeziumSink sink = new DebeziumSink(sinkProperties(program), program::done);
                DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine = DebeziumEngine.create(Connect.class)
                        .using(engineProperties(program))
                        .using((success, message, error) -> {
                            failure.set(success ? "" : message + " " + error);
                            ended.countDown();
                        })
                        .notifying(sink)
                        .build()) {
            new Thread(engine, "bench-debezium").start();
            Thread stopper = new Thread(
                    () -> {
                        program.awaitExit();
                        // Its own shutdown takes seconds and is not measured.
                        sink.rest(() -> Runtime.getRuntime().halt(0));
                    },
                    "bench-stop");
            stopper.setDaemon(true);
            stopper.start();
            ended.await();
            System.err.println("Debezium ended by itself: " + failure.get());
            Runtime.getRuntime().halt(1);
        }
    }

    private static Properties engineProperties(ChildProgram program) {
        Properties properties = new Properties();
        properties.put("name", "bench");
        properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        properties.put("offset.flush.interval.ms", "60000");
        properties.put("database.hostname", program.argument("sourceHost"));
        properties.put("database.port", program.argument("sourcePort"));
        properties.put("database.user", program.argument("sourceUser"));
        properties.put("database.password", program.argument("sourcePassword"));
        properties.put("database.dbname", program.argument("sourceDatabase"));
        properties.put("topic.prefix", "bench");
        properties.put("plugin.name", "pgoutput");
        properties.put("slot.name", program.argument("slot"));
        properties.put("publication.name", program.argument("slot"));
        properties.put("publication.autocreate.mode", "disabled");
        properties.put("snapshot.mode", "no_data");
        properties.put("schema.include.list", "public");
        properties.put("tombstones.on.delete", "false");
        // Larger than the defaults of 2048 and 8192, so that the sink gets whole batches while the reader goes on.
        properties.put("max.batch.size", "16384");
        properties.put("max.queue.size", "65536");
        properties.put("poll.interval.ms", "5");
        return properties;
    }

    private static Map<String, String> sinkProperties(ChildProgram program) {
        return Map.ofEntries(
                Map.entry("name", "bench-sink"),
                Map.entry("connection.url", program.argument("sinkJdbc")),
                Map.entry("connection.username", program.argument("destinationUser")),
                Map.entry("connection.password", program.argument("destinationPassword")),
                Map.entry("connection.pool.min_size", "1"),
                Map.entry("insert.mode", "upsert"),
                Map.entry("delete.enabled", "true"),
                Map.entry("primary.key.mode", "record_key"),
                Map.entry("schema.evolution", "none"),
                Map.entry("collection.name.format", "${source.schema}.${source.table}"),
                Map.entry("use.reduction.buffer", "true"),
                Map.entry("batch.size", "10000"));
    }
}
