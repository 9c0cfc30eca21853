package io.penstock.cli.ddl;

import io.penstock.cli.sync.SpecChange;
import io.penstock.core.name.NamePattern;
import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.SchemaRule;
import io.penstock.core.task.TaskSpec;
import java.util.List;
import java.util.function.UnaryOperator;

/** What tasks of these tests follow. */
final class Selections {
    private Selections() {}

    static UnaryOperator<TaskSpec> schemaWithout(String schema, String exclude) {
        ObjectSelection objects = new ObjectSelection(
                List.of(new SchemaRule(NamePattern.parse(schema), List.of(NamePattern.parse(exclude)))));
        return spec -> SpecChange.objects(spec, objects);
    }
}
