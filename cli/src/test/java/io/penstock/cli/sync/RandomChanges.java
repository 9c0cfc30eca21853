package io.penstock.cli.sync;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;

/** Random transactions over few keys, so that the same rows are met again and again. */
public final class RandomChanges {
    public static final List<String> TABLES = List.of("""
            create table keyed (id int primary key, email text unique, n int, big text);
            alter table keyed alter big set storage external;
            create table keyless (a int, b text, big text);
            alter table keyless alter big set storage external;
            create table composite (v text, b text not null, a int not null, big text, primary key (a, b));
            alter table composite alter big set storage external""");

    private static final int KEYS = 12;
    private static final String BIG = "(select string_agg(md5(%d::text || i), '') from generate_series(1, 80) i)";

    private final Random random;
    private final RandomTransactions transactions;

    public RandomChanges(Random random) {
        this.random = random;
        this.transactions = new RandomTransactions(random, () -> List.of(statement -> change()));
    }

    /** One transaction, sometimes rolled back. */
    public void transaction(Connection connection) throws SQLException {
        transactions.run(connection);
        transactions.takeScript();
    }

    private String change() {
        return switch (random.nextInt(24)) {
            case 0, 1, 2 -> "insert into keyed values (%d, %s, %d, %s)".formatted(key(), email(), key(), big());
            case 3, 4 -> "update keyed set n = %d where id = %d".formatted(key(), key());
            case 5 -> "update keyed set email = %s where id = %d".formatted(email(), key());
            case 6 -> "update keyed set id = %d where id = %d".formatted(key(), key());
            case 7 -> swap("keyed", "id", key(), key());
            case 8 -> "update keyed set big = %s, n = n + 1 where id = %d".formatted(big(), key());
            case 9 -> "delete from keyed where id = %d".formatted(key());
            case 10 -> "update keyed set id = id + 100; update keyed set id = id - 99";
            case 11, 12 -> "insert into keyless values (%d, %s, %s)".formatted(key() % 4, email(), big());
            case 13 -> "insert into keyless select * from keyless limit 3";
            case 14 ->
                "update keyless set b = %s where ctid in (select ctid from keyless where a = %d limit %d)"
                        .formatted(email(), key() % 4, 1 + random.nextInt(2));
            case 15 ->
                "delete from keyless where ctid in (select ctid from keyless where a = %d limit %d)"
                        .formatted(key() % 4, 1 + random.nextInt(3));
            case 16, 17 -> "insert into composite values ('v', %s, %d, %s)".formatted(text(), key() % 4, big());
            case 18 -> "update composite set v = v || 'x' where a = %d and length(v) < 10".formatted(key() % 4);
            case 19 -> "update composite set b = %s where a = %d and b = %s".formatted(text(), key() % 4, text());
            case 20 -> swap("composite", "a", key() % 4, key() % 4);
            case 21 -> "delete from composite where a = %d and b = %s".formatted(key() % 4, text());
            case 22 -> emailSwap(key(), key());
            default -> random.nextInt(8) == 0 ? truncate() : "update keyed set n = n + 1";
        };
    }

    private String truncate() {
        return List.of("truncate keyed", "truncate keyless", "truncate keyed, composite", "delete from keyless")
                .get(random.nextInt(4));
    }

    private static String swap(String table, String column, int one, int other) {
        return "update %1$s set %2$s = -1 where %2$s = %3$d; update %1$s set %2$s = %3$d where %2$s = %4$d;"
                        .formatted(table, column, one, other)
                + " update %1$s set %2$s = %3$d where %2$s = -1".formatted(table, column, other);
    }

    private static String emailSwap(int one, int other) {
        return "create temporary table e on commit drop as select id, email from keyed where id in (%1$d, %2$d);"
                        .formatted(one, other)
                + "update keyed set email = null where id in (%1$d, %2$d);".formatted(one, other)
                + "update keyed k set email = e.email from e where k.id = %1$d and e.id = %2$d;".formatted(one, other)
                + "update keyed k set email = e.email from e where k.id = %2$d and e.id = %1$d;".formatted(one, other)
                + "drop table e";
    }

    private int key() {
        return 1 + random.nextInt(KEYS);
    }

    private String email() {
        int i = random.nextInt(KEYS);
        return i == 0 ? "null" : i == 1 ? "''" : "'e" + i + "'";
    }

    private String text() {
        return List.of("''", "'{}'", "'a\"b'", "'\\'", "'null'", "E'x\\ny'").get(random.nextInt(6));
    }

    private String big() {
        int i = random.nextInt(6);
        return i == 0 ? "null" : i == 1 ? "'short'" : BIG.formatted(i);
    }
}
