package io.penstock.core.relation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a database says of a rule.
 *
 * @param problems empty when it can evaluate the rule
 * @param types type of each added column, as {@code format_type} writes it without a modifier
 * @param changing keys whose values may differ from one evaluation to the next: not IMMUTABLE
 * @param texts what the expressions make of the database's collation; only the destination tells which they are
 */
public record RuleTrial(List<Problem> problems, Map<String, String> types, Set<String> changing, TextSense texts) {
    public RuleTrial {
        problems = List.copyOf(problems);
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
        changing = Set.copyOf(changing);
    }

    /** Rows of segments have no address by which one of several equal ones could be named. */
    public static final String KEYLESS_ON_SEGMENTS =
            "a filter, expressions or a script for a table without a key cannot be followed on a parallel server. Give the source"
                    + " table a primary key.";

    /** Key of the condition; an expression's key is {@link #set}. */
    public static final String WHERE = "where";

    /** Key of an expression within its table's settings, as the task file writes it. */
    public static String set(String column) {
        return "columns.set." + column;
    }

    /** What cannot be evaluated. */
    public static RuleTrial refused(Problem problem) {
        return new RuleTrial(List.of(problem), Map.of(), Set.of(), TextSense.UNKNOWN);
    }

    /**
     * @param key within the table's settings
     * @param why in the server's own words
     */
    public record Problem(String key, String why) {}
}
