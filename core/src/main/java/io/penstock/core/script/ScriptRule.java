package io.penstock.core.script;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a script does to the rows of one table, as SQL over the columns of the source row, unqualified and in double quotes. All
 * expressions see the row as it was before: they belong side by side into one SELECT list, the condition into its WHERE, so that nothing
 * is computed for rows that are left out. Immutable.
 *
 * @param columns what to write into the columns the script changes or adds, in the order of first mention; other columns stay
 * @param keep rows to keep; never NULL, so its negation is the rows to leave out; empty keeps all
 * @param notes places whose result depends on the server or on the time of evaluation; worth a warning
 * @param dependsOn what the result depends on, also where a known operation has decided something
 */
public record ScriptRule(
        Map<String, Column> columns, Optional<String> keep, List<ScriptProblem> notes, Set<Dependence> dependsOn) {
    public ScriptRule {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        notes = List.copyOf(notes);
        dependsOn = Set.copyOf(dependsOn);
    }

    /**
     * @param sql needs no parentheses; to be assigned, not cast, so that a text too long for its column is an error and not cut
     * @param type of the source's column, or the one an added column should have
     * @param added whether the table lacks the column
     */
    public record Column(String sql, String type, boolean added) {}

    /** Whether all rows stay as they are. */
    public boolean isIdentity() {
        return columns.isEmpty() && keep.isEmpty();
    }
}
