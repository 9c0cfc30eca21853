package io.penstock.engine.mapping;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.Rule;
import io.penstock.core.task.ObjectSelection.TableRule;
import io.penstock.core.task.SystemSchemas;
import io.penstock.core.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The tables that a task file lists one by one: a slip of the pen in a name must not leave a table out silently. */
public final class ListedTables {
    private ListedTables() {}

    /**
     * Passes, or tells every listed table that the source does not have. A glob may match nothing, because what it matches may be
     * created later.
     *
     * @param catalog what the task's rules select
     * @throws PenstockException of kind {@link ErrorKind#USAGE} with one line for each
     */
    public static void require(TaskSpec task, Catalog catalog) {
        List<Rule> rules = task.objects().rules();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            ObjectSelection upToHere = new ObjectSelection(rules.subList(0, i + 1));
            if (rules.get(i) instanceof TableRule rule && isMissing(rule, upToHere, catalog)) {
                problems.add(problem(task, "objects[" + i + "].table", name(rule)));
            }
        }
        for (QualifiedName table : MappingChecks.unknown(task, catalog)) {
            problems.add(problem(task, "tables." + table, table));
        }
        if (!problems.isEmpty()) {
            throw new PenstockException(ErrorKind.USAGE, String.join("\n", problems));
        }
    }

    private static boolean isMissing(TableRule rule, ObjectSelection upToHere, Catalog catalog) {
        if (rule.schema().isGlob() || rule.table().isGlob()) {
            return false;
        }
        QualifiedName table = name(rule);
        // Of a table that an earlier rule leaves out, the catalog cannot tell whether it exists.
        boolean selected = upToHere.selects(table.schema(), table.table());
        return SystemSchemas.contains(table.schema())
                || selected && catalog.table(table).isEmpty();
    }

    private static QualifiedName name(TableRule rule) {
        return new QualifiedName(rule.schema().text(), rule.table().text());
    }

    private static String problem(TaskSpec task, String path, QualifiedName table) {
        OptionalInt line = task.lineOf(path);
        String place = line.isPresent() ? "line " + line.getAsInt() + ": " : "";
        String why = SystemSchemas.contains(table.schema())
                ? " is in a schema of the system, which is never synchronised"
                : " is no table of the source that can be synchronised (views, foreign tables, temporary tables and those of an"
                        + " extension cannot). Correct the name, or remove the rule.";
        return place + path + ": " + table + why;
    }
}
