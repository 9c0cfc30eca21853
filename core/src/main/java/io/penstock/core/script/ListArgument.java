package io.penstock.core.script;

import java.util.List;

/** The list of {@code op_in}: {@code ['a', 'b']}, or the same as JSON in a string. Stateless. */
final class ListArgument {
    private ListArgument() {}

    static List<Node> items(Node node) {
        Node list = node instanceof Node.Text text ? json(text) : node;
        if (!(list instanceof Node.Items items) || items.items().isEmpty()) {
            throw new Untranslatable(
                    node.offset(), "op_in wants a list with at least one value, for instance ['a', 'b']");
        }
        return items.items();
    }

    private static Node json(Node.Text text) {
        Problems problems = new Problems(text.value());
        List<Token> tokens = Lexer.tokens(text.value(), problems);
        if (problems.size() > 0) {
            throw new Untranslatable(
                    text.offset(),
                    "the list in this string is no JSON: " + problems.list().get(0));
        }
        try {
            return moved(Parser.expression(tokens), text.offset());
        } catch (Untranslatable e) {
            throw new Untranslatable(text.offset(), "the list in this string is no JSON: " + e.reason());
        }
    }

    /** Its values are told at the place of the string. */
    private static Node moved(Node node, int offset) {
        if (node instanceof Node.Items items) {
            return new Node.Items(
                    offset,
                    items.items().stream().map(item -> moved(item, offset)).toList());
        }
        if (node instanceof Node.Text text) {
            return new Node.Text(offset, text.value());
        }
        if (node instanceof Node.Whole whole) {
            return new Node.Whole(offset, whole.value());
        }
        if (node instanceof Node.Decimal decimal) {
            return new Node.Decimal(offset, decimal.value());
        }
        return new Node.Nothing(offset);
    }

    static Value constant(Node item) {
        if (item instanceof Node.Text text) {
            return Value.text(text.value());
        }
        if (item instanceof Node.Whole whole) {
            return Value.whole(whole.value());
        }
        if (item instanceof Node.Decimal decimal) {
            return Value.decimal(decimal.value());
        }
        throw new Untranslatable(item.offset(), "the list of op_in holds strings and numbers only");
    }
}
