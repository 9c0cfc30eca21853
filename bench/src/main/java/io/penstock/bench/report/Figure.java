package io.penstock.bench.report;

/** What can be measured. The order is that of the columns. */
public enum Figure {
    WALL("wall s", 2),
    /** From the start signal until the slot is being read: a Java process loads its classes in it. */
    START("of it start s", 2),
    RATE("per s", 0),
    SOURCE_CPU("source CPU s", 2),
    WALSENDER_CPU("of it walsender s", 2),
    DESTINATION_CPU("destination CPU s", 2),
    PROCESS_CPU("process CPU s", 2),
    PROCESS_MICROS("process CPU us each", 2),
    TOTAL_MICROS("all CPU us each", 2),
    PEAK_MB("peak RSS MB", 0),
    P50("p50 ms", 2),
    P95("p95 ms", 2),
    P99("p99 ms", 2),
    MAX("max ms", 2),
    IDLE_PERCENT("process CPU idle, % of a core", 2),
    IDLE_DESTINATION_PERCENT("destination CPU idle, %", 2);

    private final String label;
    private final int decimals;

    Figure(String label, int decimals) {
        this.label = label;
        this.decimals = decimals;
    }

    /** Name and unit. */
    public String label() {
        return label;
    }

    public int decimals() {
        return decimals;
    }
}
