package io.penstock.core.relation;

/** What a person is told about tables with rows that a copy would not bring back. */
public final class MixedTables {
    private MixedTables() {}

    /** Why a table's rows cannot be copied again, and what to do. */
    public static String copyAgain(TableMapping table) {
        return "The rows of " + table.source() + " have to be copied again, but " + table.destination()
                + " holds rows that would be lost, of others or deleted at the source since, so it is not emptied. Nothing is changed."
                + " Run `penstock release`, remove the rows of " + table.source()
                + " from it, and start the task again with conflicts: ignore.";
    }
}
