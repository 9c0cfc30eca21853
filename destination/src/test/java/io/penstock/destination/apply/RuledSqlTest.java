package io.penstock.destination.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.RowRule;
import io.penstock.core.relation.RowRule.Expression;
import io.penstock.core.relation.RowRule.Input;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import io.penstock.postgres.expression.RowSelect;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The texts; that servers understand them is shown by the scenarios. */
class RuledSqlTest {
    private static final MappedColumn PHONE = new MappedColumn("phone", 25, false, "Phone", "text", 'S', true);
    private static final MappedColumn ID = new MappedColumn("id", 23, true, "id", "bigint", 'N', true);
    private static final MappedColumn SSN = MappedColumn.absent("ssn", 25);
    private static final MappedColumn NOTE = new MappedColumn("note", 25, false, "note", "text", 'S', true);

    private static TableMapping table(@Nullable String where, List<Input> inputs, Expression... expressions) {
        QualifiedName name = new QualifiedName("s", "T");
        return new TableMapping(
                        1,
                        name,
                        name,
                        ReplicaIdentity.FULL,
                        true,
                        List.of(PHONE, ID, SSN, NOTE),
                        false,
                        RowPolicy.EVERYTHING)
                .withRule(new RowRule(
                        new QualifiedName("s", "T"),
                        "",
                        where,
                        true,
                        true,
                        true,
                        inputs,
                        List.of(expressions),
                        Map.of()));
    }

    private final TableMapping masked = table(
            "ssn <> ''",
            List.of(new Input(1, 0, "phone", "text", null), new Input(3, 2, "ssn", "text", "\"C\"")),
            new Expression(1, 0, "phone", "phone", "left(phone, 2)", "text"),
            new Expression(0, -1, "len", "len", "length(ssn)", "integer"));
    private final RuledSql sql = new RuledSql(masked);

    @Test
    void rows_are_staged_as_the_source_has_them_with_what_the_destination_lacks() {
        assertThat(sql.rowStage().columns())
                .isEqualTo("(c0 text, c1 bigint, c2 text collate \"C\", c3 text, unchanged varbit, k1 bigint)");
        assertThat(sql.staged()).containsExactly(0, 1, 2, 3);
        assertThat(sql.oldStage().columns()).isEqualTo("(c0 text, c1 bigint, c2 text collate \"C\")");
    }

    @Test
    void on_a_parallel_server_rows_are_staged_where_their_key_distributes_them() {
        StoredTable stored =
                new StoredTable("ao_row", StoredTable.Policy.BY_COLUMNS, List.of("id"), List.of(List.of("id")), 0);
        RuledSql there = new RuledSql(masked, stored, TableSql.Dialect.PLAIN);
        assertThat(there.rowStage().columns()).endsWith("varbit, k1 bigint) using heap");
        assertThat(there.rowStage().distribution()).isEqualTo(" distributed by (c1)");
        assertThat(there.delete("stage")).doesNotContain("order by");
    }

    @Test
    void types_are_called_as_the_destination_calls_them() {
        TableMapping moved = table(
                "m[1] = 'ok'",
                List.of(new Input(3, 2, "m", "public.mood[]", null)),
                new Expression(0, -1, "first", "first", "m[1]", "public.mood"));
        RowRule rule = Objects.requireNonNull(moved.rule());
        RuledSql there = new RuledSql(moved.withRule(rule.withTypesThere(Map.of("public.mood", "ods.mood"))));
        assertThat(there.rowStage().columns()).contains("c2 ods.mood[]");
        assertThat(there.insert("stage")).contains("(m[1]\n)::ods.mood").doesNotContain("public.mood");
    }

    @Test
    void only_wanted_rows_take_the_place_of_others() {
        assertThat(sql.deleteWanted("stage"))
                .startsWith("delete from only s.\"T\" t using (select penstock_1 from (select ")
                .contains(" where (ssn <> ''\n)")
                .endsWith(") s (k1) where t.id = s.k1");
    }

