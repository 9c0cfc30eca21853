package io.penstock.postgres.error;

import static io.penstock.core.error.ErrorKind.CONNECTION;
import static io.penstock.core.error.ErrorKind.INTERNAL;
import static io.penstock.core.error.ErrorKind.LOGIN;
import static io.penstock.core.error.ErrorKind.PRECHECK;
import static io.penstock.core.error.ErrorKind.PROTOCOL;
import static io.penstock.core.error.ErrorKind.REFUSED;
import static io.penstock.core.error.ErrorKind.TRANSIENT;

import io.penstock.core.error.ErrorKind;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a SQLSTATE means for a task ("PostgreSQL Error Codes", appendix A), by state and, where a state has no line of its own, by its
 * class of two characters.
 */
final class SqlStates {
    /** @param remedy what a person can do, a whole sentence */
    record Meaning(ErrorKind kind, String remedy) {}

    private static final String RETRIED =
            "The statement is tried again by itself; if it keeps failing, look into the server's log.";
    private static final String RECONNECT =
            "Check that the server runs and what its log says; the connection is tried again by itself.";
    private static final String DEFECT = "This is a defect of Penstock; please report it with the output of --debug.";
    private static final String DATA =
            "The destination's definition does not take the source's data; make the definitions equal, then run again.";

    private static final Meaning UNKNOWN = new Meaning(INTERNAL, DEFECT);
    private static final Map<String, Meaning> TABLE = table();
    private static final Map<String, String> VALUE_FREE = valueFree();

    private SqlStates() {}

    static Meaning meaning(@Nullable String state) {
        if (state == null || state.length() != 5) {
            return UNKNOWN;
        }
        Meaning exact = TABLE.get(state);
        return exact != null ? exact : TABLE.getOrDefault(state.substring(0, 2), UNKNOWN);
    }

    /** Whether the server's text for the state may hold values of rows: data, constraint and check-option errors, RAISE of triggers. */
    static boolean mayQuoteValues(@Nullable String state) {
        return state != null && VALUE_FREE.containsKey(classOf(state));
    }

    /** What to say instead of the server's text. */
    static String valueFreeReason(String state) {
        String exact = VALUE_FREE.get(state);
        return exact != null ? exact : VALUE_FREE.getOrDefault(classOf(state), "the server refuses a value");
    }

    private static String classOf(String state) {
        return state.length() < 2 ? state : state.substring(0, 2);
    }

    private static Map<String, Meaning> table() {
        Map<String, Meaning> table = new HashMap<>();
        connections(table);
        resources(table);
        objects(table);
        data(table);
        return Collections.unmodifiableMap(table);
    }

    private static void connections(Map<String, Meaning> table) {
        put(table, "08", CONNECTION, RECONNECT);
        put(
                table,
                "08001",
                CONNECTION,
                "Check host and port, that the server runs, and that it can be reached from here.");
        put(table, "08004", LOGIN, "Check user, password and sslmode of the URL against the server's pg_hba.conf.");
        put(
                table,
                "08P01",
                PROTOCOL,
                "Check that a PostgreSQL server answers at this address, and no proxy of another protocol.");
        put(
                table,
                "28",
                LOGIN,
                "Check the user, and the server's pg_hba.conf for this user, database and client address.");
        put(table, "28P01", LOGIN, "Check user and password.");
        put(table, "3D000", LOGIN, "Check the database name, or create the database.");
        put(table, "57", TRANSIENT, RETRIED);
        put(table, "57014", TRANSIENT, "Somebody or a timeout cancelled it; it is tried again by itself.");
        put(
                table,
                "57P01",
                CONNECTION,
                "An administrator ended the session or stops the server; the connection is tried again by itself.");
        put(table, "57P02", CONNECTION, "The server crashed and recovers; the connection is tried again by itself.");
        put(
                table,
                "57P03",
                CONNECTION,
                "The server starts, stops or recovers; the connection is tried again by itself.");
        put(table, "57P04", LOGIN, "The database was dropped.");
        put(table, "57P05", CONNECTION, RECONNECT);
        put(
                table,
                "58M01",
                CONNECTION,
                "A segment of the destination does not answer: check gp_segment_configuration and the segments' logs; the"
                        + " connection is tried again by itself.");
        put(
                table,
                "25P03",
                CONNECTION,
                "idle_in_transaction_session_timeout ended the session; the connection is tried again by itself.");
        put(
                table,
                "25P04",
                CONNECTION,
                "transaction_timeout ended the session; the connection is tried again by itself.");
        put(
                table,
                "53300",
                CONNECTION,
                "All connections are taken: raise max_connections (for replication max_wal_senders) or the role's limit, or close others.");
    }

    private static void resources(Map<String, Meaning> table) {
        put(table, "40", TRANSIENT, RETRIED);
        put(table, "40001", TRANSIENT, "Other sessions changed the same rows; it is tried again by itself.");
        put(table, "40P01", TRANSIENT, "It waited in a circle with other sessions; it is tried again by itself.");
        put(table, "53", TRANSIENT, RETRIED);
        put(table, "53100", TRANSIENT, "The server's disk is full: make room there; it is tried again by itself.");
        put(table, "53200", TRANSIENT, "The server is out of memory: lower work_mem, max_connections or full.jobs.");
        put(
                table,
                "53400",
                PRECHECK,
                "A limit of the server is reached: raise max_replication_slots or what the message names.");
        put(
                table,
                "55P03",
                TRANSIENT,
                "Another session holds the lock (pg_locks, pg_blocking_pids); it is tried again by itself.");
        put(
                table,
                "55006",
                TRANSIENT,
                "Another session uses it, maybe a second run of this task or one that was killed just now (pg_stat_activity shows the"
                        + " pid); it is tried again by itself.");
        put(table, "58", TRANSIENT, RETRIED);
        put(table, "72", TRANSIENT, RETRIED);
        put(table, "XX", TRANSIENT, RETRIED);
        put(table, "XX001", REFUSED, "The server found damaged data: have its administrator look into it.");
        put(table, "XX002", REFUSED, "The server found a damaged index: REINDEX it.");
    }

