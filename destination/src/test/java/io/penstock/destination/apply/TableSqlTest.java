package io.penstock.destination.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The texts; that servers understand them is shown by the scenarios. */
class TableSqlTest {
    private static final MappedColumn VALUE = new MappedColumn("v", 25, false, "V \"1\"", "text", 'S', true);
    private static final MappedColumn KEY = new MappedColumn("id", 23, true, "id", "integer", 'N', true);
    private static final MappedColumn ALWAYS = new MappedColumn("n", 23, true, "n", "integer", 'N', false);

    private static TableMapping table(MappedColumn... columns) {
        QualifiedName name = new QualifiedName("s", "T");
        return new TableMapping(
                1, name, name, ReplicaIdentity.DEFAULT, true, List.of(columns), false, RowPolicy.EVERYTHING);
    }

    private final TableSql sql = new TableSql(table(VALUE, KEY));

    @Test
    void the_key_comes_first() {
        assertThat(sql.copyIn()).isEqualTo("copy s.\"T\" (id, \"V \"\"1\"\"\") from stdin");
        assertThat(sql.order()).containsExactly(1, 0);
    }

    @Test
    void single_rows_are_changed_by_their_key_alone_and_never_in_children() {
        assertThat(sql.insertRow())
                .isEqualTo("insert into s.\"T\" (id, \"V \"\"1\"\"\") overriding system value values (?, ?)");
        assertThat(sql.deleteRow()).isEqualTo("delete from only s.\"T\" where id = ?::integer");
        assertThat(sql.updateRow(new boolean[] {true, false}))
                .isEqualTo("update only s.\"T\" set \"V \"\"1\"\"\" = ? where id = ?::integer");
    }

    @Test
    void an_update_of_nothing_names_a_column_that_accepts_updates() {
        assertThat(new TableSql(table(ALWAYS, KEY)).updateRow(new boolean[2]))
                .isEqualTo("update only s.\"T\" set id = id where n = ?::integer and id = ?::integer");
        assertThat(table(ALWAYS).updatable()).isFalse();
    }

    @Test
    void keys_travel_as_arrays_of_the_destinations_types() {
        assertThat(sql.deleteByArrays())
                .isEqualTo(
                        "delete from only s.\"T\" t using (select * from unnest(?::integer[]) as u(k0) order by k0) k"
                                + " where t.id = k.k0");
        assertThat(sql.arrayable()).isTrue();
        MappedColumn array = new MappedColumn("a", 1007, true, "a", "integer[]", 'A', true);
        assertThat(new TableSql(table(array)).arrayable()).isFalse();
        MappedColumn composite = new MappedColumn("c", 1007, true, "c", "s.pair", 'C', true);
        assertThat(new TableSql(table(composite)).arrayable()).isFalse();
    }

    @Test
    void rows_travel_as_arrays_of_types_that_cut_nothing() {
        MappedColumn cut = new MappedColumn("c", 1042, false, "c", "character(3)", 'S', true);
        assertThat(new TableSql(table(cut, KEY)).updateByArrays())
                .isEqualTo("update only s.\"T\" t set c = s.v1 from (select * from unnest(?::integer[], ?::bpchar[])"
                        + " as u(v0, v1) order by v0) s where t.id = s.v0");
        assertThat(new TableSql(table(KEY)).updateByArrays()).contains("t set id = t.id from");
    }

    @Test
    void types_whose_arrays_are_written_otherwise_do_not_travel_so() {
        MappedColumn json = new MappedColumn("j", 3802, false, "j", "jsonb", 'U', true);
        MappedColumn box = new MappedColumn("b", 603, false, "b", "box", 'G', true);
        MappedColumn geometry = new MappedColumn("g", 20_000, false, "g", "public.geometry", 'U', true);
        MappedColumn array = new MappedColumn("a", 1007, false, "a", "integer[]", 'A', true);
        assertThat(new TableSql(table(VALUE, KEY, json)).rowsArrayable()).isTrue();
        assertThat(new TableSql(table(KEY, box)).rowsArrayable()).isFalse();
        assertThat(new TableSql(table(KEY, geometry)).rowsArrayable()).isFalse();
        assertThat(new TableSql(table(KEY, array)).rowsArrayable()).isFalse();
    }

    @Test
    void our_own_columns_of_staging_tables_give_way_to_the_users() {
        MappedColumn mask = new MappedColumn("m", 25, false, "penstock_unchanged", "text", 'S', true);
        MappedColumn base = new MappedColumn("b", 25, false, "penstock_base_0", "text", 'S', true);

        assertThat(new TableSql(table(KEY, mask, base)).moveStage().columns())
                .isEqualTo("(id integer, penstock_unchanged text, penstock_base_0 text, xpenstock_unchanged varbit,"
                        + " xpenstock_base_0 integer)");
    }

    @Test
    void tables_of_one_truncate_are_emptied_together() {
        assertThat(TableSql.truncate(List.of(new QualifiedName("s", "a"), new QualifiedName("s", "B")), true))
                .isEqualTo("truncate table only s.a, only s.\"B\" restart identity");
    }

    private static TableSql parallel(StoredTable.Policy policy, String... distribution) {
        StoredTable stored = new StoredTable("ao_column", policy, List.of(distribution), List.of(), 0);
        return new TableSql(table(VALUE, KEY), stored, TableSql.Dialect.PLAIN);
    }

    @Test
    void staging_tables_lie_beside_the_table_they_are_for() {
        TableSql byKey = parallel(StoredTable.Policy.BY_COLUMNS, "id");
        assertThat(byKey.keyStage())
                .isEqualTo(new StagingTables.Shape("(id integer) using heap", " distributed by (id)"));
        assertThat(byKey.moveStage().distribution()).isEqualTo(" distributed by (penstock_base_0)");
        TableSql byValue = parallel(StoredTable.Policy.BY_COLUMNS, "V \"1\"");
        assertThat(byValue.keyStage().distribution()).isEqualTo(" distributed randomly");
        assertThat(byValue.rowStage().distribution()).isEqualTo(" distributed by (\"V \"\"1\"\"\")");
        assertThat(parallel(StoredTable.Policy.RANDOMLY).keyStage().distribution())
                .isEqualTo(" distributed randomly");
        assertThat(parallel(StoredTable.Policy.REPLICATED).keyStage().distribution())
                .isEqualTo(" distributed replicated");
        assertThat(sql.keyStage()).isEqualTo(new StagingTables.Shape("(id integer)", ""));
    }

    @Test
    void segments_are_given_no_order_and_no_places_of_rows() {
        TableSql byKey = parallel(StoredTable.Policy.BY_COLUMNS, "id");
        assertThat(byKey.deleteByStage("stage"))
                .isEqualTo("delete from only s.\"T\" t using stage s where t.id = s.id");
        assertThat(byKey.deleteByArrays()).doesNotContain("order by");
        assertThat(byKey.deleteAllCopies("stage") + byKey.countStaying("stage") + byKey.insertStaying("stage"))
                .doesNotContain("ctid");
    }

    @Test
    void a_server_without_identity_columns_is_not_asked_to_override_them() {
        StoredTable stored = new StoredTable("heap", StoredTable.Policy.RANDOMLY, List.of(), List.of(), 0);
        TableSql six = new TableSql(table(VALUE, KEY), stored, new TableSql.Dialect(false, false));

        assertThat(six.insertRow()).isEqualTo("insert into s.\"T\" (id, \"V \"\"1\"\"\") values (?, ?)");
        assertThat(six.keyStage().columns()).isEqualTo("(id integer)");
    }
}
