package io.penstock.destination.apply;

import io.penstock.core.change.KeyedChanges;
import io.penstock.core.change.KeylessChanges;
import io.penstock.core.relation.TableMapping;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the net changes of one table after the other to the destination, each by the plan that suits it. One thread. */
final class TableWriter {
    private static final Logger log = LoggerFactory.getLogger(TableWriter.class);
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String EXCLUSION_VIOLATION = "23P01";
    /** Statement texts are kept for this many tables; making them again costs microseconds. */
    private static final int MAX_TEXTS = 4096;

    private final BaseConnection connection;
    private final MergePlanner planner;
    private final OwnRows own;
    private final StoredTables stored;
    private final SearchMode search;
    private final TableSql.Dialect dialect;
    private final RowStatements rows;
    private final SetStatements sets;
    private final KeylessStatements keyless;
    private final RuledStatements ruled;
    private final Map<TableMapping, Text> texts = new LinkedHashMap<>();
    private boolean appended;

    /** @param ruled null for a table without a rule */
    private record Text(
            StoredTable stored, TableSql sql, @Nullable RuledSql ruled) {}

    TableWriter(ApplySession session, StagingTables stages, MergePlanner planner, OwnRows own) {
        this.connection = session.connection();
        this.own = own;
        this.planner = planner;
        this.stored = new StoredTables(connection, session.facts());
        this.search = new SearchMode(connection);
        // Storages came with a later version than the oldest destination has.
        this.dialect = new TableSql.Dialect(session.facts().version().atLeast(12), session.overridesIdentities());
        Values values = new Values();
        this.rows = new RowStatements(connection, values);
        this.sets = new SetStatements(connection, stages, values);
        this.keyless = new KeylessStatements(connection, stages, rows);
        this.ruled = new RuledStatements(connection, stages);
    }

    void write(KeylessChanges changes) throws SQLException {
        StoredTable how = stored.of(changes.table().destination());
        appended |= !how.updatesInPlace();
        search.use(how.parallel() ? MergePlanner.Search.SCAN : MergePlanner.Search.PLANNER);
        Text text = text(changes.table(), how);
        // Rows of such a table give way to none; what matters is what is refused.
        own.givesWay(changes.table());
        if (text.ruled() != null) {
            ruled.apply(changes, text.ruled());
        } else {
            keyless.apply(changes, text.sql(), planner);
        }
    }

    void write(KeyedChanges changes) throws SQLException {
        StoredTable how = stored.of(changes.table().destination());
        appended |= !how.updatesInPlace();
        Text text = text(changes.table(), how);
        boolean givesWay = own.givesWay(changes.table());
        if (text.ruled() != null) {
            log.debug(
                    "merge table={} plan=\"{} rows: staged for the rule\"",
                    changes.table().destination(),
                    changes.size());
            search.use(how.parallel() ? MergePlanner.Search.SCAN : MergePlanner.Search.PLANNER);
            ruled.apply(changes, text.ruled(), givesWay);
            return;
        }
        TableSql sql = text.sql();
        RowLists lists = RowLists.of(changes, MergePlanner.inPlace(changes.table(), how), givesWay);
        MergePlanner.Plan plan = planner.plan(new MergePlanner.Question(
                changes.table(),
                how,
                changes.size(),
                changes.bytes(),
                lists.updates.size(),
                lists.filled.size(),
                lists.deletes.size() + (givesWay ? lists.writes.size() : 0),
                sql.arrayable(),
                sql.rowsArrayable() && !lists.maskedUpdates));
        log.debug("merge table={} plan=\"{}\"", changes.table().destination(), plan.why());
        search.use(plan.search());
        if (plan.method() == MergePlanner.Method.STATEMENTS) {
            rows.apply(changes, lists, sql);
        } else if (plan.mayCollide()) {
            writeWithWayBack(changes, lists, sql, plan);
        } else {
            sets.apply(changes, lists, sql, plan);
        }
    }

    /**
     * Updates in place may meet another unique index half-way when rows exchange values. That is rare, so it is tried first; the way
     * back deletes all rows before it writes them, which cannot collide.
     */
    private void writeWithWayBack(KeyedChanges changes, RowLists lists, TableSql sql, MergePlanner.Plan plan)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            sets.apply(changes, lists, sql, plan);
        } catch (SQLException e) {
            boolean collided = UNIQUE_VIOLATION.equals(e.getSQLState()) || EXCLUSION_VIOLATION.equals(e.getSQLState());
            if (!collided) {
                throw e;
            }
            connection.rollback(before);
            log.debug("rows exchange unique values table={}", changes.table().destination());
            // A staging table that was created after the savepoint is gone; the names are looked up again.
            sets.forgetStages();
            sets.apply(changes, RowLists.of(changes, false, lists.givesWay), sql, plan.staged());
        }
        connection.releaseSavepoint(before);
    }

    private Text text(TableMapping table, StoredTable how) {
        if (texts.size() >= MAX_TEXTS) {
            texts.clear();
        }
        Text known = texts.get(table);
        if (known == null || !known.stored().sameShape(how)) {
            RuledSql ofRule = table.rule() == null ? null : new RuledSql(table, how, dialect);
            known = new Text(how, new TableSql(table, how, dialect), ofRule);
            texts.put(table, known);
        }
        return known;
    }

    /** Definitions are about to change. */
    void forget() {
        stored.forget();
    }

    /** Whether an append-optimized table was written since this was asked last; such tables want large batches. */
    boolean appended() {
        boolean now = appended;
        appended = false;
        return now;
    }
}
