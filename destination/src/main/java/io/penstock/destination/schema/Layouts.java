package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.destination.dialect.Dialect;
import java.util.HashMap;
import java.util.Map;

/**
 * The tables of one picture as the destination is to have them, and where the rows of each lie. Pure.
 *
 * @param dialect that knows the layout of every table
 * @param settings by oid, the name under which the task file has a table's settings
 * @param wanted the picture in the destination's names
 * @param keyed the same with the primary keys of the task file
 */
record Layouts(Dialect dialect, Map<Integer, QualifiedName> settings, Catalog wanted, Catalog keyed) {
    /**
     * @param source the picture in the source's names
     * @param wanted the same in the destination's names
     */
    static Layouts of(Dialect dialect, TableWishes wishes, Catalog source, Catalog wanted, DestinationNames names) {
        Map<Integer, QualifiedName> settings = new HashMap<>();
        source.tables().forEach(t -> settings.put(t.oid(), wishes.settings(t, names)));
        Catalog keyed = LayoutChooser.withKeys(wanted, wishes, settings);
        return new Layouts(
                new LayoutChooser(dialect, wishes, keyed, settings, names).dialect(), settings, wanted, keyed);
    }
}
