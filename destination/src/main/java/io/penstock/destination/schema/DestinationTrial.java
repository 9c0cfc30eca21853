package io.penstock.destination.schema;

import static java.util.stream.Collectors.joining;

import io.penstock.core.name.Identifiers;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.relation.TextSense;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ExpressionText;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeText;
import io.penstock.postgres.expression.CollationUse;
import io.penstock.postgres.expression.DefaultCollation;
import io.penstock.postgres.expression.Trial;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets the destination plan a table's expressions over an empty staging table with the source's columns. Belongs to a transaction that
 * is rolled back afterwards. One use, one thread.
 */
final class DestinationTrial {
    private static final String MUST_BE_IMMUTABLE = "42P17";
    private static final String VIEW = "penstock_trial";

    private final Connection connection;
    private final TableDefinition table;
    private final RuleText rule;
    private final Map<String, String> types;
    private final String stage;
    private final List<RuleTrial.Problem> problems = new ArrayList<>();
    private final Set<String> changing = new HashSet<>();
    private final Set<String> ordered = new HashSet<>();
    private final Set<String> lettered = new HashSet<>();

    DestinationTrial(Connection connection, TableDefinition table, RuleText rule, Map<String, String> types) {
        this.connection = connection;
        this.table = table;
        this.rule = rule;
        this.types = types;
        // By this name an expression may call the row.
        this.stage = "pg_temp." + Identifiers.quoteAlways(rule.origin().table());
    }

    RuleTrial run() throws SQLException {
        Optional<Trial.Objection> stages = attempt("create temporary table ", stage, columns());
        if (stages.isPresent()) {
            String why = "the destination cannot hold the columns that it reads: "
                    + stages.get().message();
            String key = rule.where() != null
                    ? RuleTrial.WHERE
                    : RuleTrial.set(rule.set().keySet().iterator().next());
            return RuleTrial.refused(new RuleTrial.Problem(key, why));
        }
        if (rule.where() != null) {
            judge(RuleTrial.WHERE, rule.where(), "");
        }
        for (Map.Entry<String, String> set : rule.set().entrySet()) {
            String key = RuleTrial.set(set.getKey());
            String cast = "\n)::" + type(set.getKey()) + " from " + stage;
            Optional<Trial.Objection> objection = attempt("explain select (", set.getValue(), cast);
            if (objection.isPresent()) {
                note(key, objection.get());
            } else {
                judge(key, set.getValue(), " is null");
            }
        }
        DefaultCollation collation = DefaultCollation.read(connection);
        TextSense texts = new TextSense(collation.order(), collation.letters(), ordered, lettered);
        return new RuleTrial(problems, Map.of(), changing, texts);
    }

    private String columns() {
        Set<String> names = new LinkedHashSet<>();
        List<String> all =
                table.copiedColumns().stream().map(ColumnDefinition::name).toList();
        if (rule.where() != null) {
            names.addAll(ExpressionText.columns(rule.where(), all));
        }
        rule.set().values().forEach(sql -> names.addAll(ExpressionText.columns(sql, all)));
        return table.copiedColumns().stream()
                .filter(c -> names.contains(c.name()))
                .map(c -> Identifiers.quote(c.name()) + " " + c.type()
                        + (c.collation() == null ? "" : " collate " + c.collation()))
                .collect(joining(", ", " (", ")"));
    }

    private String type(String column) {
        return table.copiedColumns().stream()
                .filter(c -> c.name().equals(column))
                .findFirst()
                .map(c -> TypeText.withoutModifier(c.type()))
                .orElseGet(() -> String.valueOf(types.get(column)));
    }

    /** The condition of a partial index may hold nothing but an immutable expression over one row: the server tells which it is. */
    private void judge(String key, String sql, String test) throws SQLException {
        Optional<Trial.Objection> plan = attempt("explain select 1 from " + stage + " where (", sql, "\n)" + test);
        if (plan.isPresent()) {
            note(key, plan.get());
            return;
        }
        compare(key, sql, test);
        Optional<Trial.Objection> index =
                attempt("create index on " + stage + " ((1)) where ((", sql, "\n)" + test + ")");
        if (index.isEmpty()) {
            return;
        }
        if (index.get().state().equals(MUST_BE_IMMUTABLE)) {
            changing.add(key);
        } else {
            note(key, index.get());
        }
    }

    /** What it makes of the database's collation. */
    private void compare(String key, String sql, String test) throws SQLException {
        String before = "create or replace temporary view " + VIEW + " as select 1 as one from " + stage + " where (";
        if (attempt(before, sql, "\n)" + test).isPresent()) {
            return;
        }
        Set<CollationUse> uses = CollationUse.of(connection, "pg_temp." + VIEW);
        if (uses.contains(CollationUse.ORDER)) {
            ordered.add(key);
        }
        if (uses.contains(CollationUse.LETTERS)) {
            lettered.add(key);
        }
    }

    private void note(String key, Trial.Objection objection) {
        problems.add(new RuleTrial.Problem(key, "the destination says: " + objection.message()));
    }

    private Optional<Trial.Objection> attempt(String before, String text, String after) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        Optional<Trial.Objection> objection = Trial.of(connection, before, text, after);
        if (objection.isPresent()) {
            connection.rollback(savepoint);
        }
        connection.releaseSavepoint(savepoint);
        return objection;
    }
}
