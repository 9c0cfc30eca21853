package io.penstock.core.relation;

import io.penstock.core.name.QualifiedName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the user has written for one table, not yet bound to its columns; see {@link RowRule}.
 *
 * @param origin the table of the task file
 * @param where null keeps all rows
 * @param set expression by column, in the file's order
 * @param written the same as the file has it, to find out whether that was changed
 * @param labels those of the columns that are labels, see {@link RowRule.Expression}
 */
public record RuleText(
        QualifiedName origin, @Nullable String where, Map<String, String> set, String written, Set<String> labels) {
    public RuleText {
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
        labels = Set.copyOf(labels);
    }

    /** Without labels. */
    public RuleText(QualifiedName origin, @Nullable String where, Map<String, String> set, String written) {
        this(origin, where, set, written, Set.of());
    }
}
