package io.penstock.cli.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Customers at work: one thread that commits one small transaction after the other, with everything that makes replication difficult.
 * The same seed makes the same choices.
 */
final class ShopWriter {
    private static final long PAUSE_NANOS = 2_000_000;

    /** Keys that are moved go far beyond those that sequences give. */
    private static final long MOVED_KEYS = 1_000_000_000;

    private final Random random;
    private final AtomicLong transactions = new AtomicLong();
    private final Connection connection;
    private final List<Weighted> deeds;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable SQLException failure;
    private long moved;

    /** One transaction of the shop. */
    private interface Deed {
        void run() throws SQLException;
    }

    /** How often a deed is done, relative to the others. */
    private record Weighted(int weight, Deed deed) {}

    private ShopWriter(Connection connection, long seed) {
        this.connection = connection;
        this.random = new Random(seed);
        this.thread = new Thread(this::work, "penstock-demo-writer");
        this.deeds = List.of(
                new Weighted(20, this::placeOrder),
                new Weighted(20, this::payOrder),
                new Weighted(6, this::cancelOrder),
                new Weighted(8, this::newCustomer),
                new Weighted(15, this::editCustomer),
                new Weighted(3, this::moveCustomerKey),
                new Weighted(3, this::swapProductKeys),
                new Weighted(3, this::swapRanks),
                new Weighted(5, this::regretPartly),
                new Weighted(10, this::touchDocument),
                new Weighted(2, this::rewriteDocument),
                new Weighted(8, this::viewPages),
                new Weighted(6, this::moveBetweenPartitions),
                new Weighted(6, this::logTwice),
                new Weighted(10, this::fillCart),
                new Weighted(1, this::emptyCarts),
                new Weighted(6, this::editEvents));
    }

    static ShopWriter start(String jdbcUrl, long seed) throws SQLException {
        Connection connection = DriverManager.getConnection(jdbcUrl);
        connection.setAutoCommit(false);
        ShopWriter writer = new ShopWriter(connection, seed);
        writer.thread.setDaemon(true);
        writer.thread.start();
        return writer;
    }

    /** Returns when the last transaction is committed. */
    void stop() throws SQLException, InterruptedException {
        stopped = true;
        thread.join();
        connection.close();
        SQLException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }

    long transactions() {
        return transactions.get();
    }

