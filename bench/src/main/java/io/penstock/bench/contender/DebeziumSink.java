package io.penstock.bench.contender;

import io.debezium.connector.jdbc.JdbcSinkConnectorTask;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Hands the engine's batches to the sink connector's task, as Kafka Connect would after the broker. One thread hands over; {@link #rest}
 * may be called from another.
 */
final class DebeziumSink
        implements DebeziumEngine.ChangeConsumer<ChangeEvent<SourceRecord, SourceRecord>>, AutoCloseable {
    private final JdbcSinkConnectorTask task = new JdbcSinkConnectorTask();
    private final Set<TopicPartition> open = new HashSet<>();
    private final Runnable markerWritten;
    private long offset;

    /**
     * @param markerWritten called after the batch with the marker has been written as a whole: the sink writes the rows of a batch before
     *     it deletes, so that the marker can be seen while deletes of the same batch are still missing
     */
    DebeziumSink(Map<String, String> properties, Runnable markerWritten) {
        this.markerWritten = markerWritten;
        task.start(properties);
    }

    @Override
    public synchronized void handleBatch(
            List<ChangeEvent<SourceRecord, SourceRecord>> events,
            DebeziumEngine.RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer)
            throws InterruptedException {
        List<SinkRecord> records = new ArrayList<>(events.size());
        for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
            records.add(sinkRecord(event.value()));
        }
        task.put(records);
        Throwable failure = task.getLastProcessingException();
        if (failure != null) {
            throw new IllegalStateException("the sink failed", failure);
        }
        for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
        if (records.stream().anyMatch(r -> r.topic().endsWith("." + Marker.TABLE))) {
            markerWritten.run();
        }
    }

    /** Runs when no batch is half written. */
    synchronized void rest(Runnable action) {
        action.run();
    }

    private SinkRecord sinkRecord(SourceRecord record) {
        TopicPartition partition = new TopicPartition(record.topic(), 0);
        if (open.add(partition)) {
            task.open(Set.of(partition));
        }
        return new SinkRecord(
                record.topic(), 0, record.keySchema(), record.key(), record.valueSchema(), record.value(), offset++);
    }

    @Override
    public void close() {
        task.stop();
    }
}
