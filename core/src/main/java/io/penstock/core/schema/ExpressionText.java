package io.penstock.core.schema;

import io.penstock.core.schema.SqlTokens.Kind;
import io.penstock.core.schema.SqlTokens.Token;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What can be said of a user's SQL expression without a database: whether it is one expression over one row, and which columns it may
 * read. Everything else the databases themselves say. Pure.
 */
public final class ExpressionText {
    private static final String LITERAL = "(?:'[^'\\\\]*+(?:''[^'\\\\]*+)*+'|[+-]?[0-9]+(?:\\.[0-9]+)?|true|false)";
    /** Types whose input is nothing but their text: {@code 'now'::timestamp} is no constant. */
    private static final String PLAIN_TYPE =
            "(?:text|smallint|integer|int|int2|int4|int8|bigint|boolean|bool|uuid|numeric"
                    + "|(?:character varying|varchar|character|char)(?:\\s*\\([0-9]+\\))?)";

    private static final Pattern CONSTANT = Pattern.compile(
            "\\s*(?:" + LITERAL + "(?:\\s*::\\s*" + PLAIN_TYPE + ")?|cast\\s*\\(\\s*" + LITERAL + "\\s+as\\s+"
                    + PLAIN_TYPE + "\\s*\\))\\s*",
            Pattern.CASE_INSENSITIVE);

    private static final Set<String> SUBQUERIES = Set.of("select", "table");

    private ExpressionText() {}

    /** Whether the expression is a literal, with a cast at most. */
    public static boolean constant(String sql) {
        return CONSTANT.matcher(sql).matches();
    }

    /**
     * Why the text cannot be used; empty when only the databases can tell.
     *
     * @param row the name by which expressions may call the row
     * @param columns of the row
     */
    public static Optional<String> objection(String sql, String row, Collection<String> columns) {
        List<Token> tokens = withoutBlanks(sql);
        if (tokens.isEmpty()) {
            return Optional.of("it is empty");
        }
        int depth = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            if (depth < 0 || token.is(";")) {
                return Optional.of("it must be one expression, and what follows `" + token.text() + "` is another one");
            }
            if (isSubquery(tokens, i)) {
                return Optional.of(
                        "it holds a subquery; an expression sees one row of its own table and nothing else, or"
                                + " the incremental phase could not know when its value changes");
            }
            if (isRow(tokens, i, row, columns)) {
                return Optional.of("it uses the whole row " + row + "; name the columns it needs");
            }
        }
        return depth == 0 ? Optional.empty() : Optional.of("a closing parenthesis is missing");
    }

    private static List<Token> withoutBlanks(String sql) {
        return SqlTokens.of(sql).stream().filter(t -> t.kind() != Kind.BLANK).toList();
    }

    private static boolean isSubquery(List<Token> tokens, int i) {
        Token token = tokens.get(i);
        boolean list = i > 0
                && tokens.get(i - 1).is("(")
                && i + 1 < tokens.size()
                && tokens.get(i + 1).is("(");
        boolean qualified = i > 0 && tokens.get(i - 1).is(".");
        return token.kind() == Kind.WORD
                && !qualified
                && (SUBQUERIES.stream().anyMatch(token::isWord) || list && token.isWord("values"));
    }

    private static boolean isRow(List<Token> tokens, int i, String row, Collection<String> columns) {
        boolean qualified = i > 0 && tokens.get(i - 1).is(".");
        if (qualified || columns.contains(row) || !row.equals(name(tokens.get(i)))) {
            return false;
        }
        boolean last = i + 1 == tokens.size();
        boolean column = !last
                && tokens.get(i + 1).is(".")
                && i + 2 < tokens.size()
                && !tokens.get(i + 2).is("*");
        boolean call = !last && (tokens.get(i + 1).is("(") || tokens.get(i + 1).kind() == Kind.LITERAL);
        return !column && !call && (i == 0 || !isType(tokens.get(i - 1)));
    }

    /** Whether a type's name follows. */
    private static boolean isType(Token before) {
        return before.is(":") || before.isWord("as");
    }

    /** The columns whose names occur: all that the expression reads, perhaps more. */
    public static Set<String> columns(String sql, Collection<String> columns) {
        List<Token> tokens = withoutBlanks(sql);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (i >= 2
                    && tokens.get(i).kind() == Kind.QUOTED
                    && tokens.get(i - 1).is("&")
                    && tokens.get(i - 2).isWord("u")) {
                // The name is written with escapes, which are not worth being understood.
                return new LinkedHashSet<>(columns);
            }
            names.add(name(tokens.get(i)));
        }
        Set<String> used = new LinkedHashSet<>(columns);
        used.retainAll(names);
        return used;
    }

    /** The name that a word or a quoted name stands for, else an empty text. */
    private static String name(Token token) {
        if (token.kind() == Kind.QUOTED) {
            String text = token.text();
            int end = text.length() > 1 && text.endsWith("\"") ? text.length() - 1 : text.length();
            return text.substring(1, end).replace("\"\"", "\"");
        }
        return token.kind() == Kind.WORD ? lower(token.text()) : "";
    }

    /** Only ASCII letters fold, as in a UTF-8 database. */
    private static String lower(String word) {
        StringBuilder folded = new StringBuilder(word);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            folded.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return folded.toString();
    }
}
