package io.penstock.core.script;

/**
 * What a person should know of one place of a script.
 *
 * @param line from 1, in the script's own text
 * @param column from 1, in UTF-16 units
 * @param message what is wrong, and what to write instead
 */
public record ScriptProblem(int line, int column, String message) {
    static ScriptProblem at(int offset, String text, String message) {
        int line = 1;
        int start = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
            line++;
            start = i + 1;
        }
        return new ScriptProblem(line, offset - start + 1, message);
    }

    @Override
    public String toString() {
        return "line " + line + ", column " + column + ": " + message;
    }
}
