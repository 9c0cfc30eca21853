package io.penstock.core.script;

/**
 * One token.
 *
 * @param text the name, the column's name without back quotes, the string without quotes and escapes, the digits, or the symbol
 */
record Token(Kind kind, int offset, String text) {
    enum Kind {
        NAME,
        COLUMN,
        STRING,
        WHOLE,
        DECIMAL,
        SYMBOL,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** As a message would call it. */
    String shown() {
        return switch (kind) {
            case COLUMN -> "`" + text + "`";
            case STRING -> "a string";
            case END -> "the end of the script";
            case NAME, WHOLE, DECIMAL, SYMBOL -> "'" + text + "'";
        };
    }
}
