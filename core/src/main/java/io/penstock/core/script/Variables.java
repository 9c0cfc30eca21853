package io.penstock.core.script;

import java.util.Set;

/** The variables of the language. Stateless. */
final class Variables {
    static final Set<String> NAMES = Set.of(
            "__TB__",
            "__DB__",
            "__OPERATION__",
            "__COMMIT_TIMESTAMP__",
            "__OP_INSERT__",
            "__OP_UPDATE__",
            "__OP_DELETE__");

    private Variables() {}

    static Value value(Node.Name name, Context context) {
        ScriptTable table = context.table();
        return switch (name.name()) {
            case "__TB__" -> Value.text(table.name().table());
            case "__DB__" -> Value.text(table.database());
            case "__OP_INSERT__" -> Value.text("INSERT");
            case "__OP_UPDATE__" -> Value.text("UPDATE");
            case "__OP_DELETE__" -> Value.text("DELETE");
            case "__OPERATION__" -> operation(context);
            case "__COMMIT_TIMESTAMP__" -> {
                context.dependsOn().add(Dependence.COMMIT_TIMESTAMP);
                yield Value.typed("(" + table.commitTimestampSql() + ")", SqlType.TIMESTAMPTZ);
            }
            default -> throw new Untranslatable(name.offset(), "unknown name " + name.name());
        };
    }

    private static Value operation(Context context) {
        context.dependsOn().add(Dependence.OPERATION);
        return context.table()
                .operation()
                .map(known -> Value.text(known.name()))
                .orElseGet(() -> Value.of(Kind.TEXT, "(" + context.table().operationSql() + ")"));
    }
}
