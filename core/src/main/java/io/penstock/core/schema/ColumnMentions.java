package io.penstock.core.schema;

import io.penstock.core.name.Identifiers;
import io.penstock.core.schema.SqlTokens.Kind;
import io.penstock.core.schema.SqlTokens.Token;
import java.util.List;
import java.util.Set;

/**
 * Which columns a text names that the source's server wrote, where columns are never qualified. A word that could be a column of the given
 * names counts as one. Pure.
 */
public final class ColumnMentions {
    /** A name after these is no column. */
    private static final Set<String> NO_COLUMN_AFTER = Set.of(".", ":", "USING", "COLLATE", "WITH");

    private ColumnMentions() {}

    public static boolean any(String sql, Set<String> columns) {
        if (columns.isEmpty()) {
            return false;
        }
        List<Token> tokens = SqlTokens.of(sql);
        String before = "";
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == Kind.BLANK) {
                continue;
            }
            boolean called = i + 1 < tokens.size() && tokens.get(i + 1).is("(");
            if (!called && !NO_COLUMN_AFTER.contains(before) && columns.contains(name(token))) {
                return true;
            }
            before = token.text();
        }
        return false;
    }

    private static String name(Token token) {
        return switch (token.kind()) {
            // Key words are written in capitals, names without quotes never are.
            case WORD -> token.text();
            case QUOTED -> Identifiers.parseOne(token.text());
            case LITERAL, BLANK, OTHER -> "";
        };
    }
}
