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

/** Hands the engine's batches to the sink connector's task, as Kafka Connect would after the broker. One thread. */
final class DebeziumSink
        implements DebeziumEngine.ChangeConsumer<ChangeEvent<SourceRecord, SourceRecord>>, AutoCloseable {
    private final JdbcSinkConnectorTask task = new JdbcSinkConnectorTask();
    private final Set<TopicPartition> open = new HashSet<>();
    private long offset;

    DebeziumSink(Map<String, String> properties) {
        task.start(properties);
    }

    @Override
    public void handleBatch(
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
