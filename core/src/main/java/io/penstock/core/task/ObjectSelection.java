package io.penstock.core.task;

import io.penstock.core.name.NamePattern;
import java.util.List;

/**
 * Which tables a task synchronises, those created later included. The first rule that matches a table decides; a schema
 * rule matches every table of its schema and decides against the excluded ones. So a table that a schema rule excludes
 * stays out, unless a table rule stands before it. No rules select every user schema; system schemas are never
 * selected.
 */
public record ObjectSelection(List<Rule> rules) {
    /** A new user expects the whole database to be synchronised. */
    public static final ObjectSelection EVERYTHING = new ObjectSelection(List.of());

    public ObjectSelection {
        rules = List.copyOf(rules);
    }

    /** One entry of the list. */
    public sealed interface Rule permits SchemaRule, TableRule {}

    /** All tables of a schema but the excluded ones. */
    public record SchemaRule(NamePattern schema, List<NamePattern> exclude) implements Rule {
        public SchemaRule {
            exclude = List.copyOf(exclude);
        }
    }

    /** One table, or those a glob matches. */
    public record TableRule(NamePattern schema, NamePattern table) implements Rule {}

    public boolean selects(String schema, String table) {
        if (SystemSchemas.contains(schema)) {
            return false;
        }
        for (Rule rule : rules) {
            if (rule instanceof TableRule t
                    && t.schema().matches(schema)
                    && t.table().matches(table)) {
                return true;
            }
            if (rule instanceof SchemaRule s && s.schema().matches(schema)) {
                return s.exclude().stream().noneMatch(glob -> glob.matches(table));
            }
        }
        return rules.isEmpty();
    }
}
