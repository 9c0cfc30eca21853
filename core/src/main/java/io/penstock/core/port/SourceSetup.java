package io.penstock.core.port;

import io.penstock.core.check.Finding;
import io.penstock.core.schema.Catalog;
import io.penstock.core.task.ObjectSelection;
import java.util.List;

/**
 * Everything a task does at the source besides reading rows. All methods may be repeated; each leaves the source as the first
 * successful call did. Short transactions only; locks are waited for at most two seconds at a time.
 *
 * <p>One thread at a time. Errors: CONNECTION, LOGIN, PRECHECK, TRANSIENT.
 */
public interface SourceSetup extends AutoCloseable {
    SourceState state();

    /** What the source lacks for the selected tables, worst included; never throws for a failed item. */
    List<Finding> check(Catalog catalog);

    /** Definitions of the selected tables and of what they need. */
    Catalog catalog(ObjectSelection objects);

    /** Replica identities, schema {@code penstock} and publications, so that a slot created afterwards delivers every change. */
    void publish(Catalog catalog);

    /**
     * Waits until every transaction that was in progress has ended. Without it a transaction that commits while the slot is created
     * may be neither copied nor streamed.
     */
    void awaitOlderTransactions();

    /** Raises the sequence number in the task's heartbeat row by one; the row arrives in the stream, so a missing number is a gap. */
    void heartbeat();

    /** Removes everything of this task. Returns what could not be removed and the SQL to do it by hand; empty when clean. */
    List<String> release();

    @Override
    void close();
}