    @Test
    void the_expressions_see_one_row_by_the_sources_names_and_nothing_else() {
        assertThat(sql.insert("stage")).isEqualTo("""
                insert into s."T" (id, "Phone", note, len) overriding system value \
                select penstock_1, (left(phone, 2)
                )::text, penstock_3, (length(ssn)
                )::integer from (select s.c0 as "phone", s.c2 as "ssn", s.c1 as penstock_1, s.c3 as penstock_3 \
                from stage s) as "T" where (ssn <> ''
                )""");
    }

    @Test
    void old_rows_are_counted_as_the_filter_saw_them_and_deleted_by_their_key() {
        assertThat(sql.countWanted("old")).isEqualTo("""
                select count(*) from (select s.c0 as "phone", s.c2 as "ssn" from old s) as "T" where (ssn <> ''
                )""");
        assertThat(sql.delete("old"))
                .isEqualTo(
                        "delete from only s.\"T\" t using (select s.c1 from old s order by 1) s (k1) where t.id = s.k1");
    }

    @Test
    void a_key_is_compared_in_the_tables_type_and_collation() {
        TableMapping other = table("id > 1", List.of(new Input(2, 1, "id", "character varying(9)", "\"C\"")));
        String key = "(%s collate pg_catalog.\"default\")::text::bigint";
        assertThat(new RuledSql(other).delete("old")).contains("(select " + key.formatted("s.c1") + " from old s ");
        assertThat(new RuledSql(other).deleteWanted("old"))
                .contains("(select " + key.formatted("penstock_1") + " from (");
    }

    @Test
    void a_label_keeps_statements_to_the_tables_own_rows() {
        TableMapping labelled = table(null, List.of(), new Expression(0, -1, "Of", "Of", "'eu'", "text", true));
        RuledSql there = new RuledSql(labelled);
        String own = " and t.\"Of\" = ('eu')::text";
        assertThat(there.delete("old")).endsWith("where t.id = s.k1" + own);
        assertThat(there.deleteWanted("new")).endsWith("where t.id = s.k1" + own);
        assertThat(there.complete("new")).endsWith("t.id = s.k1" + own);
        assertThat(TableSql.emptyOfOwn(labelled)).isEqualTo("delete from only s.\"T\" t where t.\"Of\" = ('eu')::text");
    }

    @Test
    void a_value_that_did_not_change_comes_from_the_old_row_where_no_expression_has_touched_it() {
        assertThat(sql.complete("stage"))
                .isEqualTo("update stage s set c3 = case when get_bit(s.unchanged, 3) = 1 then t.note else s.c3 end"
                        + " from only s.\"T\" t where s.unchanged is not null and t.id = s.k1");
        assertThat(sql.completes(3)).isTrue();
        assertThat(sql.completes(0)).isFalse();
        assertThat(sql.needs(2)).isTrue();
    }

    @Test
    void values_of_another_type_travel_as_text_as_in_a_copy() {
        TableMapping other = table(
                null,
                List.of(new Input(2, 1, "id", "integer", null)),
                new Expression(4, 3, "note", "note", "id + 1", "character varying"));
        assertThat(new RuledSql(other).insert("stage"))
                .contains("select penstock_1::text::bigint, penstock_0, (id + 1\n)::character varying::text::text");
        assertThat(RowSelect.atSource(other).rows(new RowSelect.Rows("t", i -> "x" + i), new int[] {0, 1, 3}))
                .startsWith("select penstock_0, penstock_1, (id + 1\n)::character varying from (select x1 as \"id\"");
    }

    @Test
    void names_of_the_inner_query_are_none_of_the_users() {
        TableMapping odd = table(null, List.of(new Input(2, 1, "penstock_0", "bigint", null)));
        assertThat(new RuledSql(odd).insert("stage"))
                .contains("select xpenstock_1, xpenstock_0, xpenstock_3 from (select s.c1 as \"penstock_0\"");
    }

    @Test
    void copies_of_rows_that_have_become_the_same_are_added_up() {
        assertThat(sql.deleteCopies("gone"))
                .contains(
                        "select row_text, sum(copies) as copies from (select row(penstock_1::bigint, (left(phone, 2)\n)::text::text")
                .contains("row(t.id, t.\"Phone\", t.note, t.len)::text");
        assertThat(sql.insertCopies("come")).contains("pg_catalog.generate_series(1, s.copies) as penstock_copies");
    }
}
