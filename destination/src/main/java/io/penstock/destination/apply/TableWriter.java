package io.penstock.destination.apply;

import io.penstock.core.change.KeyedChanges;
import io.penstock.core.change.KeylessChanges;
import io.penstock.core.relation.TableMapping;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private final RowStatements rows;
    private final SetStatements sets;
    private final KeylessStatements keyless;
    private final RuledStatements ruled;
    private final Map<TableMapping, TableSql> texts = new LinkedHashMap<>();

    TableWriter(BaseConnection connection, StagingTables stages, MergePlanner planner) {
        this.connection = connection;
        this.planner = planner;
        Values values = new Values();
        this.rows = new RowStatements(connection, values);
        this.sets = new SetStatements(connection, stages, values);
        this.keyless = new KeylessStatements(connection, stages, rows);
        this.ruled = new RuledStatements(connection, stages);
    }

    void write(KeylessChanges changes) throws SQLException {
        if (changes.table().rule() != null) {
            ruled.apply(changes, new RuledSql(changes.table()));
        } else {
            keyless.apply(changes, text(changes.table()), planner);
        }
    }

    void write(KeyedChanges changes) throws SQLException {
        if (changes.table().rule() != null) {
            log.debug(
                    "merge table={} plan=\"{} rows: staged for the rule\"",
                    changes.table().destination(),
                    changes.size());
            ruled.apply(changes, new RuledSql(changes.table()));
            return;
        }
        TableSql sql = text(changes.table());
        RowLists lists = RowLists.of(changes, changes.table().updatable());
        MergePlanner.Plan plan = planner.plan(new MergePlanner.Question(
                changes.table(),
                changes.size(),
                changes.bytes(),
                lists.updates.size(),
                lists.filled.size(),
                lists.deletes.size() + (changes.table().policy().meetsRows() ? lists.writes.size() : 0),
                sql.arrayable()));
        log.debug("merge table={} plan=\"{}\"", changes.table().destination(), plan.why());
        if (plan.method() == MergePlanner.Method.STATEMENTS) {
            rows.apply(changes, lists, sql);
        } else if (plan.mayCollide()) {
            writeWithWayBack(changes, lists, sql, plan.arrays());
        } else {
            sets.apply(changes, lists, sql, plan.arrays());
        }
    }

    /**
     * Updates in place may meet another unique index half-way when rows exchange values. That is rare, so it is tried first; the way
     * back deletes all rows before it writes them, which cannot collide.
     */
    private void writeWithWayBack(KeyedChanges changes, RowLists lists, TableSql sql, boolean arrays)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            sets.apply(changes, lists, sql, arrays);
        } catch (SQLException e) {
            boolean collided = UNIQUE_VIOLATION.equals(e.getSQLState()) || EXCLUSION_VIOLATION.equals(e.getSQLState());
            if (!collided) {
                throw e;
            }
            connection.rollback(before);
            log.debug("rows exchange unique values table={}", changes.table().destination());
            // A staging table that was created after the savepoint is gone; the names are looked up again.
            sets.forgetStages();
            sets.apply(changes, RowLists.of(changes, false), sql, false);
        }
        connection.releaseSavepoint(before);
    }

    private TableSql text(TableMapping table) {
        if (texts.size() >= MAX_TEXTS) {
            texts.clear();
        }
        return texts.computeIfAbsent(table, TableSql::new);
    }
}
