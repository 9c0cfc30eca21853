package io.penstock.core.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.DestinationKind;
import io.penstock.core.task.EndpointSpec;
import io.penstock.core.task.NameCase;
import io.penstock.core.task.NamesSpec;
import io.penstock.core.task.RuleTarget;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskNamesTest {
    private final Map<QualifiedName, TableSpec> settings = new LinkedHashMap<>();
    private final List<NamesSpec.Rule> rules = new ArrayList<>();
    private NameCase nameCase = NameCase.SOURCE;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "source  | Shop.Orders | Shop.Orders | Id | Id",
                "lower   | Shop.Orders | shop.orders | Id | id",
                "upper   | Shop.Orders | SHOP.ORDERS | Id | ID",
                "default | Shop.Orders | shop.orders | Id | Id",
                "upper   | shop.größe  | SHOP.GRÖSSE | é  | É",
            })
    void case_policies_change_what_they_say(String policy, String table, String expected, String column, String there) {
        nameCase = NameCase.valueOf(policy.toUpperCase(java.util.Locale.ROOT));
        TableDefinition one = table(1, table, column);

        DestinationNames names = names(one);

        assertThat(names.object(1, one.name())).isEqualTo(name(expected));
        assertThat(names.column(1, 1, column)).isEqualTo(there);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public\\.(.*)            | ods.$1            | public.orders   | ods.orders",
                "public\\.(.*)_v([0-9]+)  | $2.$1             | public.a_v12    | 12.a",
                "public\\.(.*)            | ODS.P_$1          | public.Orders   | ods.p_Orders",
                "public\\.(.*)            | \"ODS\".\"a.b $1\"| public.x        | ODS.a.b x",
                "public\\.(.*)            | stage_$1          | public.x        | public.stage_x",
                "public                   | ods.$0            | public.x        | public.x",
                "(.*)\\.(x)?.*            | $1.t$2            | s.yz            | s.t",
            })
    void the_first_rule_that_matches_the_whole_name_renames(String match, String to, String table, String expected) {
        rules.add(new NamesSpec.Rule(match, to));
        rules.add(new NamesSpec.Rule("none", "ods.never"));

        DestinationNames names = names(table(1, table));

        QualifiedName there = names.object(1, name(table));
        assertThat(there.schema() + "." + there.table()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"a.b.c", "a..b", "''", "a\"b", "\"a", ".a", "\"\""})
    void a_rule_must_give_a_name(String to) {
        assertThatThrownBy(() -> RuleTarget.parse(to)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_rule_that_gives_an_empty_name_is_told_with_the_table() {
        rules.add(new NamesSpec.Rule("public\\.x(.*)", "ods.$1"));

        assertThatThrownBy(() -> names(table(1, "public.x")))
                .isInstanceOf(PenstockException.class)
                .hasMessageContaining("public.x")
                .hasMessageContaining("names.rules");
    }

    @Test
    void a_name_of_its_own_beats_rules_and_case() {
        nameCase = NameCase.UPPER;
        rules.add(new NamesSpec.Rule("(.*)", "ods.$1"));
        settings.put(name("public.t"), to("dw.Fact"));

        assertThat(names(table(1, "public.t")).object(1, name("public.t"))).isEqualTo(name("dw.Fact"));
    }

    @Test
    void the_case_applies_to_what_a_rule_gives() {
        nameCase = NameCase.UPPER;
        rules.add(new NamesSpec.Rule("public\\.(.*)", "ods.$1"));

        assertThat(names(table(1, "public.t")).object(1, name("public.t"))).isEqualTo(name("ODS.T"));
    }

    @Test
    void a_partition_lives_where_its_parent_does_unless_it_is_named() {
        settings.put(name("public.t"), to("dw.fact"));
        settings.put(name("public.t3"), to("old.t3"));
        rules.add(new NamesSpec.Rule("public\\.(t2)", "parts.$1"));

        DestinationNames names = names(
                table(1, "public.t", "a"),
                partition(2, "public.t1", "public.t"),
                partition(3, "public.t2", "public.t"),
                partition(4, "public.t3", "public.t"),
                partition(5, "public.t11", "public.t1"),
                partition(6, "apart.t4", "public.t"));

        assertThat(names.objects())
                .isEqualTo(Map.of(
                        1, name("dw.fact"),
                        2, name("dw.t1"),
                        3, name("parts.t2"),
                        4, name("old.t3"),
                        5, name("dw.t11")));
    }

    @Test
    void a_child_has_its_parents_columns_as_the_parent_has_them() {
        settings.put(name("public.t"), columns(List.of("b"), Map.of("a", "x")));

        DestinationNames names = names(table(1, "public.t", "a", "b"), partition(2, "public.t1", "public.t", "a", "b"));

        assertThat(names.column(2, 1, "a")).isEqualTo("x");
        assertThat(names.lacksColumn(2, 2)).isTrue();
    }

    @Test
    void what_needs_an_excluded_column_is_left_out() {
        settings.put(name("public.t"), columns(List.of("b"), Map.of()));
        TableDefinition t = with(
                table(1, "public.t", "a", "b", "\"b c\""),
                List.of(
                        constraint(10, "CHECK ((b > 0))", "b"),
                        constraint(11, "CHECK ((a > length('b'::text)))", "a"),
                        key(12, "public.u", "FOREIGN KEY (a) REFERENCES public.u(k)")),
                List.of(index(20, "i1", "USING btree (a) INCLUDE (b)"), index(21, "i2", "USING btree (a)")));
        settings.put(name("public.u"), columns(List.of("k"), Map.of()));

        DestinationNames names = names(t, table(2, "public.u", "id", "k"));

        assertThat(names.absent()).containsExactlyInAnyOrder(10, 12, 20);
        assertThat(NameNotes.of(catalog(t), names)).hasSize(3).allMatch(n -> n.contains("left out"));
    }

    @Test
    void indexes_and_sequences_that_meet_in_one_schema_get_names_of_their_own() {
        rules.add(new NamesSpec.Rule("(s[0-9])\\.(.*)", "dw.$1_$2"));
        TableDefinition a = with(table(1, "s1.t", "a"), List.of(), List.of(index(20, "t_idx", "USING btree (a)")));
        TableDefinition b = with(table(2, "s2.t", "a"), List.of(), List.of(index(21, "t_idx", "USING btree (a)")));

        DestinationNames names = TaskNames.of(task())
                .of(new Catalog(
                        150000,
                        List.of("s1", "s2"),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(sequence(30, "s1.seq", "s1.t"), sequence(31, "s2.seq", "s2.t")),
                        List.of(a, b)));

        assertThat(names.parts()).isEqualTo(Map.of(21, "s2_t_t_idx"));
        assertThat(names.object(30, name("s1.seq"))).isEqualTo(name("dw.seq"));
        assertThat(names.object(31, name("s2.seq"))).isEqualTo(name("dw.s2_t_seq"));
    }

    @Test
    void two_tables_share_one_only_when_the_file_says_so_of_both() {
        TableDefinition a = table(1, "s1.t", "a");
        TableDefinition b = table(2, "s2.t", "a");
        settings.put(a.name(), to("s2.t"));
        assertThat(NameProblems.collisions(List.of(a, b), names(a, b)))
                .containsExactly("tables s1.t and s2.t would both be s2.t");

        settings.put(b.name(), to("s2.t"));
        DestinationNames names = names(a, b);
        assertThat(NameProblems.collisions(List.of(a, b), names)).isEmpty();
        assertThat(names.isGuest(2)).isTrue();
        assertThat(names.isGuest(1)).isFalse();
        assertThat(names.isMixed(1) && names.isMixed(2)).isTrue();
    }

    @Test
    void names_that_collide_are_cut_or_belong_to_the_system_are_told() {
        nameCase = NameCase.LOWER;
        TableDefinition a = table(1, "public.T", "Id", "id");
        TableDefinition b = table(2, "public.t", "a");
        settings.put(name("public.long"), to("dw." + "x".repeat(64)));
        settings.put(name("public.sys"), to("pg_catalog.mine"));
        settings.put(name("public.col"), columns(List.of(), Map.of("a", "ctid")));
        List<TableDefinition> tables =
                List.of(a, b, table(3, "public.long", "a"), table(4, "public.sys", "a"), table(5, "public.col", "a"));
        DestinationNames names = names(tables.toArray(new TableDefinition[0]));

        assertThat(NameProblems.collisions(tables, names))
                .containsExactly(
                        "columns of public.\"T\": \"Id\" and id would both be id",
                        "tables public.\"T\" and public.t would both be public.t");
        assertThat(NameProblems.unusable(tables, names, Set.of("ctid", "gp_segment_id")))
                .hasSize(3)
                .anyMatch(p -> p.startsWith("public.long would be") && p.contains("64 bytes"))
                .anyMatch(p -> p.contains("pg_catalog.mine"))
                .anyMatch(p -> p.contains("column a of public.col") && p.contains("ctid"));
    }

    @Test
    void nothing_is_named_where_nothing_is_asked_for() {
        assertThat(names(table(1, "public.t", "a"))).isEqualTo(DestinationNames.SAME);
    }

    // ---- what the tests are about

    private DestinationNames names(TableDefinition... tables) {
        return TaskNames.of(task()).of(catalog(tables));
    }

    private TaskSpec task() {
        EndpointSpec end = new EndpointSpec("postgresql://a/b", Optional.empty(), DestinationKind.AUTO);
        TaskSpec plain = TaskSpec.of("t", end, end);
        return new TaskSpec(
                plain.name(),
                end,
                end,
                plain.phases(),
                plain.objects(),
                settings,
                new NamesSpec(nameCase, rules),
                plain.conflicts(),
                plain.dml(),
                plain.ddl(),
                plain.onDdlError(),
                plain.onMissingColumn(),
                plain.etl(),
                plain.storage(),
                plain.storageOptions(),
                plain.distributedBy(),
                plain.full(),
                plain.incremental(),
                plain.retry(),
                plain.wal(),
                plain.verify(),
                plain.alerts(),
                plain.runner(),
                plain.instanceClass(),
                plain.tags(),
                plain.lines());
    }

    private static Catalog catalog(TableDefinition... tables) {
        return new Catalog(150000, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(tables));
    }

    /** Exact, without quotes. */
    private static QualifiedName name(String text) {
        int dot = text.indexOf('.');
        return new QualifiedName(text.substring(0, dot), text.substring(dot + 1));
    }

    private static TableSpec to(String text) {
        return spec(Optional.of(name(text)), ColumnsSpec.UNCHANGED);
    }

    private static TableSpec columns(List<String> exclude, Map<String, String> rename) {
        return spec(Optional.empty(), new ColumnsSpec(exclude, rename, Map.of()));
    }

    private static TableSpec spec(Optional<QualifiedName> to, ColumnsSpec columns) {
        return new TableSpec(
                to,
                columns,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static TableDefinition table(int oid, String name, String... columns) {
        return table(oid, name, List.of(), null, columns);
    }

    private static TableDefinition partition(int oid, String name, String parent, String... columns) {
        return table(oid, name, List.of(name(parent)), "DEFAULT", columns);
    }

    private static TableDefinition table(
            int oid, String name, List<QualifiedName> parents, @Nullable String bound, String... columns) {
        List<ColumnDefinition> all = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            all.add(column(i + 1, columns[i]));
        }
        return new TableDefinition(
                oid,
                name(name),
                TableDefinition.Kind.TABLE,
                false,
                ReplicaIdentity.DEFAULT,
                List.of(),
                null,
                all,
                List.of(),
                List.of(),
                parents,
                null,
                bound,
                null,
                0,
                0);
    }

    private static ColumnDefinition column(int number, String name) {
        return new ColumnDefinition(
                number,
                name,
                "integer",
                23,
                -1,
                'N',
                true,
                null,
                false,
                null,
                null,
                ColumnDefinition.Identity.NO,
                ColumnDefinition.Generated.NO,
                true,
                null);
    }

    private static TableDefinition with(
            TableDefinition table, List<ConstraintDefinition> constraints, List<IndexDefinition> indexes) {
        return table.withConstraints(constraints).withIndexes(indexes);
    }

    private static ConstraintDefinition constraint(int oid, String definition, String... columns) {
        return new ConstraintDefinition(
                oid, "c" + oid, ConstraintDefinition.Kind.CHECK, definition, List.of(columns), null, true, true, null);
    }

    private static ConstraintDefinition key(int oid, String references, String definition) {
        return new ConstraintDefinition(
                oid,
                "c" + oid,
                ConstraintDefinition.Kind.FOREIGN_KEY,
                definition,
                List.of("a"),
                name(references),
                true,
                true,
                null);
    }

    private static IndexDefinition index(int oid, String name, String tail) {
        return new IndexDefinition(oid, name, tail, List.of("a"), false, false, false, false, true, true, null);
    }

    private static SequenceDefinition sequence(int oid, String name, String owner) {
        return new SequenceDefinition(oid, name(name), "bigint", 1, 1, 1, 9, 1, false, name(owner), "a", false, null);
    }
}
