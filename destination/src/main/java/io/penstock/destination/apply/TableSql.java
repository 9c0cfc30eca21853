package io.penstock.destination.apply;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import io.penstock.core.schema.TypeText;
import io.penstock.postgres.expression.Label;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements that change one table, as pure text. Rows are written with the key columns first, which is what a distributed
 * destination routes by.
 *
 * <p>ONLY everywhere: the children of an inheritance parent are tables of their own.
 */
final class TableSql {
    /** Marks in staged rows the columns whose large value did not change: bit i for column i. */
    private static final String MASK = "penstock_unchanged";

    /** Types of these categories, and those of the server itself, part the elements of their arrays by commas. */
    private static final String WITH_COMMAS = "BDEINRSTV";

    private static final int FIRST_USER_OID = 16_384;
    private static final String COPIES = "penstock_copies";
    private static final String BASE = "penstock_base_";

    private final String table;
    private final StoredTable stored;
    private final Dialect dialect;
    private final List<MappedColumn> columns;
    private final List<MappedColumn> keys;
    private final int[] order;
    private final String mask;
    private final String copies;
    private final String base;

    /** What the statements of a kind of server have of their own. */
    record Dialect(boolean namesStorages, boolean overridesIdentities) {
        static final Dialect PLAIN = new Dialect(true, true);
    }

    TableSql(TableMapping mapping) {
        this(mapping, StoredTable.PLAIN, Dialect.PLAIN);
    }

    TableSql(TableMapping mapping, StoredTable stored, Dialect dialect) {
        this.stored = stored;
        this.dialect = dialect;
        this.table = mapping.destination().toString();
        this.columns = mapping.columns();
        this.keys = columns.stream().filter(MappedColumn::key).toList();
        this.order = IntStream.concat(
                        IntStream.of(mapping.keyPositions()),
                        IntStream.range(0, columns.size())
                                .filter(i ->
                                        !columns.get(i).key() && columns.get(i).written()))
                .toArray();
        this.mask = free(MASK);
        this.copies = free(COPIES);
        this.base = free(BASE);
    }

    /** A name that no column of the table begins with. */
    private String free(String wanted) {
        String name = wanted;
        while (begins(name)) {
            name = "x" + name;
        }
        return name;
    }

    private boolean begins(String prefix) {
        return columns.stream().anyMatch(c -> c.destinationName().startsWith(prefix));
    }

    /** Positions of the tuple's columns in the order in which rows are written. */
    int[] order() {
        return order;
    }

    boolean parallel() {
        return stored.parallel();
    }

    /** Whether a join the wrong way round would take longer than ANALYZE of the smaller side. */
    boolean large() {
        return stored.rows() >= 100_000;
    }

    /** Whether single rows are worth a statement of their own; append-optimized storage begins a new block for each. */
    boolean insertsRows() {
        return stored.updatesInPlace();
    }

    List<MappedColumn> keys() {
        return keys;
    }

    private Stream<MappedColumn> ordered() {
        return IntStream.of(order).mapToObj(columns::get);
    }

    private static String name(MappedColumn column) {
        return Identifiers.quote(column.destinationName());
    }

    private String names() {
        return ordered().map(TableSql::name).collect(joining(", "));
    }

    String copyIn() {
        return "copy " + table + " (" + names() + ") from stdin";
    }

    // --- one row at a time; values are parameters without types, so that the server takes those of the columns. Keys
    // name theirs:
    // some types are compared by the operator of another one, in whose form the server would read them.

    /** Parameters: the columns in order. */
    String insertRow() {
        if (order.length == 0) {
            return "insert into " + table + " default values";
        }
        String parameters = "?, ".repeat(order.length - 1) + "?";
        return "insert into " + table + " (" + names() + ")" + overriding() + " values (" + parameters + ")";
    }

    private String overriding() {
        return dialect.overridesIdentities() ? " overriding system value" : "";
    }

    /** Parameters: the key columns. */
    String deleteRow() {
        return "delete from only " + table + " where " + match(keys, c -> "?::" + c.type());
    }

