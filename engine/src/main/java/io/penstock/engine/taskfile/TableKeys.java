package io.penstock.engine.taskfile;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.NamePattern;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.ColumnsSpec;
import io.penstock.core.task.DdlKind;
import io.penstock.core.task.Distribution;
import io.penstock.core.task.DmlKind;
import io.penstock.core.task.EtlSpec;
import io.penstock.core.task.ObjectSelection.Rule;
import io.penstock.core.task.ObjectSelection.SchemaRule;
import io.penstock.core.task.ObjectSelection.TableRule;
import io.penstock.core.task.OnDdlError;
import io.penstock.core.task.OnMissingColumn;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.Word;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The keys that choose tables and those that say what happens to one of them. */
final class TableKeys {
    private static final Pattern OPTION = Pattern.compile("[a-z_][a-z0-9_]{0,62}(\\.[a-z_][a-z0-9_]{0,62})?");

    private TableKeys() {}

    // ---- objects

    private static final Key<NamePattern> SCHEMA = Key.optional(
            "schema", Scalars.pattern(), "All tables of this schema, those created later included. A name or a glob.");

    private static final Key<List<NamePattern>> EXCLUDE = Key.of(
            "exclude",
            new ListType<>(Scalars.pattern(), "table names or globs", 0),
            List.of(),
            "Tables of the schema that are left out. Names or globs (* and ?).");

    private static final Key<List<NamePattern>> TABLE = Key.optional(
            "table", Scalars.qualifiedPattern(), "One table as schema.table; a glob in the names is allowed.");

    static final ObjectType<Rule> OBJECT = new ObjectType<>(List.of(SCHEMA, EXCLUDE, TABLE), TableKeys::rule);

    private static Rule rule(Fields fields) {
        Optional<NamePattern> schema = fields.find(SCHEMA);
        Optional<List<NamePattern>> table = fields.find(TABLE);
        if (schema.isPresent() == table.isPresent()) {
            throw new IllegalArgumentException("must have either schema or table");
        }
        if (schema.isPresent()) {
            return new SchemaRule(schema.get(), fields.get(EXCLUDE));
        }
        if (!fields.get(EXCLUDE).isEmpty()) {
            throw new IllegalArgumentException("exclude goes with schema, not with table");
        }
        List<NamePattern> parts = table.orElseThrow();
        return new TableRule(parts.get(0), parts.get(1));
    }

    // ---- columns of one table

    private static final Key<List<String>> COLUMNS_EXCLUDE =
            Key.of("exclude", columnList(0), List.of(), "Source columns that are left out.");

    private static final Key<Map<String, String>> RENAME = Key.of(
            "rename",
            new MapType<>("source columns to destination columns", Identifiers::parseOne, Scalars.identifier()),
            Map.of(),
            "Source column to destination column.");

    private static final Key<Map<String, String>> SET = Key.of(
            "set",
            new MapType<>("columns to SQL expressions", Identifiers::parseOne, Scalars.looseText("an SQL expression")),
            Map.of(),
            "Column to SQL expression over the source row; an unknown name adds a column.");

    private static final ObjectType<ColumnsSpec> COLUMNS_TYPE = new ObjectType<>(
            List.of(COLUMNS_EXCLUDE, RENAME, SET),
            fields -> new ColumnsSpec(fields.get(COLUMNS_EXCLUDE), fields.get(RENAME), fields.get(SET)));

    // ---- one table

    private static final Key<List<String>> TO = Key.optional(
            "to",
            Scalars.targetName(),
            "Name at the destination: schema.table, or another table name in the same schema.");

    private static final Key<ColumnsSpec> COLUMNS =
            Key.of("columns", COLUMNS_TYPE, ColumnsSpec.UNCHANGED, "What happens to the columns.");

    private static final Key<String> WHERE = Key.optional(
            "where", Scalars.looseText("an SQL condition"), "SQL condition over the source row's columns.");

    private static final Key<List<String>> PRIMARY_KEY = Key.of(
            "primaryKey",
            columnList(1),
            List.of(),
            "Key at the destination, when the source has none, or with label columns before the source's key.");

    private static final Key<Distribution> DISTRIBUTED_BY = Key.optional(
            "distributedBy",
            new EitherType<Distribution>(
                    Scalars.words(
                            List.of(
                                    new Distribution.Randomly(),
                                    new Distribution.Replicated(),
                                    new Distribution.Selective()),
                            Distribution::written),
                    columnList(1).as(Distribution.ByColumns::new, Distribution.ByColumns::columns)),
            "Distribution key, or randomly, replicated, selective.");

