package io.penstock.engine.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TaskNames;
import io.penstock.core.task.BegunWith;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.taskfile.TaskFileReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BegunSettingsTest {
    private static final TableDefinition TABLE = table(1, "public.a", List.of("id"), "id", "b", "ssn");
    private static final TableDefinition KEYLESS = table(2, "public.log", List.of(), "line");
    private static final String BEGUN = """
            tables:
              public.a: {to: dw.x, columns: {rename: {b: c}, exclude: [ssn]}, distributedBy: [id], storage: heap}
              public.log: {primaryKey: [line], distributedBy: randomly}
            """;

    private static TableDefinition table(int oid, String name, List<String> key, String... columns) {
        List<ColumnDefinition> all = new ArrayList<>();
        for (String column : columns) {
            all.add(new ColumnDefinition(
                    all.size() + 1,
                    column,
                    "integer",
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
                    null));
        }
        return new TableDefinition(
                oid,
                QualifiedName.parse(name),
                TableDefinition.Kind.TABLE,
                false,
                ReplicaIdentity.DEFAULT,
                key,
                null,
                all,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                0,
                0);
    }

    private static TaskSpec spec(String yaml) {
        return TaskFileReader.read(
                "name: t\nsource: {url: \"postgresql://a@b/c\"}\ndestination: {url: \"postgresql://a@b/d\"}\n" + yaml,
                Path.of("/"),
                Map.of());
    }

    private static Catalog catalog(TableDefinition... tables) {
        return new Catalog(150_000, List.of("public"), List.of(), List.of(), List.of(), List.of(), List.of(tables));
    }

    /** Of a task that has begun with {@link #BEGUN}. */
    private static BegunSettings settings(String file, TableDefinition... atSource) {
        return settings(BEGUN, file, atSource);
    }

    private static BegunSettings settings(String first, String file, TableDefinition... atSource) {
        Catalog known = catalog(TABLE, KEYLESS);
        DestinationNames names = TaskNames.of(spec(first)).of(known);
        Optional<BegunWith> begun = Optional.of(BegunSettings.of(spec(first)));
        return new BegunSettings(spec(file), begun, known, names, () -> catalog(atSource));
    }

    private static @Nullable Throwable refusal(String file, TableDefinition... atSource) {
        return catchThrowable(() -> settings(file, atSource).require(List.of()));
    }

    @Test
    void the_same_file_is_accepted() {
        assertThat(refusal(BEGUN, TABLE, KEYLESS)).isNull();
        assertThat(settings(BEGUN).changedElsewhere()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to: dw.x, |  | tables.public.a.to: is gone, and the task has begun with dw.x",
                "to: dw.x | to: dw.y | tables.public.a.to: is dw.y, and the task has begun with dw.x",
                "'rename: {b: c}, ' |  | tables.public.a.columns.rename: lacks b, and the task has begun with c for it",
                "rename: {b: c} | rename: {b: d} | tables.public.a.columns.rename: calls b d, and the task has begun with c",
                "', exclude: [ssn]' |  | tables.public.a.columns.exclude: lacks ssn, which the task has begun without",
                "exclude: [ssn] | exclude: [ssn, b] | tables.public.a.columns.exclude: has b, which the task has begun to bring",
                "distributedBy: [id] | distributedBy: replicated | tables.public.a.distributedBy: is replicated, and the task has begun with [id]",
                "distributedBy: [id] | distributedBy: selective | tables.public.a.distributedBy: is selective, and the task has begun with [id]",
                "', distributedBy: [id]' |  | tables.public.a.distributedBy: is not set, and the task has begun with [id]",
                "storage: heap | storage: ao_row | tables.public.a.storage: is ao_row, and the task has begun with heap",
                "', storage: heap' |  | tables.public.a.storage: is default, and the task has begun with heap",
                "'primaryKey: [line], ' |  | tables.public.log.primaryKey: is not set, and the task has begun with [line]",
            })
    void what_the_tables_were_made_with_cannot_be_changed(String was, @Nullable String is, String problem) {
        String file = BEGUN.replace(was, is == null ? "" : is);
        assertThat(file).isNotEqualTo(BEGUN);
        assertThat(refusal(file, TABLE, KEYLESS))
                .hasMessageContaining(problem)
                .hasMessageContaining("Put the file back");
    }

    @Test
    void a_table_that_is_no_longer_named_is_missed_in_every_respect() {
        assertThat(refusal("tables: {}", TABLE, KEYLESS))
                .hasMessageContaining("tables.public.a.to: is gone")
                .hasMessageContaining("columns.rename: lacks b")
                .hasMessageContaining("columns.exclude: lacks ssn")
                .hasMessageContaining("tables.public.a.distributedBy")
                .hasMessageContaining("tables.public.log.primaryKey");
    }

    @Test
    void what_gives_the_same_names_is_accepted_and_told() {
        String file = BEGUN.replace("to: dw.x, ", "")
                + "names: {rules: [{match: \"public\\\\.a\", to: dw.x}, {match: \"public\\\\.later\", to: dw.y}]}";
        BegunSettings settings = settings(file, TABLE, KEYLESS);
        settings.require(List.of());
        assertThat(settings.changedElsewhere()).containsExactly("tables.public.a");
    }

    @Test
    void storage_of_tables_to_come_may_change_once_the_others_say_theirs() {
        assertThat(refusal(BEGUN + "storage: ao_row", TABLE, KEYLESS))
                .hasMessageContaining("storage: is ao_row, and the task has begun with default for public.log");
        String first = BEGUN + "storage: ao_column";
        assertThat(catchThrowable(
                        () -> settings(first, BEGUN + "storage: ao_row").require(List.of())))
                .hasMessageContaining("storage: is ao_row, and the task has begun with ao_column for public.log")
                .hasMessageContaining("set tables.public.log.storage: ao_column");
        String said = BEGUN.replace("randomly", "randomly, storage: ao_column") + "storage: ao_row";
        settings(first, said).require(List.of());
        assertThat(settings(first, said).changedElsewhere()).containsExactly("storage", "tables.public.log");
    }

    @Test
    void a_file_that_follows_what_the_source_has_renamed_meanwhile_is_accepted() {
        TableDefinition renamed = table(1, "public.z", List.of("id"), "id", "bb", "social");
        String file = BEGUN.replace("public.a", "public.z")
                .replace("{b: c}", "{bb: c}")
                .replace("[ssn]", "[social]");
        assertThat(refusal(file, renamed, KEYLESS)).isNull();
        assertThat(refusal(file.replace("dw.x", "dw.q"), renamed, KEYLESS))
                .hasMessageContaining("tables.public.z.to: is dw.q, and the task has begun with dw.x");
    }

    @Test
    void a_column_that_has_got_the_name_of_another_one_keeps_its_own_at_the_destination() {
        String file = BEGUN.replace("{b: c}", "{b: c, id: key}");
        DestinationNames names = TaskNames.of(spec(file)).of(catalog(TABLE, KEYLESS));
        BegunWith begun = BegunSettings.of(spec(file));
        for (String now : List.of("id", "ssn")) {
            Catalog known = catalog(table(1, "public.a", List.of(), "was_" + now, now), KEYLESS);
            new BegunSettings(spec(file), Optional.of(begun), known, names, () -> known).require(List.of());
            String changed = file.replace("id: key", "id: \"number\"").replace("[ssn]", "[ssn, was_ssn]");
            assertThat(catchThrowable(
                            () -> new BegunSettings(spec(changed), Optional.of(begun), known, names, () -> known)
                                    .require(List.of())))
                    .hasMessageContaining("tables.public.a.columns");
        }
    }

    @Test
    void rows_that_cannot_be_followed_are_refused_under_a_changed_dml_too() {
        assertThat(refusal(BEGUN + "dml: [update]", TABLE, KEYLESS))
                .hasMessageContaining("public.log has no key, so `dml` cannot have update without insert");
        assertThat(refusal(BEGUN + "dml: [insert, delete]", TABLE, KEYLESS)).isNull();
    }
}
