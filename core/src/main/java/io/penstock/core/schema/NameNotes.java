package io.penstock.core.schema;

import java.util.ArrayList;
import java.util.List;

/** What a person should know about what the task's file does to a catalog, beyond the names he wrote. Pure. */
public final class NameNotes {
    private NameNotes() {}

    /** One line for each constraint and index that is left out or called otherwise. */
    public static List<String> of(Catalog catalog, DestinationNames names) {
        List<String> notes = new ArrayList<>();
        for (TableDefinition table : catalog.tables()) {
            if (names.isGuest(table.oid())) {
                notes.add(table.name() + " is not created: its rows go into " + names.object(table.oid(), table.name())
                        + ", which another table defines");
                continue;
            }
            for (ConstraintDefinition constraint : table.constraints()) {
                String what = "constraint " + constraint.name() + " on " + table.name();
                add(notes, names, constraint.oid(), new Part(what, constraint.name()));
            }
            for (IndexDefinition index : table.indexes()) {
                if (!index.constraint()) {
                    add(
                            notes,
                            names,
                            index.oid(),
                            new Part("index " + index.name() + " on " + table.name(), index.name()));
                }
            }
        }
        for (SequenceDefinition sequence : catalog.sequences()) {
            String there = names.object(sequence.oid(), sequence.name()).table();
            if (!there.equals(sequence.name().table())) {
                notes.add("sequence " + sequence.name() + " is called " + there + " here: its name is taken");
            }
        }
        return notes;
    }

    private record Part(String what, String name) {}

    private static void add(List<String> notes, DestinationNames names, int oid, Part part) {
        if (names.lacks(oid)) {
            notes.add(part.what() + " is left out: it needs a column that is excluded");
        } else if (!names.part(oid, part.name()).equals(part.name())) {
            notes.add(part.what() + " is called " + names.part(oid, part.name()) + " here: its name is taken");
        }
    }
}