    private static final Key<String> STORAGE = Key.optional(
            "storage", Scalars.identifier(), "heap, ao_row, ao_column, beam, or any access method of the destination.");

    private static final Key<Map<String, String>> STORAGE_OPTIONS = Key.of(
            "storageOptions",
            storageOptionsType(),
            Map.of(),
            "Options of the table's WITH clause, instead of the task's; a table with a storage of its own has no others.");

    private static final Key<Set<DmlKind>> DML = Key.optional("dml", dmlType(), "Row changes to follow.");
    private static final Key<Set<DdlKind>> DDL = Key.optional("ddl", ddlType(), "Changes of definition to follow.");

    private static final Key<OnDdlError> ON_DDL_ERROR = Key.optional(
            "onDdlError", Scalars.word(OnDdlError.values()), "When the destination cannot do a change of definition.");

    private static final Key<OnMissingColumn> ON_MISSING_COLUMN = Key.optional(
            "onMissingColumn", Scalars.word(OnMissingColumn.values()), "When the destination lacks a column.");

    private static final Key<String> SCRIPT = Key.required(
            "script", Scalars.text("a script"), "Script in the reference product's language, one expression.");

    static final ObjectType<EtlSpec> ETL_TYPE =
            new ObjectType<>(List.of(SCRIPT), fields -> new EtlSpec(fields.get(SCRIPT)));

    private static final Key<EtlSpec> ETL = Key.optional("etl", ETL_TYPE, "Transformation by a script.");

    /** A table's settings need the table's own name: a {@code to} without a schema stays in the source's schema. */
    private static final ObjectType<Function<QualifiedName, TableSpec>> TABLE_TYPE = new ObjectType<>(
            List.of(
                    TO,
                    COLUMNS,
                    WHERE,
                    PRIMARY_KEY,
                    DISTRIBUTED_BY,
                    STORAGE,
                    STORAGE_OPTIONS,
                    DML,
                    DDL,
                    ON_DDL_ERROR,
                    ON_MISSING_COLUMN,
                    ETL),
            fields -> source -> table(source, fields));

    static final ValueType<Map<QualifiedName, TableSpec>> TABLES = new MapType<>(
                    "source tables to their settings", QualifiedName::parse, TABLE_TYPE)
            .as(TableKeys::resolved, specs -> Map.of());

    private static Map<QualifiedName, TableSpec> resolved(
            Map<QualifiedName, Function<QualifiedName, TableSpec>> drafts) {
        Map<QualifiedName, TableSpec> specs = new LinkedHashMap<>();
        drafts.forEach((source, draft) -> specs.put(source, draft.apply(source)));
        return specs;
    }

    /** The names of the keys of one table, for whoever must name those that are set. */
    static List<String> tableKeyNames() {
        return TABLE_TYPE.keys().stream().map(Key::name).toList();
    }

    private static TableSpec table(QualifiedName source, Fields fields) {
        return new TableSpec(
                fields.find(TO).map(parts -> target(source, parts)),
                fields.get(COLUMNS),
                fields.find(WHERE),
                fields.get(PRIMARY_KEY),
                fields.find(DISTRIBUTED_BY),
                fields.find(STORAGE),
                fields.get(STORAGE_OPTIONS),
                fields.find(DML),
                fields.find(DDL),
                fields.find(ON_DDL_ERROR),
                fields.find(ON_MISSING_COLUMN),
                fields.find(ETL));
    }

    private static QualifiedName target(QualifiedName source, List<String> parts) {
        return parts.size() == 1
                ? new QualifiedName(source.schema(), parts.get(0))
                : new QualifiedName(parts.get(0), parts.get(1));
    }

    // ---- shared with the task level

    static ValueType<Set<DmlKind>> dmlType() {
        return wordSet(DmlKind.values(), "row changes");
    }

    static ValueType<Set<DdlKind>> ddlType() {
        return wordSet(DdlKind.values(), "changes of definition");
    }

    private static <E extends Enum<E> & Word> ValueType<Set<E>> wordSet(E[] constants, String noun) {
        return new ListType<>(Scalars.word(constants), noun, 0).as(TreeSet::new, List::copyOf);
    }

    static ValueType<Map<String, String>> storageOptionsType() {
        return new MapType<>("storage options to their values", TableKeys::option, Scalars.looseText("a value"));
    }

    private static String option(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!OPTION.matcher(lower).matches()) {
            throw new IllegalArgumentException("is no name of a storage option, such as compresstype or fillfactor");
        }
        return lower;
    }

    private static ListType<String> columnList(int minimum) {
        return new ListType<>(Scalars.identifier(), "column names", minimum);
    }
}
