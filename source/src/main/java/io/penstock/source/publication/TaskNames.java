package io.penstock.source.publication;

import java.util.List;

/** The names of what a task leaves at the source; everything begins with {@code penstock}. */
public record TaskNames(String task) {
    public static final String SCHEMA = "penstock";
    public static final String HEARTBEAT_TABLE = "heartbeat";
    public static final String LOG_TABLE = "ddl_log";

    /** Dashes are not allowed in the names of slots. */
    public String slot() {
        return "penstock_" + task.replace('-', '_');
    }

    /** Begin of the names of temporary slots; leaves room for a process id within the 63 bytes of a name. */
    private String copySlots() {
        String slot = slot();
        return slot.substring(0, Math.min(slot.length(), 46)) + "_copy_";
    }

    /** A temporary slot; two sessions never have the same process id. */
    public String copySlot(int processId) {
        return copySlots() + processId;
    }

    /** A regular expression that finds the names of all {@link #copySlot}s. */
    public String copySlotPattern() {
        return "^" + copySlots() + "[0-9]+$";
    }

    /** Publication of inserts and truncates; wide, because it asks nothing of a table. */
    public String allPublication() {
        return slot() + "_all";
    }

    /** Publication of updates and deletes: only tables whose old rows the log identifies, or their users' commands would fail. */
    public String keyPublication() {
        return slot() + "_key";
    }

    public List<String> publications() {
        return List.of(allPublication(), keyPublication());
    }

    /** Both, as the server takes them in {@code publication_names}. */
    public String publicationNames() {
        return String.join(",", publications());
    }
}
