package io.penstock.engine.mapping;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RuleText;
import io.penstock.core.task.TableSpec;
import io.penstock.core.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rules that a task file gives its tables. Everything in the file that shapes rows comes together here. Pure. */
public final class RuleTexts {
    private RuleTexts() {}

    /** By table of the task file, in its order; tables without a filter and an expression are left out. */
    public static Map<QualifiedName, RuleText> of(TaskSpec spec) {
        Map<QualifiedName, RuleText> texts = new LinkedHashMap<>();
        spec.tables().forEach((name, table) -> {
            RuleText text = text(name, table);
            if (text.where() != null || !text.set().isEmpty()) {
                texts.put(name, text);
            }
        });
        return texts;
    }

    private static RuleText text(QualifiedName name, TableSpec table) {
        return new RuleText(name, table.where().orElse(null), table.columns().set());
    }
}
