package io.penstock.core.script;

/** What a value is to the script language. */
enum Kind {
    TEXT("text"),
    INTEGER("a whole number"),
    NUMERIC("a number"),
    DOUBLE("a number"),
    BOOLEAN("true or false"),
    DATETIME("a date or time"),
    NULL("null"),
    /** A type the language has no values of: uuid, jsonb, an enum, a domain. */
    OTHER("a value of another type");

    private final String shown;

    Kind(String shown) {
        this.shown = shown;
    }

    boolean isNumber() {
        return this == INTEGER || this == NUMERIC || this == DOUBLE;
    }

    /** As a message would call it. */
    String shown() {
        return shown;
    }
}
