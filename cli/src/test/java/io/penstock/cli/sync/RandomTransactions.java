package io.penstock.cli.sync;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Transactions of random statements with savepoints, of which some are rolled back, in part or as a whole. Statements that the source
 * refuses are undone. One thread.
 */
public final class RandomTransactions {
    private final Random random;
    private final Source statements;
    private final List<String> script = new ArrayList<>();

    /** Where the statements come from. */
    public interface Source {
        /** Statements that are done together or not at all. */
        List<Step> next();
    }

    /** A statement whose text depends on what is there when its turn comes. */
    public interface Step {
        /** Throws when there is nothing to which it could be done. */
        String sql(Statement statement) throws SQLException;
    }

    public RandomTransactions(Random random, Source statements) {
        this.random = random;
        this.statements = statements;
    }

    /** One transaction of one to some twenty statements. */
    public void run(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 20 : 4);
        List<String> done = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < count; i++) {
                attempt(statement, statements.next(), done);
            }
        }
        boolean rollback = random.nextInt(12) == 0;
        if (!done.isEmpty()) {
            script.add("begin;\n  " + String.join("\n  ", done) + (rollback ? "\nrollback;" : "\ncommit;"));
        }
        if (rollback) {
            connection.rollback();
        } else {
            connection.commit();
        }
    }

    private void attempt(Statement statement, List<Step> steps, List<String> done) throws SQLException {
        statement.execute("savepoint s");
        boolean undo = random.nextInt(15) == 0;
        List<String> texts = new ArrayList<>();
        try {
            for (Step step : steps) {
                String sql = step.sql(statement);
                statement.execute(sql);
                texts.add(sql + ";");
            }
            statement.execute(undo ? "rollback to s" : "release s");
            String text = String.join(" ", texts);
            done.add(undo ? "savepoint s; " + text + " rollback to s;" : text);
        } catch (SQLException e) {
            // What is not possible now: the savepoint makes it a rolled-back subtransaction, which is welcome.
            statement.execute("rollback to s");
        }
    }

    /** What was done since the last call, as it can be run again; without what was refused. */
    public List<String> takeScript() {
        List<String> taken = List.copyOf(script);
        script.clear();
        return taken;
    }
}
