package io.penstock.postgres.error;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.postgres.error.SqlStates.Meaning;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Turns the driver's exceptions into Penstock's: the kind by a table over SQLSTATEs, the message one paragraph of what, where, why and
 * what to do. The server's DETAIL is never shown, and its message only where it cannot quote values of rows; then the cause, too, is a
 * copy without that text.
 */
public final class SqlErrors {
    /** The context of a COPY error up to the value it quotes; the words between are in the server's language. */
    private static final Pattern COPY_PLACE = Pattern.compile("COPY ([^,:]+), \\S+ (\\d+)(?:, \\S+ ([^:,\"]+):)?.*");

    private static final String NO_POOLER =
            "If a pooler such as PgBouncer or another proxy stands before the server, it does not take such sessions: connect to the"
                    + " server itself.";

    private static final Set<String> GONE = Set.of("42P01", "3F000");

    private SqlErrors() {}

    /** Whether a table does not exist, or its schema does not: somebody has dropped or renamed it. */
    public static boolean isGone(@Nullable Throwable error) {
        return error instanceof SQLException e && GONE.contains(String.valueOf(e.getSQLState()));
    }

    /**
     * Where the place does not matter or is part of the operation.
     *
     * @param operation what was tried, as it reads in a sentence: "read the catalog", "copy public.orders"
     */
    public static PenstockException wrap(SQLException e, String operation) {
        return wrap(e, operation, "");
    }

    /**
     * Names the place.
     *
     * @param endpoint where, without secrets: {@code db1:5432/shop}
     */
    public static PenstockException wrap(SQLException e, String operation, String endpoint) {
        SQLException root = withoutBatch(e);
        boolean masked = SqlStates.mayQuoteValues(root.getSQLState());
        Fault fault = fault(root, masked);
        String text = "Cannot " + operation + at(endpoint) + ": " + fault.reason() + ". " + fault.remedy();
        return new PenstockException(fault.kind(), text, masked ? valueFreeCopy(root) : root);
    }

    /**
     * For what fails before the session is there: no row is in play, and whatever the server says is a refusal of the login unless it
     * is one that passes.
     */
    public static PenstockException wrapLogin(SQLException e, String user, String endpoint) {
        Fault fault = fault(e, false);
        ErrorKind kind =
                switch (fault.kind()) {
                    case CONNECTION -> ErrorKind.CONNECTION;
                    // At login it is a database that allows no connections.
                    case TRANSIENT -> "55000".equals(e.getSQLState()) ? ErrorKind.LOGIN : ErrorKind.CONNECTION;
                    case PROTOCOL -> isSaidByServer(e) ? ErrorKind.CONNECTION : ErrorKind.PROTOCOL;
                    case INTERNAL -> ErrorKind.INTERNAL;
                    case USAGE,
                            LOGIN,
                            PRECHECK,
                            NOT_YET,
                            REFUSED,
                            DEFINITION_CHANGED,
                            DIVERGED,
                            POSITION_LOST,
                            RETENTION_EXCEEDED,
                            INTERRUPTED -> ErrorKind.LOGIN;
                };
        String remedy = fault.kind() == ErrorKind.PROTOCOL && isSaidByServer(e) ? NO_POOLER : fault.remedy();
        String text = "Cannot connect as " + user + at(endpoint) + ": " + fault.reason() + ". " + remedy;
        return new PenstockException(kind, text, e);
    }

    /** Else the driver did not understand what it read, so maybe no PostgreSQL answers there. */
    private static boolean isSaidByServer(SQLException e) {
        return e instanceof PSQLException driver && driver.getServerErrorMessage() != null;
    }

    /** The message of a batch's exception quotes the statement with its values; what the server said is its cause. */
    private static SQLException withoutBatch(SQLException e) {
        if (e instanceof BatchUpdateException) {
            if (e.getCause() instanceof SQLException cause) {
                return cause;
            }
            return e.getNextException() != null ? e.getNextException() : valueFreeCopy(e);
        }
        return e;
    }

    private record Fault(ErrorKind kind, String reason, String remedy) {}

    private static Fault fault(SQLException e, boolean masked) {
        @Nullable ServerErrorMessage server = e instanceof PSQLException driver ? driver.getServerErrorMessage() : null;
        if (server == null) {
            Optional<NetworkFault> network = NetworkFault.of(e);
            if (network.isPresent()) {
                return new Fault(
                        network.get().kind(),
                        network.get().reason(),
                        network.get().remedy());
            }
        }
        Meaning meaning = SqlStates.meaning(e.getSQLState());
        String state = e.getSQLState() == null ? "none" : e.getSQLState();
        String reason = masked ? SqlStates.valueFreeReason(state) : plain(server, e);
        return new Fault(meaning.kind(), reason + place(server) + " (SQLSTATE " + state + ")", meaning.remedy());
    }

    private static String plain(@Nullable ServerErrorMessage server, SQLException e) {
        String text = server == null ? e.getMessage() : server.getMessage();
        if (text == null || text.isBlank()) {
            return "no reason was given";
        }
        String line = text.strip().replaceAll("\\s+", " ");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static String place(@Nullable ServerErrorMessage server) {
        if (server == null) {
            return "";
        }
        StringBuilder place = new StringBuilder();
        if (server.getTable() != null) {
            String schema = server.getSchema() == null ? "" : server.getSchema() + ".";
            append(place, "table " + schema + server.getTable());
        }
        append(place, "column ", server.getColumn());
        append(place, "type ", server.getDatatype());
        append(place, "constraint ", server.getConstraint());
        if (server.getWhere() != null) {
            append(place, copyPlace(server.getWhere()));
        }
        return place.toString();
    }

    private static String copyPlace(String context) {
        Matcher matcher = COPY_PLACE.matcher(context.lines().findFirst().orElse(""));
        if (!matcher.matches()) {
            return "";
        }
        String column = matcher.group(3) == null ? "" : ", column " + matcher.group(3);
        return "COPY of " + matcher.group(1) + ", row " + matcher.group(2) + column;
    }

    private static void append(StringBuilder place, String prefix, @Nullable String name) {
        if (name != null) {
            append(place, prefix + name);
        }
    }

    private static void append(StringBuilder place, String text) {
        if (!text.isEmpty()) {
            place.append(", ").append(text);
        }
    }

    private static String at(String endpoint) {
        return endpoint.isEmpty() ? "" : " at " + endpoint;
    }

    private static SQLException valueFreeCopy(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        SQLException copy = new SQLException(SqlStates.valueFreeReason(state), state);
        copy.setStackTrace(e.getStackTrace());
        return copy;
    }
}
