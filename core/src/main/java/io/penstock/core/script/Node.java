package io.penstock.core.script;

import java.util.List;

/** A part of a script as it was read. {@code offset} is its place in the text, in UTF-16 units. */
sealed interface Node {
    int offset();

    record Text(int offset, String value) implements Node {}

    record Whole(int offset, long value) implements Node {}

    /** A number with a point, as it was written. */
    record Decimal(int offset, String value) implements Node {}

    record Truth(int offset, boolean value) implements Node {}

    record Nothing(int offset) implements Node {}

    record Column(int offset, String name) implements Node {}

    /** A name without quotes: a variable such as {@code __TB__}, or a type. */
    record Name(int offset, String name) implements Node {}

    record Items(int offset, List<Node> items) implements Node {}

    record Choice(int offset, Node condition, Node yes, Node no) implements Node {}

    /** {@code years = 1} among the arguments of a call. */
    record Named(int offset, String name, Node value) implements Node {}

    /** A call; infix operators are read as calls of the function that means the same. */
    record Call(int offset, String name, List<Node> arguments) implements Node {}
}
