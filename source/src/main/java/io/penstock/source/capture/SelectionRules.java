package io.penstock.source.capture;

import io.penstock.core.name.NamePattern;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.Rule;
import io.penstock.core.task.ObjectSelection.SchemaRule;
import io.penstock.core.task.ObjectSelection.TableRule;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A task's selection as rows of {@code penstock.rules}: anchored regular expressions of PostgreSQL. Pure. */
final class SelectionRules {
    private SelectionRules() {}

    /**
     * One rule.
     *
     * @param tables null for all tables of the schemas
     * @param excluded null for none
     */
    record Row(
            String schemas,
            @Nullable String tables,
            @Nullable String excluded) {}

    static List<Row> of(ObjectSelection objects) {
        return objects.rules().stream().map(SelectionRules::row).toList();
    }

    private static Row row(Rule rule) {
        if (rule instanceof TableRule table) {
            return new Row(anchored(List.of(table.schema())), anchored(List.of(table.table())), null);
        }
        SchemaRule schema = (SchemaRule) rule;
        return new Row(
                anchored(List.of(schema.schema())),
                null,
                schema.exclude().isEmpty() ? null : anchored(schema.exclude()));
    }

    private static String anchored(List<NamePattern> patterns) {
        return patterns.stream().map(SelectionRules::regex).collect(Collectors.joining("|", "^(?:", ")$"));
    }

    private static String regex(NamePattern pattern) {
        StringBuilder regex = new StringBuilder();
        pattern.text().codePoints().forEach(c -> {
            if (pattern.isGlob() && c == '*') {
                regex.append(".*");
            } else if (pattern.isGlob() && c == '?') {
                regex.append('.');
            } else {
                // A backslash before a letter or a digit has a meaning of its own; before anything else it takes it
                // away.
                boolean plain = c >= 128 || Character.isLetterOrDigit(c) || c == '_';
                regex.append(plain ? "" : "\\").appendCodePoint(c);
            }
        });
        return regex.toString();
    }
}
