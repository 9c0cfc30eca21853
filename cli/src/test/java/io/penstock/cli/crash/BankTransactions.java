package io.penstock.cli.crash;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.random.RandomGenerator;

/** Random transactions of one writer. One thread. */
final class BankTransactions {
    private static final int MOST_OPERATIONS = 6;

    private final RandomGenerator random;
    /** Keys of different writers' new rows must not meet. */
    private final long ownKeys;

    private long next;

    BankTransactions(RandomGenerator random, int writer) {
        this.random = random;
        this.ownKeys = (writer + 1) * 1_000_000_000L + random.nextInt(1_000) * 1_000_000L;
    }

    /** Runs one transaction's statements; false when it is to be rolled back. */
    boolean run(Statement statement) throws SQLException {
        int operations = 1 + random.nextInt(MOST_OPERATIONS);
        for (int i = 0; i < operations; i++) {
            if (random.nextInt(5) == 0) {
                inSavepoint(statement);
            } else {
                operation(statement);
            }
        }
        return random.nextInt(7) != 0;
    }

    private void inSavepoint(Statement statement) throws SQLException {
        statement.execute("savepoint s");
        operation(statement);
        operation(statement);
        statement.execute(random.nextBoolean() ? "rollback to savepoint s" : "release savepoint s");
    }

    private void operation(Statement statement) throws SQLException {
        switch (random.nextInt(4)) {
            case 0, 1 -> account(statement);
            case 2 -> history(statement);
            default -> event(statement);
        }
    }

    private void account(Statement statement) throws SQLException {
        long id = account();
        switch (random.nextInt(8)) {
            case 0 ->
                statement.execute("insert into account values (%d, %d, 'n%d', %d, %s)"
                        .formatted(ownKeys + ++next, random.nextInt(Bank.BRANCHES), ownKeys + next, next, doc()));
            case 1 -> statement.execute("delete from account where id = " + id);
            case 2 -> statement.execute("update account set id = " + (ownKeys + ++next) + " where id = " + id);
            case 3 ->
                statement.execute("update account set id = " + account()
                        + " where id > 1000000000 and id = (select max(id)" + " from account)");
            case 4 -> exchangeCodes(statement, id, account());
            case 5 -> statement.execute("update account set doc = " + doc() + " where id = " + id);
            default ->
                statement.execute("update account set balance = balance + 1, branch = " + random.nextInt(Bank.BRANCHES)
                        + " where id = " + id);
        }
    }

    private long account() {
        return 1 + random.nextInt(Bank.ACCOUNTS);
    }

    private String doc() {
        return random.nextInt(3) == 0 ? "null" : "repeat(md5('" + random.nextInt() + "'), 150)";
    }

    /** Unique values change places, which no order of single updates without a detour allows. */
    private static void exchangeCodes(Statement statement, long first, long second) throws SQLException {
        if (first == second) {
            return;
        }
        statement.execute("update account set code = 'x' || code where id in (" + first + ", " + second + ")");
        statement.execute("update account a set code = substr(b.code, 2) from (select code, id from account where id = "
                + second + ") b where a.id = " + first + " and b.code like 'x%'");
        statement.execute("update account set code = 'y' || code where id = " + second);
    }

    /** Few different rows, so that equal ones are common. */
    private void history(Statement statement) throws SQLException {
        String row = "(select ctid from history where account = " + random.nextInt(5) + " limit 1)";
        switch (random.nextInt(4)) {
            case 0 -> statement.execute("delete from history where ctid = " + row);
            case 1 -> statement.execute("update history set note = 'n" + random.nextInt(3) + "' where ctid = " + row);
            default ->
                statement.execute("insert into history select date '2024-01-01' + " + random.nextInt(3) + ", "
                        + random.nextInt(5) + ", " + random.nextInt(3) + ", null from generate_series(1, "
                        + (1 + random.nextInt(3)) + ")");
        }
    }

    private void event(Statement statement) throws SQLException {
        int id = 1 + random.nextInt(300);
        switch (random.nextInt(4)) {
            case 0 ->
                statement.execute(
                        "insert into event values (" + (ownKeys + ++next) + ", " + random.nextInt(3) + ", '{}')");
            case 1 -> statement.execute("delete from event where id = " + id);
            case 2 -> statement.execute("update event set kind = (kind + 1) % 3 where id = " + id);
            default ->
                statement.execute(
                        "update event set body = jsonb_build_object('r', " + random.nextInt() + ") where id = " + id);
        }
    }
}
