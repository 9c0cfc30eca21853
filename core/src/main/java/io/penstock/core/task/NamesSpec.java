package io.penstock.core.task;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How source names become destination names, where {@link TableSpec#to()} does not say it.
 *
 * @param nameCase case of every name
 * @param rules bulk renaming; the first rule that matches {@code schema.table} wins
 */
public record NamesSpec(NameCase nameCase, List<Rule> rules) {
    /** PostgreSQL users expect to find their names again. */
    public static final NameCase DEFAULT_CASE = NameCase.SOURCE;

    public static final NamesSpec DEFAULT = new NamesSpec(DEFAULT_CASE, List.of());

    public NamesSpec {
        rules = List.copyOf(rules);
    }

    /** A regular expression for the whole name {@code schema.table} and what replaces it ({@code $1} is a group). */
    public record Rule(String match, String to) {
        public Pattern pattern() {
            return Pattern.compile(match);
        }

        public RuleTarget target() {
            return RuleTarget.parse(to);
        }
    }
}
