package io.penstock.engine.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TableDefinition.Kind;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.EnumType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RealignmentTest {
    private static final TableDefinition PARENT = table(1, "p", Kind.PARTITIONED, null, "integer");
    private static final TableDefinition WIDER = table(1, "p", Kind.PARTITIONED, null, "integer", "text");

    @Test
    void a_copied_table_stays_as_it_was_and_another_becomes_what_it_is() {
        Realignment.Outcome outcome = Realignment.of(
                known(table(5, "a", "integer"), table(6, "b", "integer")),
                picture(table(5, "a", "integer", "text"), table(6, "b", "integer", "text")),
                Set.of(5));
        assertThat(outcome.staying()).containsExactly(5);
        assertThat(outcome.again()).isEmpty();
        assertThat(columns(outcome, "a")).isEqualTo(1);
        assertThat(columns(outcome, "b")).isEqualTo(2);
    }

    @Test
    void a_new_partition_disturbs_none_that_is_copied() {
        Realignment.Outcome outcome = Realignment.of(
                known(PARENT, partition(2, "p1", "integer"), partition(3, "p2", "integer")),
                picture(
                        PARENT,
                        partition(2, "p1", "integer"),
                        partition(3, "p2", "integer"),
                        partition(4, "p3", "integer")),
                Set.of(2));
        assertThat(outcome.staying()).containsExactly(2);
        assertThat(outcome.again()).isEmpty();
    }

    @Test
    void partitions_are_copied_again_when_their_parent_changes_and_one_is_still_to_be_copied() {
        DefinitionModel known = known(PARENT, partition(2, "p1", "integer"), partition(3, "p2", "integer"));
        Catalog wider = picture(WIDER, partition(2, "p1", "integer", "text"), partition(3, "p2", "integer", "text"));
        assertThat(Realignment.of(known, wider, Set.of(2)).again()).containsExactly(2);
        Realignment.Outcome all = Realignment.of(known, wider, Set.of(2, 3));
        assertThat(all.again()).isEmpty();
        assertThat(all.staying()).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void a_copied_table_whose_name_is_another_ones_is_copied_again() {
        Realignment.Outcome outcome = Realignment.of(
                known(table(5, "a", "integer"), table(6, "b", "text")),
                picture(table(5, "b", "integer"), table(6, "a", "text")),
                Set.of(5));
        assertThat(outcome.again()).containsExactly(5);
        assertThat(outcome.gone()).isEmpty();
    }

    @Test
    void what_is_gone_is_gone_unless_it_is_copied_and_its_name_is_free() {
        DefinitionModel known = known(table(5, "a", "integer"), table(6, "b", "text"), table(7, "c", "text"));
        Realignment.Outcome outcome = Realignment.of(known, picture(table(8, "c", "integer")), Set.of(5, 7));
        assertThat(outcome.staying()).containsExactly(5);
        assertThat(outcome.gone()).extracting(Dropped::oid).containsExactlyInAnyOrder(6, 7);
    }

    @Test
    void a_new_value_of_an_enum_disturbs_nobody_and_another_name_of_one_does() {
        TableDefinition table = table(5, "a", "public.mood");
        DefinitionModel known = with(known(table), mood("good", "bad"));
        assertThat(Realignment.of(known, with(picture(table), mood("good", "bad", "fine")), Set.of(5))
                        .again())
                .isEmpty();
        assertThat(Realignment.of(known, with(picture(table), mood("good", "poor")), Set.of(5))
                        .again())
                .containsExactly(5);
    }

    private static int columns(Realignment.Outcome outcome, String table) {
        return outcome.after()
                .table(new QualifiedName("public", table))
                .orElseThrow()
                .columns()
                .size();
    }

    private static TypeDefinition mood(String... labels) {
        List<EnumType.Value> values = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            values.add(new EnumType.Value(i + 1, labels[i]));
        }
        return new EnumType(99, new QualifiedName("public", "mood"), values, null);
    }

    private static DefinitionModel known(TableDefinition... tables) {
        return new DefinitionModel(List.of(tables), List.of(), List.of(), DestinationNames.SAME);
    }

    private static DefinitionModel with(DefinitionModel model, TypeDefinition type) {
        return new DefinitionModel(model.tables(), List.of(type), List.of(), model.names());
    }

    private static Catalog picture(TableDefinition... tables) {
        return new Catalog(150000, List.of("public"), List.of(), List.of(), List.of(), List.of(), List.of(tables));
    }

    private static Catalog with(Catalog catalog, TypeDefinition type) {
        return new Catalog(
                catalog.serverVersion(),
                catalog.schemas(),
                List.of(),
                List.of(),
                List.of(type),
                List.of(),
                catalog.tables());
    }

    private static TableDefinition table(int oid, String name, String... types) {
        return table(oid, name, Kind.TABLE, null, types);
    }

    private static TableDefinition partition(int oid, String name, String... types) {
        return table(oid, name, Kind.TABLE, "FOR VALUES IN (" + oid + ")", types);
    }

    private static TableDefinition table(int oid, String name, Kind kind, @Nullable String bound, String... types) {
        List<ColumnDefinition> columns = Arrays.stream(types)
                .map(type -> column(Arrays.asList(types).indexOf(type) + 1, type))
                .toList();
        return new TableDefinition(
                oid,
                new QualifiedName("public", name),
                kind,
                false,
                ReplicaIdentity.DEFAULT,
                List.of(),
                null,
                columns,
                List.of(),
                List.of(),
                bound == null ? List.of() : List.of(new QualifiedName("public", "p")),
                null,
                bound,
                null,
                oid,
                0);
    }

    private static ColumnDefinition column(int number, String type) {
        return new ColumnDefinition(
                number,
                "c" + number,
                type,
                23,
                -1,
                'N',
                true,
                null,
                false,
                null,
                null,
                Identity.NO,
                Generated.NO,
                true,
                null);
    }
}
