package io.penstock.postgres.expression;

import io.penstock.postgres.error.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Lets a server say what it thinks of a user's expression. One thread. */
public final class Trial {
    /** Classes of errors in the text itself: feature not supported, syntax and names, and values it computes at once. */
    private static final Set<String> OF_THE_TEXT = Set.of("0A", "42", "22", "2F", "39");

    private Trial() {}

    /**
     * Runs a statement.
     *
     * @param before the statement's text before the expression
     * @param expression the user's text
     * @return what the server says against it; empty when nothing
     * @throws io.penstock.core.error.PenstockException when the failure is not the expression's
     */
    public static Optional<Objection> of(Connection connection, String before, String expression, String after) {
        try (Statement statement = connection.createStatement()) {
            // Braces and question marks are the user's.
            statement.setEscapeProcessing(false);
            statement.execute(before + expression + after);
            return Optional.empty();
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.length() < 2 || !OF_THE_TEXT.contains(state.substring(0, 2))) {
                throw SqlErrors.wrap(e, "try an expression of the task file");
            }
            return Optional.of(objection(e, before.length(), expression.length()));
        }
    }

    /** @param state the SQLSTATE */
    public record Objection(String state, String message) {}

    private static Objection objection(SQLException e, int before, int length) {
        ServerErrorMessage said = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        String state = String.valueOf(e.getSQLState());
        if (said == null) {
            return new Objection(state, String.valueOf(e.getMessage()));
        }
        StringBuilder text = new StringBuilder(String.valueOf(said.getMessage()));
        int at = said.getPosition() - before;
        if (at >= 1 && at <= length) {
            text.append(" (at character ").append(at).append(')');
        }
        if (said.getHint() != null) {
            text.append(". ").append(said.getHint());
        }
        return new Objection(state, text.toString());
    }
}
