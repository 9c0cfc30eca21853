package io.penstock.engine.mapping;

import io.penstock.core.name.Identifiers;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is unique among the rows of one source is unique together with their label where those of several sources stand. Pure. */
final class LabelledKeys {
    private LabelledKeys() {}

    /** @param labels names of added columns, which come first in every unique key */
    static TableDefinition of(TableDefinition table, List<String> labels) {
        return table.withConstraints(table.constraints().stream()
                        .map(c -> isUnique(c) ? with(c, labels) : c)
                        .toList())
                .withIndexes(table.indexes().stream()
                        .map(i -> i.unique() ? with(i, labels) : i)
                        .toList());
    }

    private static boolean isUnique(ConstraintDefinition constraint) {
        return constraint.kind() == Kind.PRIMARY_KEY || constraint.kind() == Kind.UNIQUE;
    }

    private static ConstraintDefinition with(ConstraintDefinition c, List<String> labels) {
        return new ConstraintDefinition(
                c.oid(),
                c.name(),
                c.kind(),
                first(c.definition(), labels),
                before(c.columns(), labels),
                c.references(),
                c.validated(),
                c.local(),
                c.comment());
    }

    private static IndexDefinition with(IndexDefinition i, List<String> labels) {
        return new IndexDefinition(
                i.oid(),
                i.name(),
                first(i.tail(), labels),
                i.columns().isEmpty() ? i.columns() : before(i.columns(), labels),
                i.unique(),
                i.partial(),
                i.constraint(),
                i.inherited(),
                i.immediate(),
                i.valid(),
                i.comment());
    }

    /** The key's columns follow the first parenthesis, in a constraint as in an index. */
    private static String first(String definition, List<String> labels) {
        int at = definition.indexOf('(') + 1;
        String names = labels.stream().map(n -> Identifiers.quote(n) + ", ").collect(Collectors.joining());
        return definition.substring(0, at) + names + definition.substring(at);
    }

    private static List<String> before(List<String> columns, List<String> labels) {
        List<String> all = new ArrayList<>(labels);
        all.addAll(columns);
        return all;
    }
}
