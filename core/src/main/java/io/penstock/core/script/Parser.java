package io.penstock.core.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Tokens to one expression. Infix operators bind as in Java. Throws {@link Untranslatable} at the first place that fits nothing. One thread. */
final class Parser {
    /** Nobody writes deeper by hand, and a stack holds it. */
    private static final int MAX_DEPTH = 100;

    private static final Map<String, String> EQUALITY = Map.of("==", "op_eq", "!=", "!=");
    private static final Map<String, String> ORDER = Map.of("<", "op_lt", "<=", "op_le", ">", "op_gt", ">=", "op_ge");
    private static final Map<String, String> SUM = Map.of("+", "op_sum", "-", "op_sub");
    private static final Map<String, String> PRODUCT = Map.of("*", "op_mul", "%", "op_mod", "/", "/");

    private final List<Token> tokens;
    private int at;
    private int depth;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** One expression and nothing after it. The word {@code script:}, which the reference's documentation puts before, is passed over. */
    static Node expression(List<Token> tokens) {
        Parser parser = new Parser(tokens);
        if (parser.token().text().equals("script")
                && tokens.size() > 1
                && tokens.get(1).is(":")) {
            parser.at = 2;
        }
        if (parser.token().kind() == Token.Kind.END) {
            throw new Untranslatable(
                    parser.token().offset(), "the script is empty; write one step, for instance e_keep()");
        }
        Node root = parser.choice();
        parser.end();
        return root;
    }

    private void end() {
        Token rest = token();
        if (rest.is(")") || rest.is("]")) {
            throw new Untranslatable(rest.offset(), "this '" + rest.text() + "' closes nothing");
        }
        if (rest.kind() == Token.Kind.NAME) {
            throw new Untranslatable(
                    rest.offset(), "a script is one expression; put several steps into e_compose(..., ...)");
        }
        if (rest.kind() != Token.Kind.END) {
            throw unexpected(rest);
        }
    }

    private Node choice() {
        Token start = token();
        if (++depth > MAX_DEPTH) {
            throw new Untranslatable(
                    start.offset(), "more than " + MAX_DEPTH + " levels of nesting; use e_switch or e_compose");
        }
        Node condition = or();
        if (take("?")) {
            Node yes = choice();
            if (!take(":")) {
                throw new Untranslatable(token().offset(), "'c ? a : b' needs its ':' here, not " + token().shown());
            }
            condition = new Node.Choice(start.offset(), condition, yes, choice());
        }
        depth--;
        return condition;
    }

    private Node or() {
        return chain(Map.of("||", "op_or"), () -> chain(Map.of("&&", "op_and"), this::equality));
    }

    private Node equality() {
        return chain(EQUALITY, () -> chain(ORDER, () -> chain(SUM, () -> chain(PRODUCT, this::unary))));
    }

    private Node chain(Map<String, String> functions, Supplier<Node> operand) {
        Node left = operand.get();
        while (token().kind() == Token.Kind.SYMBOL && functions.containsKey(token().text())) {
            Token operator = tokens.get(at++);
            left = infix(operator, functions.getOrDefault(operator.text(), ""), List.of(left, operand.get()));
        }
        return left;
    }

    private static Node infix(Token operator, String function, List<Node> operands) {
        int offset = operator.offset();
        if (function.equals("/")) {
            throw new Untranslatable(
                    offset, "'/' leaves open whether the fraction is kept; write op_div_true(a, b), which keeps it");
        }
        if (function.equals("!=")) {
            return new Node.Call(offset, "op_not", List.of(new Node.Call(offset, "op_eq", operands)));
        }
        return new Node.Call(offset, function, operands);
    }

    private Node unary() {
        Token start = token();
        if (take("!")) {
            return new Node.Call(start.offset(), "op_not", List.of(nested(this::unary)));
        }
        if (take("-")) {
            return negative(start);
        }
        return primary();
    }

    private Node negative(Token sign) {
        Token number = tokens.get(at);
        if (number.kind() == Token.Kind.WHOLE) {
            at++;
            return whole(sign.offset(), "-" + number.text());
        }
        if (number.kind() == Token.Kind.DECIMAL) {
            at++;
            return new Node.Decimal(sign.offset(), "-" + number.text());
        }
        throw new Untranslatable(sign.offset(), "a minus needs a number behind it; otherwise write op_sub(0, ...)");
    }

    private Node nested(Supplier<Node> inner) {
        if (++depth > MAX_DEPTH) {
            throw new Untranslatable(token().offset(), "more than " + MAX_DEPTH + " levels of nesting");
        }
        Node node = inner.get();
        depth--;
        return node;
    }

    private Node primary() {
        Token token = token();
        at++;
        return switch (token.kind()) {
            case STRING -> new Node.Text(token.offset(), token.text());
            case COLUMN -> new Node.Column(token.offset(), token.text());
            case WHOLE -> whole(token.offset(), token.text());
            case DECIMAL -> new Node.Decimal(token.offset(), token.text());
            case NAME -> token().is("(") ? call(token) : name(token);
            case SYMBOL -> bracket(token);
            case END -> {
                at--;
                throw unexpected(token);
            }
        };
    }

    private static Node whole(int offset, String digits) {
        try {
            return new Node.Whole(offset, Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw new Untranslatable(
                    offset, digits + " does not fit into 64 bits; write it with a point: " + digits + ".0");
        }
    }

    private static Node name(Token token) {
        return switch (token.text().toLowerCase(Locale.ROOT)) {
            case "true" -> new Node.Truth(token.offset(), true);
            case "false" -> new Node.Truth(token.offset(), false);
            case "null" -> new Node.Nothing(token.offset());
            default -> new Node.Name(token.offset(), token.text());
        };
    }

    private Node bracket(Token token) {
        if (token.text().equals("(")) {
            Node inner = choice();
            close(token, ")");
            return inner;
        }
        if (token.text().equals("[")) {
            return new Node.Items(token.offset(), list(token, "]"));
        }
        throw unexpected(token);
    }

    private Node call(Token name) {
        Token open = tokens.get(at++);
        return new Node.Call(name.offset(), name.text(), list(open, ")"));
    }

    private List<Node> list(Token open, String close) {
        List<Node> items = new ArrayList<>();
        if (take(close)) {
            return items;
        }
        do {
            items.add(argument());
        } while (take(","));
        close(open, close);
        return List.copyOf(items);
    }

    private Node argument() {
        Token name = token();
        if (name.kind() == Token.Kind.NAME && tokens.get(at + 1).is("=")) {
            at += 2;
            return new Node.Named(name.offset(), name.text(), choice());
        }
        return choice();
    }

    private void close(Token open, String close) {
        if (take(close)) {
            return;
        }
        if (token().kind() == Token.Kind.END) {
            throw new Untranslatable(open.offset(), "this '" + open.text() + "' is never closed");
        }
        if (token().is("=")) {
            throw new Untranslatable(token().offset(), "'=' compares nothing; write op_eq(a, b) or a == b");
        }
        throw new Untranslatable(token().offset(), "expected ',' or '" + close + "' before " + token().shown());
    }

    private static Untranslatable unexpected(Token token) {
        return new Untranslatable(token.offset(), "expected a value or a step, not " + token.shown());
    }

    private boolean take(String symbol) {
        if (token().is(symbol)) {
            at++;
            return true;
        }
        return false;
    }

    private Token token() {
        return tokens.get(at);
    }
}
