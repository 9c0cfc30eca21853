package io.penstock.core.script;

import io.penstock.core.name.QualifiedName;
import java.util.LinkedHashMap;
import java.util.Map;

/** A table with a column of every sort. */
final class ScriptTables {
    private ScriptTables() {}

    static ScriptTable item() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "integer");
        columns.put("big", "bigint");
        columns.put("small", "smallint");
        columns.put("price", "numeric(10,2)");
        columns.put("ratio", "double precision");
        columns.put("name", "character varying(20)");
        columns.put("note", "text");
        columns.put("code", "character(6)");
        columns.put("ok", "boolean");
        columns.put("at", "timestamp without time zone");
        columns.put("atz", "timestamp(3) with time zone");
        columns.put("day", "date");
        columns.put("mood", "public.mood");
        columns.put("raw", "bytea");
        columns.put("Odd \"Na`me\"", "text");
        return ScriptTable.of("shop", new QualifiedName("public", "item"), columns);
    }

    /** The SQL of one expression, as a new column takes it. */
    static String sql(String expression) {
        return Script.parse("e_set(`new`, " + expression + ")")
                .translate(item())
                .columns()
                .get("new")
                .sql();
    }

    static ScriptRule rule(String script) {
        return Script.parse(script).translate(item());
    }
}
