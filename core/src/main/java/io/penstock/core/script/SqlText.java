package io.penstock.core.script;

/** Pieces of SQL. Pure. */
final class SqlText {
    private SqlText() {}

    /**
     * A string constant that means the same under any setting of {@code standard_conforming_strings} (PostgreSQL documentation, section
     * 4.1.2).
     */
    static String literal(String value) {
        String quoted = "'" + value.replace("'", "''") + "'";
        return value.indexOf('\\') < 0 ? quoted : "E" + quoted.replace("\\", "\\\\");
    }

    static String cast(String sql, String type) {
        return "CAST(" + sql + " AS " + type + ")";
    }
}
