package io.penstock.source.publication;

import io.penstock.core.task.ObjectSelection;
import io.penstock.core.task.ObjectSelection.SchemaRule;
import io.penstock.core.task.ObjectSelection.TableRule;
import java.util.List;
import java.util.Locale;

/** What the publication of inserts and truncates holds: the narrowest that also holds tables which are created later. */
public enum PublicationMode {
    /** Tables one by one. */
    TABLES,
    /** All tables of some schemas. */
    SCHEMAS,
    /** All tables of the database. */
    EVERYTHING;

    private static final int PG15 = 150_000;

    /** As it is stored in {@code penstock.tasks}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param captured whether event triggers follow tables that are created later; without them there is nothing but lists */
    static PublicationMode of(ObjectSelection objects, int version, boolean captured) {
        if (!captured || singleTables(objects)) {
            return TABLES;
        }
        return version >= PG15 && wholeSchemas(objects) ? SCHEMAS : EVERYTHING;
    }

    private static boolean singleTables(ObjectSelection objects) {
        return !objects.rules().isEmpty()
                && objects.rules().stream()
                        .allMatch(rule -> rule instanceof TableRule table
                                && !table.schema().isGlob()
                                && !table.table().isGlob());
    }

    private static boolean wholeSchemas(ObjectSelection objects) {
        return !objects.rules().isEmpty()
                && objects.rules().stream()
                        .allMatch(rule -> rule instanceof SchemaRule schema
                                && !schema.schema().isGlob());
    }

    /** The schemas of a selection of whole schemas. */
    static List<String> schemas(ObjectSelection objects) {
        return objects.rules().stream()
                .filter(SchemaRule.class::isInstance)
                .map(rule -> ((SchemaRule) rule).schema().text())
                .distinct()
                .toList();
    }
}
