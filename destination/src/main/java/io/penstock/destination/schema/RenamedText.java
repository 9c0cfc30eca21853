package io.penstock.destination.schema;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.SqlTokens;
import io.penstock.core.schema.SqlTokens.Kind;
import io.penstock.core.schema.SqlTokens.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts other names into SQL text that the source's server wrote under an empty search path: there every object outside of {@code
 * pg_catalog} is qualified, and columns never are. Pure.
 *
 * <p>A name that is missed makes two texts differ that mean the same; then an object is made anew without need, which is right all the
 * same.
 */
final class RenamedText {
    /** A name after these is no column. */
    private static final Set<String> NO_COLUMN_AFTER = Set.of(".", "::", "USING", "COLLATE", "WITH");

    private final Map<String, String> columns;
    private final Map<QualifiedName, QualifiedName> objects;

    RenamedText(Map<String, String> columns, Map<QualifiedName, QualifiedName> objects) {
        this.columns = changed(columns);
        this.objects = changed(objects);
    }

    private static <K> Map<K, K> changed(Map<K, K> names) {
        Map<K, K> changed = new HashMap<>(names);
        changed.entrySet().removeIf(e -> e.getKey().equals(e.getValue()));
        return changed;
    }

    boolean changesNothing() {
        return columns.isEmpty() && objects.isEmpty();
    }

    String apply(String text) {
        if (changesNothing()) {
            return text;
        }
        List<Token> tokens = SqlTokens.of(text);
        List<String> out = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (isQualified(tokens, i)) {
                out.add(object(tokens.get(i), tokens.get(i + 2)));
                i += 2;
            } else if (token.kind() == Kind.LITERAL && isRegclass(tokens, i)) {
                out.add(regclass(token.text()));
            } else {
                out.add(isName(token) && mayBeColumn(tokens, i) ? column(token) : token.text());
            }
        }
        return String.join("", out);
    }

    private static boolean isName(Token token) {
        return token.kind() == Kind.WORD || token.kind() == Kind.QUOTED;
    }

    private static boolean isQualified(List<Token> tokens, int i) {
        return i + 2 < tokens.size()
                && isName(tokens.get(i))
                && tokens.get(i + 1).is(".")
                && isName(tokens.get(i + 2));
    }

    /** As {@code nextval} names its sequence. */
    private static boolean isRegclass(List<Token> tokens, int i) {
        return i + 3 < tokens.size()
                && tokens.get(i + 1).is(":")
                && tokens.get(i + 2).is(":")
                && tokens.get(i + 3).isWord("regclass");
    }

    private static boolean mayBeColumn(List<Token> tokens, int i) {
        boolean called = i + 1 < tokens.size() && tokens.get(i + 1).is("(");
        return !called && !NO_COLUMN_AFTER.contains(before(tokens, i));
    }

    private static String before(List<Token> tokens, int i) {
        int at = i - 1;
        while (at >= 0 && tokens.get(at).kind() == Kind.BLANK) {
            at--;
        }
        if (at < 0) {
            return "";
        }
        Token token = tokens.get(at);
        return token.is(":") ? "::" : token.text();
    }

    private String column(Token token) {
        // Key words are written in capitals, names without quotes never are.
        String name = token.kind() == Kind.WORD ? token.text() : Identifiers.parseOne(token.text());
        String other = columns.get(name);
        return other == null ? token.text() : Identifiers.quote(other);
    }

    private String object(Token schema, Token name) {
        String text = schema.text() + "." + name.text();
        QualifiedName other = objects.get(QualifiedName.parse(text));
        return other == null ? text : other.toString();
    }

    private String regclass(String literal) {
        String content = literal.substring(1, literal.length() - 1).replace("''", "'");
        List<Token> tokens = SqlTokens.of(content);
        return tokens.size() == 3 && isQualified(tokens, 0)
                ? ExistsSql.literal(object(tokens.get(0), tokens.get(2)))
                : literal;
    }

    /** The first list of columns belongs to the table, the second to the one it refers to. */
    static String foreignKey(String text, RenamedText own, RenamedText referenced) {
        int at = text.indexOf(" REFERENCES ");
        if (at < 0) {
            return own.apply(text);
        }
        String actions = text.substring(at);
        int close = actions.indexOf(')');
        return own.apply(text.substring(0, at))
                + referenced.apply(actions.substring(0, close + 1))
                // ON DELETE SET NULL (a): the table's own columns
                + own.apply(actions.substring(close + 1));
    }
}
