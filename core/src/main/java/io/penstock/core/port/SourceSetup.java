package io.penstock.core.port;

import io.penstock.core.check.Finding;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnStatistics;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.ObjectSelection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything a task does at the source besides reading rows. All methods may be repeated; each leaves the source as the first
 * successful call did. Short transactions only; locks are waited for at most two seconds at a time.
 *
 * <p>One thread at a time. Errors: CONNECTION, LOGIN, PRECHECK, TRANSIENT.
 */
public interface SourceSetup extends AutoCloseable {
    SourceState state();

    /**
     * What the source lacks for the selected tables, worst included; never throws for a failed item.
     *
     * @param catalog what the objects select
     */
    List<Finding> check(Catalog catalog, ObjectSelection objects);

    /** Definitions of the selected tables and of what they need. */
    Catalog catalog(ObjectSelection objects);

    /**
     * The given tables, everything they inherit from, and what they need; tables that no longer exist are left out.
     *
     * @param oids of tables
     */
    Catalog tables(Collection<Integer> oids);

    /**
     * What the source's planner believes of the columns of these tables; what was never analyzed is missing.
     *
     * @param oids of tables
     * @return by oid and column
     */
    Map<Integer, Map<String, ColumnStatistics>> statistics(Collection<Integer> oids);

    /** As {@link #catalog}, with the moment of it. May wait as {@link #awaitOlderTransactions} does. */
    Picture picture(ObjectSelection objects);

    /** As {@link #tables}, with the moment of it. */
    Picture picture(Collection<Integer> oids);

    /**
     * Replica identities, schema {@code penstock}, publications and, where the role may, the capture of changed definitions; so that a
     * slot created afterwards delivers every change. To be called again once older transactions have ended: what they created before
     * they could notice the capture is then in the catalog.
     *
     * @param objects what the task follows, tables created later included
     * @param wholeRows tables, with their partitions, whose old rows must be in the log with all columns
     */
    void publish(Catalog catalog, ObjectSelection objects, Collection<QualifiedName> wholeRows);

    /** Name of the database. */
    String database();

    /** What the source says of a table's expressions, evaluated as a copy does it. Reads no row. */
    RuleTrial tryRule(TableDefinition table, RuleText rule);

    /**
     * Publishes one table, with the replica identity it needs. Does nothing when the table is gone or holds no logged rows. Returns whether
     * anything was changed: then the stream may lack rows that were written before. REFUSED when the role may not alter the table.
     */
    boolean addToPublication(int oid);

    /**
     * Whether definitions that change arrive in the stream. Cheap enough to be asked every few seconds.
     *
     * @param failuresSince {@link #captureFailures} when the task last knew every definition
     */
    DdlCapture ddlCapture(long failuresSince);

    /** How often a change could not even be logged; a change of the number means that definitions must be read again. */
    long captureFailures();

    /**
     * Tables whose rows may have been written anew since {@link #rememberFiles}: they are kept in other files, or are new. Emptying a table
     * and VACUUM FULL give it another file too.
     */
    Set<Integer> rewritten();

    /**
     * Remembers the files in which tables are kept, if up to now every change of definitions was logged; else it does nothing.
     *
     * @param failuresSince as for {@link #ddlCapture}
     */
    void rememberFiles(long failuresSince);

    /** Which of these tables, types and sequences there are. */
    Set<Integer> existing(Collection<Integer> oids);

    /** Tells that the log is applied up to this id, and deletes what every task on this source has applied. */
    void purgeDdlLog(long appliedId);

    /**
     * Waits until every transaction that was in progress has ended. Without it a transaction that commits while the slot is created
     * may be neither copied nor streamed.
     */
    void awaitOlderTransactions();

    /** Raises the sequence number in the task's heartbeat row by one; the row arrives in the stream, so a missing number is a gap. */
    void heartbeat();

    /**
     * Ends the temporary slots that a process which has died while it ran this task has left at the source; they would hold back its log.
     * Only while the task's lock is held. What cannot be ended is logged.
     */
    void endLeftSlots();

    /** Removes everything of this task. Returns what could not be removed and the SQL to do it by hand; empty when clean. */
    List<String> release();

    @Override
    void close();
}
