package io.penstock.core.port;

import io.penstock.core.progress.DdlEntry;
import io.penstock.core.schema.Aligned;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.task.BegunWith;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The task's model of the source's definitions and the history of their changes, in the destination's schema {@code penstock}.
 *
 * <p>In a session of its own every call is durable when it returns. Within a batch writer's session it is part of the open transaction,
 * and becomes durable with the position. One thread at a time. Errors: CONNECTION, TRANSIENT, REFUSED when what is stored cannot be read.
 */
public interface DefinitionStore extends AutoCloseable {
    DefinitionModel read();

    /** Adds or replaces tables, types and sequences by oid; what is not named stays. The names are left alone. */
    void save(DefinitionModel changed);

    void save(DestinationNames names);

    /** What the file said at the last start; empty when that was never saved. */
    Optional<BegunWith> begunWith();

    void save(BegunWith settings);

    /** Adds or replaces. */
    void save(List<Aligned> aligned);

    List<Aligned> aligned();

    /** In place of a count of failures: nobody knows whether definitions changed unnoticed. */
    long DOUBT = -1;

    /** The source's count of failures to log a change, or {@link #DOUBT}, when the task last knew every definition; 0 when never saved. */
    long captureFailures();

    void saveCaptureFailures(long count);

    /** @param oids unknown ones are ignored */
    void remove(ObjectKind kind, Collection<Integer> oids);

    void append(List<DdlEntry> entries);

    /** The newest {@code limit} entries, oldest first. Empty also when the schema does not exist. */
    List<DdlEntry> history(int limit);

    /** How many entries ended how; a result nobody had is not there. Empty also when the schema does not exist. */
    Map<DdlEntry.Result, Long> counts();

    /** Within a batch writer's session: does nothing. */
    @Override
    void close();
}
