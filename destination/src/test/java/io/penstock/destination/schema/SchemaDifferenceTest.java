package io.penstock.destination.schema;

import static io.penstock.destination.schema.SampleTables.catalog;
import static io.penstock.destination.schema.SampleTables.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChange;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.core.task.DdlKind;
import io.penstock.destination.dialect.PostgresDialect;
import io.penstock.postgres.server.ServerVersion;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SchemaDifferenceTest {
    private static final SampleTables T =
            table(1, "shop.t").column(1, "id", "integer").column(2, "a", "integer", "5", null, true);

    @Test
    void nothing_changes_nothing() {
        assertThat(script(T, T)).isEmpty();
    }

    @Test
    void a_new_column_takes_the_value_of_the_old_rows_and_then_its_default() {
        assertThat(script(T, T.column(3, "x", "timestamp with time zone", "now()", "2024-01-01 00:00:00+00", true)))
                .isEqualTo("""
                        -- ADD_COLUMN column x of shop.t
                        ALTER TABLE shop.t ADD COLUMN x timestamp with time zone DEFAULT '2024-01-01 00:00:00+00' NOT NULL;
                        -- ADD_COLUMN default of column x of shop.t
                        ALTER TABLE ONLY shop.t ALTER COLUMN x SET DEFAULT now();
                        """);
    }

    @Test
    void values_computed_row_by_row_are_copied() {
        SchemaDelta delta =
                delta(catalog(T), catalog(T.column(3, "x", "double precision", "random()", null, false)), Map.of(1, 2));

        SchemaChanges changes = changes(delta, FollowedDdl.EVERYTHING, DestinationNames.SAME);

        assertThat(text(changes)).isEqualTo("""
                -- ADD_COLUMN column x of shop.t copy
                ALTER TABLE shop.t ADD COLUMN x double precision;
                -- ADD_COLUMN default of column x of shop.t
                ALTER TABLE ONLY shop.t ALTER COLUMN x SET DEFAULT random();
                """);
        assertThat(changes.copies()).containsExactly(1);
    }

    @Test
    void a_plain_cast_runs_and_another_one_empties_the_table_to_be_copied() {
        Catalog after = catalog(T.column(2, "a", "bigint", "5", null, true));
        SchemaDelta plain = new SchemaDelta(catalog(T), after, List.of(), Map.of(1, 4), true, Set.of());
        SchemaDelta using = new SchemaDelta(catalog(T), after, List.of(), Map.of(1, 4), false, Set.of());

        assertThat(text(changes(plain, FollowedDdl.EVERYTHING, DestinationNames.SAME)))
                .isEqualTo("""
                        -- ALTER_COLUMN_TYPE default of column a of shop.t
                        ALTER TABLE ONLY shop.t ALTER COLUMN a DROP DEFAULT;
                        -- ALTER_COLUMN_TYPE column a of shop.t
                        ALTER TABLE shop.t ALTER COLUMN a TYPE bigint;
                        -- ALTER_COLUMN_TYPE default of column a of shop.t
                        ALTER TABLE ONLY shop.t ALTER COLUMN a SET DEFAULT 5;
                        """);
        assertThat(text(changes(using, FollowedDdl.EVERYTHING, DestinationNames.SAME)))
                .contains(
                        "-- ALTER_COLUMN_TYPE column a of shop.t copy\n",
                        "ELSE TRUNCATE shop.t;",
                        "ALTER TABLE shop.t ALTER COLUMN a TYPE bigint USING NULL::bigint;");
    }

    @Test
    void names_that_change_places_go_through_a_third() {
        SampleTables after = T.column(1, "a", "integer").column(2, "id", "integer", "5", null, true);

        assertThat(script(T, after)).isEqualTo("""
                -- RENAME_COLUMN column penstock_1 of shop.t
                ALTER TABLE shop.t RENAME COLUMN id TO penstock_1;
                -- RENAME_COLUMN column id of shop.t
                ALTER TABLE shop.t RENAME COLUMN a TO id;
                -- RENAME_COLUMN column a of shop.t
                ALTER TABLE shop.t RENAME COLUMN penstock_1 TO a;
                """);
    }

    @Test
    void text_that_differs_by_a_renamed_column_only_is_the_same() {
        SampleTables before = T.constraint(10, "c", Kind.CHECK, "CHECK ((a > 0))", "a")
                .index(11, "i", "USING btree (a) WHERE (a > 1)", "a");
        SampleTables after = T.column(2, "b", "integer", "5", null, true)
                .constraint(10, "c", Kind.CHECK, "CHECK ((b > 0))", "b")
                .index(11, "i", "USING btree (b) WHERE (b > 1)", "b");

        assertThat(script(before, after)).isEqualTo("""
                -- RENAME_COLUMN column b of shop.t
                ALTER TABLE shop.t RENAME COLUMN a TO b;
                """);
    }

    @Test
    void what_the_server_made_anew_with_the_same_text_stays() {
        SampleTables before =
                T.constraint(10, "c", Kind.CHECK, "CHECK ((a > 0))", "a").index(11, "i", "USING btree (a)", "a");
        SampleTables after =
                T.constraint(20, "c", Kind.CHECK, "CHECK ((a > 0))", "a").index(21, "i", "USING btree (a)", "a");

        assertThat(script(before, after)).isEmpty();
    }

    @Test
    void a_changed_constraint_is_dropped_and_added() {
        SampleTables before = T.constraint(10, "c", Kind.CHECK, "CHECK ((a > 0))", "a");
        SampleTables after = T.constraint(20, "c", Kind.CHECK, "CHECK ((a > 1))", "a");

        assertThat(script(before, after)).isEqualTo("""
                -- DROP_CONSTRAINT constraint c on shop.t
                ALTER TABLE shop.t DROP CONSTRAINT IF EXISTS c;
                -- ADD_CONSTRAINT check c on shop.t
                ALTER TABLE shop.t ADD CONSTRAINT c CHECK ((a > 1));
                """);
    }

    @Test
    void a_new_partition_of_an_existing_table_is_attached_once_its_indexes_are_there() {
        SampleTables part = T.named("shop.t1").index(31, "t1_a", "USING btree (a)", "a");
        SampleTables created = new SampleTables(
                        2, part.name(), part.columns(), part.constraints(), part.indexes(), List.of(), null, null)
                .partitionOf("shop.t", "FOR VALUES IN (1)");

        assertThat(text(changes(
                        delta(catalog(T), catalog(T, created), Map.of()),
                        FollowedDdl.EVERYTHING,
                        DestinationNames.SAME)))
                .isEqualTo("""
                        -- CREATE_TABLE table shop.t1
                        CREATE TABLE shop.t1 (
                            id integer,
                            a integer DEFAULT 5 NOT NULL
                        );
                        -- CREATE_TABLE index t1_a on shop.t1
                        CREATE INDEX t1_a ON shop.t1 USING btree (a);
                        -- CREATE_TABLE parent of shop.t1
                        ALTER TABLE shop.t ATTACH PARTITION shop.t1 FOR VALUES IN (1);
                        """);
    }

    @Test
    void new_values_of_an_enum_are_committed_ahead_each_in_its_place() {
        EnumType before = new EnumType(
                5,
                new QualifiedName("shop", "e"),
                List.of(new EnumType.Value(51, "b"), new EnumType.Value(52, "d")),
                null);
        EnumType after = new EnumType(
                5,
                new QualifiedName("shop", "e"),
                List.of(
                        new EnumType.Value(53, "a"),
                        new EnumType.Value(51, "B"),
                        new EnumType.Value(54, "c"),
                        new EnumType.Value(52, "d")),
                null);

        SchemaChanges changes = changes(
                delta(catalog(List.of(before), List.of()), catalog(List.of(after), List.of()), Map.of()),
                FollowedDdl.EVERYTHING,
                DestinationNames.SAME);

        assertThat(text(changes)).isEqualTo("""
                -- always type shop.e
                ALTER TYPE shop.e RENAME VALUE 'b' TO 'B';
                -- always type shop.e ahead
                ALTER TYPE shop.e ADD VALUE IF NOT EXISTS 'a' BEFORE 'B';
                -- always type shop.e ahead
                ALTER TYPE shop.e ADD VALUE IF NOT EXISTS 'c' AFTER 'B';
                """);
    }

    @Test
    void a_dropped_column_that_stays_no_longer_needs_a_value() {
        SampleTables before = T.column(3, "x", "integer", null, null, true)
                .constraint(10, "pk", Kind.PRIMARY_KEY, "PRIMARY KEY (x)", "x");
        SampleTables after = T;

        SchemaChanges changes = changes(
                delta(catalog(before), catalog(after), Map.of()),
                without(DdlKind.DROP_COLUMN, DdlKind.DROP_CONSTRAINT),
                DestinationNames.SAME);

        assertThat(text(changes)).isEqualTo("""
                -- DROP_COLUMN column x of shop.t skipped: not followed: it stays here and gets its default or NULL
                -- DROP_CONSTRAINT constraint pk on shop.t
                ALTER TABLE shop.t DROP CONSTRAINT IF EXISTS pk;
                -- ALTER_COLUMN_NULL NOT NULL of column x of shop.t
                ALTER TABLE ONLY shop.t ALTER COLUMN x DROP NOT NULL;
                """);
    }

    @Test
    void what_is_not_followed_keeps_its_name_in_everything_that_comes_later() {
        SampleTables renamed = T.named("shop.t2").column(2, "b", "integer", "5", null, true);
        FollowedDdl followed = without(DdlKind.RENAME_TABLE, DdlKind.RENAME_COLUMN);
        SchemaChanges first = changes(delta(catalog(T), catalog(renamed), Map.of()), followed, DestinationNames.SAME);
        SchemaChanges second = changes(
                delta(
                        catalog(renamed),
                        catalog(renamed.index(11, "i", "USING btree (b) WHERE (b > 1)", "b")
                                .constraint(10, "c", Kind.CHECK, "CHECK ((lower(b) > 'b'))", "b")),
                        Map.of()),
                followed,
                first.names());

        assertThat(text(first)).isEqualTo("""
                -- RENAME_TABLE table shop.t2 skipped: not followed: it stays shop.t here
                -- RENAME_COLUMN column b of shop.t skipped: not followed: it stays a here
                """);
        assertThat(text(second)).isEqualTo("""
                -- CREATE_INDEX index i on shop.t
                CREATE INDEX i ON shop.t USING btree (a) WHERE (a > 1);
                -- ADD_CONSTRAINT check c on shop.t
                ALTER TABLE shop.t ADD CONSTRAINT c CHECK ((lower(a) > 'b'));
                """);
    }

    @Test
    void a_column_the_destination_lacks_takes_its_index_along() {
        FollowedDdl followed = without(DdlKind.ADD_COLUMN);
        SampleTables added = T.column(3, "x", "integer");
        SchemaChanges first = changes(delta(catalog(T), catalog(added), Map.of()), followed, DestinationNames.SAME);
        SchemaChanges second = changes(
                delta(
                        catalog(added),
                        catalog(added.column(3, "x", "bigint").index(11, "i", "USING btree (x)", "x")),
                        Map.of()),
                followed,
                first.names());

        assertThat(text(first))
                .isEqualTo("-- ADD_COLUMN column x of shop.t skipped: not followed: its values are left out here\n");
        assertThat(text(second))
                .isEqualTo(
                        "-- CREATE_INDEX index i on shop.t skipped: not followed: it needs a column the destination does not"
                                + " have\n");
    }

    @Test
    void a_dropped_table_goes_unless_it_is_to_stay() {
        SchemaDelta delta = new SchemaDelta(
                catalog(T),
                catalog(),
                List.of(new Dropped(ObjectKind.TABLE, 1, new QualifiedName("shop", "t"))),
                Map.of(),
                false,
                Set.of());

        assertThat(text(changes(delta, FollowedDdl.EVERYTHING, DestinationNames.SAME)))
                .isEqualTo("-- DROP_TABLE table shop.t\nDROP TABLE IF EXISTS shop.t;\n");
        assertThat(text(changes(delta, without(DdlKind.DROP_TABLE), DestinationNames.SAME)))
                .isEqualTo("-- DROP_TABLE table shop.t skipped: not followed: it stays here, with the rows it has\n");
    }

    @Test
    void no_statement_is_run_when_nothing_is_followed() {
        SampleTables after = table(1, "shop.t2")
                .column(1, "number", "bigint", "1", null, true)
                .column(3, "x", "integer")
                .constraint(10, "c", Kind.CHECK, "CHECK ((x > 0))", "x")
                .index(11, "i", "USING btree (number)", "number")
                .comment("new");

        SchemaChanges changes = changes(
                delta(catalog(T.comment("old")), catalog(after, table(2, "shop.other")), Map.of(1, 4)),
                new FollowedDdl(Set.of(), Map.of(), TaskNames.SAME),
                DestinationNames.SAME);

        assertThat(changes.steps())
                .filteredOn(step -> !step.skipped())
                .singleElement()
                // The consequence of the type that stays: values that the source changed come with a copy.
                .satisfies(step -> assertThat(step.copy()).isTrue())
                .satisfies(step -> assertThat(step.statements()).isEmpty());
        assertThat(changes.steps()).filteredOn(SchemaChange::skipped).hasSizeGreaterThan(7);
    }

    @Test
    void casts_are_safe_when_every_server_does_them_alike() {
        assertThat(SafeCast.between("integer", "bigint")).isTrue();
        assertThat(SafeCast.between("numeric(10,2)", "numeric(12,-3)")).isTrue();
        assertThat(SafeCast.between("character varying(10)", "text")).isTrue();
        assertThat(SafeCast.between("bit(3)", "bit varying(5)")).isTrue();
        assertThat(SafeCast.between("real", "double precision")).isTrue();
        assertThat(SafeCast.between("double precision", "real")).isFalse();
        assertThat(SafeCast.between("double precision", "numeric")).isFalse();
        assertThat(SafeCast.between("timestamp without time zone", "timestamp with time zone"))
                .isFalse();
        assertThat(SafeCast.between("integer[]", "bigint[]")).isFalse();
        assertThat(SafeCast.between("integer", "text")).isFalse();
    }

    private static FollowedDdl without(DdlKind... kinds) {
        Set<DdlKind> followed = EnumSet.allOf(DdlKind.class);
        List.of(kinds).forEach(followed::remove);
        return new FollowedDdl(followed, Map.of(), TaskNames.SAME);
    }

    private static SchemaDelta delta(Catalog before, Catalog after, Map<Integer, Integer> rewritten) {
        return new SchemaDelta(before, after, List.of(), rewritten, false, Set.of());
    }

    private static SchemaChanges changes(SchemaDelta delta, FollowedDdl followed, DestinationNames names) {
        return new SchemaDifference(new PostgresDialect(new ServerVersion(150004))).between(delta, followed, names);
    }

    private static String script(SampleTables before, SampleTables after) {
        return text(changes(
                delta(catalog(before), catalog(after), Map.of()), FollowedDdl.EVERYTHING, DestinationNames.SAME));
    }

    private static String text(SchemaChanges changes) {
        return changes.steps().stream().map(SchemaDifferenceTest::text).collect(Collectors.joining());
    }

    private static String text(SchemaChange step) {
        return "-- " + step.kind().map(DdlKind::name).orElse("always") + " " + step.object()
                + (step.ahead() ? " ahead" : "")
                + (step.copy() ? " copy" : "")
                + (step.skipped() ? " skipped: " + String.join("; ", step.notes()) : "") + "\n"
                + step.statements().stream().map(sql -> sql + ";\n").collect(Collectors.joining());
    }
}