    private static void objects(Map<String, Meaning> table) {
        put(table, "0A", REFUSED, "The server cannot do this: leave the object out, or see what its version needs.");
        put(table, "0L", REFUSED, "Grant the right to the task's user, or log in with a user that has it.");
        put(table, "0P", REFUSED, "Create the role, or name another.");
        put(table, "25", INTERNAL, DEFECT);
        put(
                table,
                "25006",
                TRANSIENT,
                "The session is read-only: name the primary, not a standby (target_session_attrs=read-write chooses it among several"
                        + " hosts), or reset default_transaction_read_only; it is tried again by itself, because the server may just"
                        + " have changed its role.");
        put(table, "26", REFUSED, "A connection pooler between mixes sessions: connect to the server itself.");
        put(table, "2B", REFUSED, "Other objects depend on it: drop them first, or leave it.");
        put(table, "3F", REFUSED, "Create the schema, or map the tables to one that exists.");
        put(table, "42", REFUSED, "Compare the definitions on both ends with the statement that failed.");
        put(table, "42501", REFUSED, "Grant the right to the task's user, or log in with a user that has it.");
        put(table, "42P01", REFUSED, "Create the table, or take it out of the task; somebody may have dropped it.");
        put(table, "42703", REFUSED, "Add the column, or exclude it in the task file.");
        put(
                table,
                "42704",
                REFUSED,
                "Create what is missing (a type, an extension, a slot, a publication), or exclude what needs it.");
        put(table, "42883", REFUSED, "Create the function, operator or extension, or exclude what needs it.");
        put(table, "42P07", REFUSED, "It is there already: drop or rename it, or use conflicts: ignore.");
        put(table, "42710", REFUSED, "It is there already: drop or rename it.");
        put(
                table,
                "55",
                // Some of it passes, such as a slot that was just invalidated: the checks before the next try tell it
                // plainly.
                TRANSIENT,
                "The server or the object is not in the state for it: do what the message asks for; it is tried again by itself.");
        put(
                table,
                "55P04",
                REFUSED,
                "A new enum value must be committed before its use; it is added in a step of its own.");
        put(table, "F0", PRECHECK, "The server's configuration file is faulty.");
    }

    private static void data(Map<String, Meaning> table) {
        put(table, "21", REFUSED, "An expression or filter of the task file gives more than one row.");
        put(table, "22", REFUSED, DATA);
        put(
                table,
                "22021",
                REFUSED,
                "A byte sequence is not valid in the destination's encoding: create the destination database with the encoding UTF8.");
        put(
                table,
                "22P05",
                REFUSED,
                "A character does not exist in the destination's encoding: create the destination database with the encoding UTF8.");
        put(table, "23", REFUSED, DATA);
        put(
                table,
                "23503",
                REFUSED,
                "Drop or disable the foreign key at the destination, or let the task's user set session_replication_role.");
        put(
                table,
                "23505",
                REFUSED,
                "The destination holds rows that are not the source's, or has a unique key that the source has not.");
        put(table, "44", REFUSED, DATA);
        put(
                table,
                "54",
                REFUSED,
                "A limit of the server is exceeded (row or index size, number of columns): exclude what exceeds it.");
        put(table, "P0", REFUSED, "A trigger or function of the database raised it: look there.");
    }

    private static Map<String, String> valueFree() {
        return Map.ofEntries(
                Map.entry("22", "a value does not fit"),
                Map.entry("22001", "a text is longer than its column"),
                Map.entry("22003", "a number is out of its type's range"),
                Map.entry("22007", "a date or time does not have the syntax of its type"),
                Map.entry("22008", "a date or time is out of range"),
                Map.entry("22012", "an expression divides by zero"),
                Map.entry("22021", "a text holds bytes that are not valid in its encoding"),
                Map.entry("22023", "a parameter has a value that the server does not take"),
                Map.entry("22P02", "a value does not have the syntax of its type"),
                Map.entry("22P03", "a binary value does not have the format of its type"),
                Map.entry("22P04", "a COPY row does not have the columns or the format that are expected"),
                Map.entry("22P05", "a character does not exist in the other encoding"),
                Map.entry("23", "a row violates a constraint"),
                Map.entry("23001", "a row that others refer to cannot be deleted"),
                Map.entry("23502", "a column that must not be null would be"),
                Map.entry("23503", "a row violates a foreign key"),
                Map.entry("23505", "a row violates a unique key"),
                Map.entry("23514", "a row violates a check constraint, or has no partition"),
                Map.entry("23P01", "a row violates an exclusion constraint"),
                Map.entry("44", "a row violates the check option of a view"),
                Map.entry("P0", "a function or trigger of the database raised an error"));
    }

    private static void put(Map<String, Meaning> table, String state, ErrorKind kind, String remedy) {
        table.put(state, new Meaning(kind, remedy));
    }
}
