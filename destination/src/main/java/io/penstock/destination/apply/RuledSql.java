package io.penstock.destination.apply;

import static java.util.stream.Collectors.joining;

import io.penstock.core.name.Identifiers;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import io.penstock.postgres.expression.Label;
import io.penstock.postgres.expression.RowSelect;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements that bring the rows of a table with a rule to the destination, as pure text. Rows are staged as the source has them,
 * in the source's types where an expression reads them; column i of the stream's tuples is column {@code c<i>} of a stage.
 */
final class RuledSql {
    /** Marks in staged rows the columns whose large value did not change: bit i for column i. */
    private static final String MASK = "unchanged";

    private static final String COPIES = "copies";

    private final TableMapping mapping;
    private final RowRule rule;
    private final StoredTable stored;
    private final TableSql.Dialect dialect;
    private final RowSelect select;
    private final String table;
    private final int[] keys;
    private final int[] staged;
    private final int[] old;
    private final int[] written;

    RuledSql(TableMapping mapping) {
        this(mapping, StoredTable.PLAIN, TableSql.Dialect.PLAIN);
    }

    RuledSql(TableMapping mapping, StoredTable stored, TableSql.Dialect dialect) {
        this.mapping = mapping;
        this.stored = stored;
        this.dialect = dialect;
        this.rule = Objects.requireNonNull(mapping.rule(), "the table has no rule");
        this.select = RowSelect.atDestination(mapping);
        this.table = mapping.destination().toString();
        this.keys = mapping.keyPositions();
        int[] used = positions(i -> rule.reads(i) || column(i).written() && !rule.replaces(i));
        // A row of which nothing is used is a row all the same.
        this.staged = used.length > 0 ? used : new int[] {0};
        this.old = positions(i -> column(i).key() || rule.where() != null && rule.reads(i));
        this.written = IntStream.concat(
                        IntStream.of(keys),
                        IntStream.range(0, mapping.columns().size())
                                .filter(i -> column(i).written() && !column(i).key()))
                .toArray();
    }

    private int[] positions(IntPredicate wanted) {
        return IntStream.range(0, mapping.columns().size()).filter(wanted).toArray();
    }

    private MappedColumn column(int position) {
        return mapping.columns().get(position);
    }

    /** Positions of the tuple's columns as new rows are staged. */
    int[] staged() {
        return staged;
    }

    /** Positions of the tuple's columns as old rows are staged. */
    int[] old() {
        return old;
    }

    boolean parallel() {
        return stored.parallel();
    }

    /** Columns of the stage for new rows: the row, which of its values are missing, the key of the row it replaces. */
    StagingTables.Shape rowStage() {
        String keyColumns = IntStream.of(keys)
                .mapToObj(i -> ", k" + i + " " + column(i).type())
                .collect(joining());
        return stage(staged, MASK + " varbit" + keyColumns);
    }

    StagingTables.Shape oldStage() {
        return stage(old, "");
    }

    /** Columns of the stage for rows of a table without a key. */
    StagingTables.Shape copiesStage() {
        return stage(staged, COPIES + " bigint");
    }

    private StagingTables.Shape stage(int[] positions, String more) {
        Stream<String> columns = IntStream.of(positions).mapToObj(i -> "c" + i + " " + stagedType(i));
        Map<String, String> names = IntStream.of(positions)
                .filter(i -> column(i).written())
                .boxed()
                .collect(Collectors.toMap(i -> column(i).destinationName(), i -> "c" + i));
        return new StagingTables.Shape(
                Stream.concat(columns, more.isEmpty() ? Stream.empty() : Stream.of(more))
                                .collect(joining(", ", "(", ")"))
                        + stored.stageStorage(dialect.namesStorages()),
                stored.stageDistribution(names));
    }

    private String stagedType(int position) {
        return rule.inputs().stream()
                .filter(i -> i.position() == position)
                .map(i -> rule.there(i.type()) + (i.collation() == null ? "" : " collate " + i.collation()))
                .findFirst()
                .orElseGet(() -> column(position).type());
    }

    String copyIntoStage(String stage) {
        return "copy " + stage + " from stdin";
    }

    private static RowSelect.Rows rows(String stage) {
        return new RowSelect.Rows(stage + " s", i -> "s.c" + i);
    }

