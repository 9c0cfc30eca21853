package io.penstock.core.schema;

import io.penstock.core.schema.SqlTokens.Kind;
import io.penstock.core.schema.SqlTokens.Token;
import java.util.List;

/** Whether a rewrite of a table can be repeated from the definitions alone. Pure. */
public final class PlainCast {
    /** How a text ends that the source has logged otherwise than it was sent; what it ends in may be an open string. */
    private static final String MARK = "by Penstock */ ;";

    private PlainCast() {}

    /**
     * Whether the text is one ALTER TABLE statement without USING. False when in doubt: a call of a function, several statements, a
     * backslash in a string, which may or may not end it, a text that was cut or in which something was masked.
     */
    public static boolean in(String query) {
        List<Token> tokens = SqlTokens.of(query).stream()
                .filter(token -> token.kind() != Kind.BLANK)
                .toList();
        while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).is(";")) {
            tokens = tokens.subList(0, tokens.size() - 1);
        }
        return !query.contains(MARK)
                && tokens.size() > 2
                && tokens.get(0).isWord("alter")
                && tokens.get(1).isWord("table")
                && tokens.stream().noneMatch(PlainCast::doubtful);
    }

    private static boolean doubtful(Token token) {
        return token.is(";")
                || token.isWord("using")
                || (token.kind() == Kind.LITERAL && token.text().indexOf('\\') >= 0);
    }
}
