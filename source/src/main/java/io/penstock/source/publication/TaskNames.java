package io.penstock.source.publication;

/** The names of what a task leaves at the source; everything begins with {@code penstock}. */
public record TaskNames(String task) {
    public static final String SCHEMA = "penstock";
    public static final String HEARTBEAT_TABLE = "heartbeat";

    /** Dashes are not allowed in the names of slots. */
    public String slot() {
        return "penstock_" + task.replace('-', '_');
    }

    /** Publication of the selected tables and of the heartbeat. */
    public String publication() {
        return slot();
    }
}
