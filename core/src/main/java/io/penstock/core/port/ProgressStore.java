package io.penstock.core.port;

import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TaskProgress;
import java.util.List;
import java.util.Optional;

/**
 * The task's records in the destination's schema {@code penstock}. Every save is durable when it returns. One thread at a time.
 */
public interface ProgressStore extends AutoCloseable {
    /**
     * Creates the schema where it is missing and takes the task's lock for the life of this session.
     *
     * @throws io.penstock.core.error.PenstockException PRECHECK when another process runs the task
     */
    void lock();

    /** Whether some process holds the task's lock now. Changes nothing; needs no schema. */
    boolean running();

    /** Whether some task has records here. Reads none of them. */
    boolean exists();

    /** Empty when the task has no record, also when the schema does not exist. */
    Optional<TaskProgress> task();

    /** Never moves the applied position of an existing record backwards; the batch writer moves it forwards. */
    void save(TaskProgress progress);

    List<TableProgress> tables();

    void save(TableProgress progress);

    /** Removes the task's records, and the schema when no other task has any. */
    void release();

    @Override
    void close();
}