    /** Completes rows with the large values that their old rows still hold; must happen before those are deleted. */
    String complete(String stage) {
        String sets = IntStream.of(staged)
                .filter(i -> !column(i).key() && !rule.reads(i))
                .mapToObj(i -> "c" + i + " = case when get_bit(s." + MASK + ", " + i + ") = 1 then t." + name(i)
                        + " else s.c" + i + " end")
                .collect(joining(", "));
        return "update " + stage + " s set " + sets + " from only " + table + " t where s." + MASK + " is not null and "
                + ofKeys();
    }

    /** Whether a value that the stream does not bring can be had from the destination. */
    boolean completes(int position) {
        return column(position).written() && !rule.replaces(position) && !rule.reads(position);
    }

    /** Whether anything of the destination depends on a column's value. */
    boolean needs(int position) {
        return rule.reads(position) || column(position).written() && !rule.replaces(position);
    }

    String countWanted(String stage) {
        return select.count(rows(stage));
    }

    String delete(String stage) {
        // Rows found in the order of the key lie beside each other.
        String order = stored.parallel()
                ? ""
                : IntStream.rangeClosed(1, keys.length)
                        .mapToObj(String::valueOf)
                        .collect(joining(", ", " order by ", ""));
        return deleteWhere(select.allKeys(rows(stage), keys) + order);
    }

    /** Of the staged rows only those that are wanted take the place of what stands there under their keys. */
    String deleteWanted(String stage) {
        return deleteWhere(select.keys(rows(stage), keys));
    }

    /** @param keyQuery gives the keys of the rows to delete */
    private String deleteWhere(String keyQuery) {
        String names = IntStream.of(keys).mapToObj(i -> "k" + i).collect(joining(", "));
        return "delete from only " + table + " t using (" + keyQuery + ") s (" + names + ") where " + ofKeys();
    }

    /** A row of the same key is another table's when its label is another one. */
    private String ofKeys() {
        String match =
                IntStream.of(keys).mapToObj(i -> "t." + name(i) + " = s.k" + i).collect(joining(" and "));
        return mapping.labelled() ? match + " and " + Label.condition(mapping, "t") : match;
    }

    String insert(String stage) {
        return insertInto() + select.rows(rows(stage), written);
    }

    private String insertInto() {
        Stream<String> added =
                rule.expressions().stream().filter(RowRule.Expression::added).map(e -> Identifiers.quote(e.column()));
        String names =
                Stream.concat(IntStream.of(written).mapToObj(this::name), added).collect(joining(", "));
        return "insert into " + table + " (" + names + ")"
                + (dialect.overridesIdentities() ? " overriding system value " : " ");
    }

    private String name(int position) {
        return Identifiers.quote(column(position).destinationName());
    }

    // --- tables without a key

    String sumWanted(String stage) {
        return select.sum(rows(stage), "s." + COPIES);
    }

    String insertCopies(String stage) {
        return insertInto() + select.copied(rows(stage), written, "s." + COPIES);
    }

    /** As {@link TableSql#deleteCopies}; several source rows may have become the same here. */
    String deleteCopies(String stage) {
        Stream<String> added = rule.expressions().stream()
                .filter(RowRule.Expression::added)
                .map(e -> "t." + Identifiers.quote(e.column()));
        String row = Stream.concat(IntStream.of(written).mapToObj(i -> "t." + name(i)), added)
                .collect(joining(", ", "row(", ")::text"));
        String texts = select.texts(
                rows(stage),
                written,
                "s." + COPIES,
                rule.expressions().stream()
                        .filter(RowRule.Expression::added)
                        .map(e -> rule.there(e.type()))
                        .toList());
        return """
                with gone as (select row_text, sum(copies) as copies from (%3$s) w group by row_text)
                delete from only %1$s where ctid = any (array(
                  select x.id
                    from (select t.ctid as id, r.row_text, row_number() over (partition by r.row_text) as nth
                            from only %1$s t cross join lateral (select %2$s as row_text) r
                           where %2$s in (select row_text from gone)) x
                    join gone g using (row_text)
                   where x.nth <= g.copies))""".formatted(table, row, texts);
    }
}