    private void work() {
        int total = deeds.stream().mapToInt(Weighted::weight).sum();
        try {
            while (!stopped) {
                choose(random.nextInt(total)).run();
                connection.commit();
                transactions.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    private Deed choose(int at) {
        int left = at;
        for (Weighted candidate : deeds) {
            left -= candidate.weight();
            if (left < 0) {
                return candidate.deed();
            }
        }
        throw new IllegalStateException("beyond all weights: " + at);
    }

    private void placeOrder() throws SQLException {
        long order = number(
                "insert into shop.orders (customer_id, total) values (" + customer() + ", ?) returning id",
                random.nextInt(50_000));
        int lines = 1 + random.nextInt(5);
        for (int line = 1; line <= lines; line++) {
            execute(
                    "insert into shop.order_items values (?, ?, " + product() + ", ?, ?)",
                    order,
                    line,
                    1 + random.nextInt(9),
                    random.nextInt(200));
        }
        execute(
                "insert into shop.events (kind, payload, weight) values ('order', jsonb_build_object('order', ?::bigint), ?)",
                order,
                random.nextGaussian());
    }

    private void payOrder() throws SQLException {
        long order = anOrder();
        execute("update shop.orders set status = 'paid', total = total + 1 where id = ?", order);
        execute(
                "insert into shop.payments (order_id, amount, method) select id, total, 'card' from shop.orders where id = ?",
                order);
    }

    /** Items and payments go with it. */
    private void cancelOrder() throws SQLException {
        execute("delete from shop.orders where id = ?", anOrder());
    }

    private void newCustomer() throws SQLException {
        execute(
                "insert into shop.customers (email, name, tags) values (gen_random_uuid() || '@example.com', ?, ?::text[])",
                "Ærøskøbing 東京 " + random.nextInt(1000),
                random.nextBoolean() ? "{new,\"with \\\"quotes\\\"\"}" : "{}");
    }

    private void editCustomer() throws SQLException {
        execute(
                "update shop.customers set credit = credit + ?, tags = tags[1:3] || ?::text where id = " + customer(),
                random.nextInt(100),
                "seen " + random.nextInt(100));
    }

    /** The orders follow by cascade. */
    private void moveCustomerKey() throws SQLException {
        moved++;
        execute("update shop.customers set id = ? where id = " + customer(), MOVED_KEYS + moved);
    }

    private void swapProductKeys() throws SQLException {
        int a = 1 + random.nextInt(250);
        int b = 251 + random.nextInt(250);
        execute("update shop.products set sku = 'swapping' where sku = ?", "sku-" + a);
        execute("update shop.products set sku = ? where sku = ?", "sku-" + a, "sku-" + b);
        execute("update shop.products set sku = ?, price = price + 0.01 where sku = 'swapping'", "sku-" + b);
    }

    private void swapRanks() throws SQLException {
        int a = 1 + random.nextInt(250);
        int b = 251 + random.nextInt(250);
        execute("update shop.products set rank = -1 where rank = ?", a);
        execute("update shop.products set rank = ? where rank = ?", a, b);
        execute("update shop.products set rank = ? where rank = -1", b);
    }

    private void regretPartly() throws SQLException {
        execute("insert into shop.events (kind, payload) values ('kept', '{\"part\": 1}')");
        Savepoint savepoint = connection.setSavepoint();
        execute("delete from shop.payments where order_id = ?", anOrder());
        execute("insert into shop.events (kind, payload) values ('regretted', '{}')");
        connection.rollback(savepoint);
        execute("insert into shop.events (kind, payload) values ('kept', '{\"part\": 2}')");
    }

    /** The large text stays as it is and is not in the log. */
    private void touchDocument() throws SQLException {
        execute(
                "update shop.documents set revision = revision + 1, edited_at = now() where id = ?",
                1 + random.nextInt(250));
    }

    private void rewriteDocument() throws SQLException {
        execute(
                "update shop.documents set body = md5(random()::text) || reverse(body) where id = ?",
                1 + random.nextInt(250));
    }

    private void viewPages() throws SQLException {
        execute(
                "insert into shop.page_views select coalesce(max(id), 0) + 1, date '2026-01-01' + ?::int, ?, random() from shop.page_views",
                random.nextInt(400),
                "/product/" + random.nextInt(500));
    }

    private void moveBetweenPartitions() throws SQLException {
        execute(
                "update shop.page_views set viewed_on = date '2026-01-01' + ?::int where id = ?",
                random.nextInt(400),
                1 + random.nextInt(40_000));
    }

    /** No key, and equal rows: one of them goes again. */
    private void logTwice() throws SQLException {
        String message = "nightly run " + random.nextInt(2000);
        for (int i = 0; i < 3; i++) {
            execute("insert into shop.audit_log values (?, '2026-06-01')", message);
        }
        execute(
                "delete from shop.audit_log where ctid = (select ctid from shop.audit_log where message = ? limit 1)",
                message);
    }

    private void fillCart() throws SQLException {
        execute(
                "insert into shop.carts values (?, " + product()
                        + ", 1) on conflict (session) do update set quantity = carts.quantity + 1",
                "session " + random.nextInt(50));
    }

    private void emptyCarts() throws SQLException {
        execute("truncate shop.carts");
        execute("insert into shop.carts values ('first after', 'sku-1', 1)");
    }

    private void editEvents() throws SQLException {
        execute(
                "update shop.events set payload = payload || '{\"seen\": true}', weight = 'NaN' where id = (select id from shop.events"
                        + " where id > gen_random_uuid() order by id limit 1)");
    }

    private String customer() {
        return "(select id from shop.customers where id >= " + (1 + random.nextInt(10_000)) + " order by id limit 1)";
    }

    private String product() {
        return "'sku-" + (1 + random.nextInt(500)) + "'";
    }

    private long anOrder() throws SQLException {
        return number(
                "select coalesce((select id from shop.orders where id >= ? order by id limit 1), 0)",
                1 + random.nextInt(40_000));
    }

    private void execute(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.execute();
        }
    }

    private long number(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
