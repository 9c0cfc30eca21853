package io.penstock.core.script;

import java.util.List;

/**
 * A script of the reference product: one expression of steps ({@code e_...}) over a row. Immutable; may be used from any thread.
 *
 * <p>One script may serve all tables of a task. A step that names a column the table lacks is an error for that table, unless a condition on
 * {@code __TB__} or {@code __DB__} (or on a known {@code __OPERATION__}) keeps the step away from it: what such conditions exclude is not looked at. {@code e_set} on an unknown
 * column adds it.
 *
 * <p>Null follows SQL: a comparison with a null value, and its negation by {@code op_not}, is not taken by {@code e_if}; text joined
 * with null is null. A row is left out only where {@code e_drop} is reached, its own condition is true, or the condition of {@code
 * e_keep} is not true.
 */
public final class Script {
    /** In UTF-16 units; far beyond what people write. */
    private static final int MAX_LENGTH = 65_536;

    private final String text;
    private final Node root;

    private Script(String text, Node root) {
        this.text = text;
        this.root = root;
    }

    /**
     * Reads a script and checks what does not depend on a table: its form, the names of functions and variables, how they are called.
     *
     * @throws ScriptException with every problem; after a broken form no further ones are looked for
     */
    public static Script parse(String text) {
        Problems problems = new Problems(text);
        if (text.length() > MAX_LENGTH) {
            problems.add(
                    0, "the script is longer than " + MAX_LENGTH + " characters; split it by table (tables.*.etl)");
            problems.throwIfAny();
        }
        List<Token> tokens = Lexer.tokens(text, problems);
        problems.throwIfAny();
        try {
            Node root = Parser.expression(tokens);
            CallCheck.steps(root, problems);
            problems.throwIfAny();
            return new Script(text, root);
        } catch (Untranslatable e) {
            problems.add(e);
            throw new ScriptException(problems.list());
        }
    }

    /**
     * What the script does to the rows of one table.
     *
     * @throws ScriptException with every problem that shows for this table: a missing column, a type that does not fit, a format or a
     *     pattern that PostgreSQL cannot express exactly, an expression that grows too long
     */
    public ScriptRule translate(ScriptTable table) {
        Problems problems = new Problems(text);
        ScriptRule rule = new StepTranslation(table, new Problems(text), problems).rule(root);
        problems.throwIfAny();
        return rule;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
