package io.penstock.destination.schema;

/** Takes the rows out of a table and its children, because they are copied again after a change that they stand in the way of. Pure. */
final class Emptying {
    private Emptying() {}

    /** TRUNCATE is refused where a foreign key points to the table; DELETE is not, because foreign keys do not fire for the writer. */
    static String of(String table) {
        String delete = "DELETE FROM " + table;
        String tag = "$penstock$";
        return "DO " + tag + " BEGIN TRUNCATE " + table + "; EXCEPTION WHEN feature_not_supported THEN " + delete + "; END "
                + tag;
    }
}