    /**
     * Parameters: the columns to set, then the key columns. A row of key columns only is set to itself, which counts it.
     *
     * @param set by position in the tuple
     */
    String updateRow(boolean[] set) {
        List<String> assignments = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (set[i]) {
                assignments.add(name(columns.get(i)) + " = ?");
            }
        }
        String sets = assignments.isEmpty() ? untouched("") : String.join(", ", assignments);
        return "update only " + table + " set " + sets + " where " + match(keys, c -> "?::" + c.type());
    }

    /** An assignment that changes nothing; any column that accepts one will do. */
    private String untouched(String alias) {
        return columns.stream()
                .filter(MappedColumn::updatable)
                .findFirst()
                .map(c -> name(c) + " = " + alias + name(c))
                .orElseThrow();
    }

    private static String match(List<MappedColumn> on, Function<MappedColumn, String> right) {
        return on.stream().map(c -> name(c) + " = " + right.apply(c)).collect(joining(" and "));
    }

    // --- sets

    /** Whether the keys fit into one array per column: arrays of arrays and of composites would be taken apart. */
    boolean arrayable() {
        return keys.stream().noneMatch(c -> c.typeCategory() == 'A' || c.typeCategory() == 'C');
    }

    /** Whether whole rows fit into one array per column. */
    boolean rowsArrayable() {
        return ordered()
                .allMatch(c -> WITH_COMMAS.indexOf(c.typeCategory()) >= 0
                        || c.typeCategory() == 'U' && Integer.compareUnsigned(c.sourceTypeOid(), FIRST_USER_OID) < 0);
    }

    /**
     * Parameters: one array per column, in order. The casts are to types without length or precision: a cast would cut silently what an
     * assignment refuses.
     */
    String updateByArrays() {
        List<MappedColumn> sent = ordered().toList();
        String arrays = sent.stream()
                .map(c -> "?::" + TypeText.withoutModifier(c.type()) + "[]")
                .collect(joining(", "));
        String aliases = numbered(sent.size());
        String sets = IntStream.range(keys.size(), sent.size())
                .mapToObj(i -> name(sent.get(i)) + " = s.v" + i)
                .collect(joining(", "));
        String match = IntStream.range(0, keys.size())
                .mapToObj(i -> "t." + name(sent.get(i)) + " = s.v" + i)
                .collect(joining(" and "));
        return "update only " + table + " t set " + (sets.isEmpty() ? untouched("t.") : sets)
                + " from (select * from unnest(" + arrays + ") as u(" + aliases + ") order by "
                + numbered(keys.size()) + ") s where " + match;
    }

    private static String numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "v" + i).collect(joining(", "));
    }

    /** Parameters: one array of keys per key column. */
    String deleteByArrays() {
        String arrays = keys.stream().map(c -> "?::" + c.type() + "[]").collect(joining(", "));
        String aliases = IntStream.range(0, keys.size()).mapToObj(i -> "k" + i).collect(joining(", "));
        String match = IntStream.range(0, keys.size())
                .mapToObj(i -> "t." + name(keys.get(i)) + " = k.k" + i)
                .collect(joining(" and "));
        String order = stored.parallel() ? "" : " order by " + aliases;
        return "delete from only " + table + " t using (select * from unnest(" + arrays + ") as u(" + aliases + ")"
                + order + ") k where " + match;
    }

    String deleteByStage(String stage) {
        return "delete from only " + table + " t using " + inKeyOrder(stage) + " s where " + joinOnKey();
    }

    /**
     * Rows found in the order of the key lie beside each other: measured a quarter less time for 50,000 of 2 million rows. Segments need no
     * order among them.
     */
    private String inKeyOrder(String stage) {
        if (stored.parallel()) {
            return stage;
        }
        return "(select * from " + stage + " order by "
                + keys.stream().map(TableSql::name).collect(joining(", ")) + ")";
    }

    private String joinOnKey() {
        return keys.stream().map(c -> "t." + name(c) + " = s." + name(c)).collect(joining(" and "));
    }

    /** @param masked whether some rows hold unchanged values, which then stay as they are */
    String updateFromStage(String stage, boolean masked) {
        String sets = IntStream.of(order)
                .filter(i -> !columns.get(i).key())
                .mapToObj(i -> name(columns.get(i)) + " = " + stagedValue(i, masked))
                .collect(joining(", "));
        return "update only " + table + " t set " + (sets.isEmpty() ? untouched("t.") : sets) + " from "
                + inKeyOrder(stage) + " s where " + joinOnKey();
    }

    /** A large value that stays is handed on as the pointer it is; nothing is read. */
    private String stagedValue(int column, boolean masked) {
        String name = name(columns.get(column));
        return masked
                ? "case when get_bit(s." + mask + ", " + column + ") = 1 then t." + name + " else s." + name + " end"
                : "s." + name;
    }

    // --- staging tables

    StagingTables.Shape rowStage() {
        return stage(ordered(), ", " + mask + " varbit", named(ordered()));
    }

    StagingTables.Shape keyStage() {
        return stage(keys.stream(), "", named(keys.stream()));
    }

    /** Beside the rows that are to be completed, which have the old keys. */
    StagingTables.Shape moveStage() {
        String bases = IntStream.range(0, keys.size())
                .mapToObj(i -> ", " + base + i + " " + keys.get(i).type())
                .collect(joining());
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            names.put(keys.get(i).destinationName(), base + i);
        }
        return stage(ordered(), ", " + mask + " varbit" + bases, names);
    }

    StagingTables.Shape countedStage() {
        return stage(ordered(), ", " + copies + " bigint", named(ordered()));
    }

    private static Map<String, String> named(Stream<MappedColumn> columns) {
        return columns.collect(toMap(MappedColumn::destinationName, MappedColumn::destinationName));
    }

    private StagingTables.Shape stage(Stream<MappedColumn> columns, String more, Map<String, String> names) {
        String list = columns.map(c -> name(c) + " " + c.type()).collect(joining(", ", "(", more + ")"));
        return new StagingTables.Shape(
                list + stored.stageStorage(dialect.namesStorages()), stored.stageDistribution(names));
    }

    String copyIntoStage(String stage) {
        return "copy " + stage + " from stdin";
    }

    /**
     * Completes moved rows with the large values their old rows still hold, and takes their mark away; must happen before those are
     * deleted.
     */
    String fillMoved(String stage) {
        String sets = IntStream.of(order)
                .filter(i -> !columns.get(i).key())
                .mapToObj(i -> name(columns.get(i)) + " = " + stagedValue(i, true) + ", ")
                .collect(joining());
        String match = IntStream.range(0, keys.size())
                .mapToObj(i -> "t." + name(keys.get(i)) + " = s." + base + i)
                .collect(joining(" and "));
        return "update " + stage + " s set " + sets + mask + " = null from only " + table + " t where " + match;
    }

    /** Those that were completed. */
    String insertMoved(String stage) {
        return "insert into " + table + " (" + names() + ")" + overriding() + " select " + names() + " from " + stage
                + " where " + mask + " is null";
    }

    /** What stands where a completed row is to be written. */
    String deleteWhereMoved(String stage) {
        return "delete from only " + table + " t using " + stage + " s where " + joinOnKey() + " and s." + mask
                + " is null";
    }

    /**
     * Deletes exactly as many copies of each row as asked for. Rows are compared by their text, because not every type has an
     * equality; the staged rows went through the same types, so equal rows have equal text.
     */
    String deleteCopies(String stage) {
        String rowOf = rowText();
        return """
                delete from only %1$s where ctid = any (array(
                  select x.id
                    from (select t.ctid as id, r.row_text, row_number() over (partition by r.row_text) as nth
                            from only %1$s t cross join lateral (select %2$s as row_text) r
                           where %2$s in (select %3$s from %4$s s)) x
                    join (select %3$s as row_text, sum(s.%5$s) as copies from %4$s s group by 1) g using (row_text)
                   where x.nth <= g.copies))""".formatted(table, rowOf.formatted("t"), rowOf.formatted("s"), stage, copies);
    }

    private String rowText() {
        return "row(" + ordered().map(c -> "%1$s." + name(c).replace("%", "%%")).collect(joining(", ")) + ")::text";
    }

    // --- the same where the place of a row is known to its segment only: all copies go, and those that stay are
    // written
    // again

    /** Turns the number of copies that go into that of those that stay; touches the staged rows of which there are enough. */
    String countStaying(String stage) {
        String rowOf = rowText();
        return """
                update %4$s s set %5$s = h.found - s.%5$s
                  from (select %2$s as row_text, count(*) as found from only %1$s t
                         where %2$s in (select %3$s from %4$s s) group by 1) h
                 where h.row_text = %3$s and h.found >= s.%5$s""".formatted(table, rowOf.formatted("t"), rowOf.formatted("s"), stage, copies);
    }

    String deleteAllCopies(String stage) {
        String rowOf = rowText();
        return "delete from only " + table + " t using " + stage + " s where " + rowOf.formatted("t") + " = "
                + rowOf.formatted("s");
    }

    String insertStaying(String stage) {
        return "insert into " + table + " (" + names() + ")" + overriding() + " select " + names() + " from " + stage
                + " s, pg_catalog.generate_series(1, s." + copies + ")";
    }

    /** Of a table whose rows have no values that differ. */
    String deleteAny(long rows) {
        return "delete from only " + table + " where ctid = any (array(select ctid from only " + table + " limit "
                + rows + "))";
    }

    /** What TRUNCATE does, for tables that a foreign key keeps from being truncated. */
    static String empty(QualifiedName table) {
        return "delete from only " + table;
    }

    /** The same where rows of others stand beside those of the table, which have a label. */
    static String emptyOfOwn(TableMapping table) {
        return "delete from only " + table.destination() + " t where " + Label.condition(table, "t");
    }

    static String truncate(List<QualifiedName> tables, boolean restartIdentity) {
        return "truncate table " + tables.stream().map(t -> "only " + t).collect(joining(", "))
                + (restartIdentity ? " restart identity" : "");
    }
}
