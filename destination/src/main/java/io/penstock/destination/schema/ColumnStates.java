package io.penstock.destination.schema;

import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.schema.Matched.Pair;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the destination's columns are while the statements are being written: each statement changes it here as it will there, and in the
 * end it is as wanted. One use.
 */
final class ColumnStates {
    private final Map<Key, State> states = new HashMap<>();

    private record Key(int table, int column) {}

    /** Texts are in the names of the picture after. */
    static final class State {
        final boolean added;
        boolean retyped;
        String type;

        @Nullable
        String collation;

        @Nullable
        String defaultExpression;

        boolean notNull;
        Identity identity;
        Generated generated;

        private State(ColumnDefinition column, String type, @Nullable String defaultExpression, boolean added) {
            this.added = added;
            this.type = type;
            this.defaultExpression = defaultExpression;
            collation = column.collation();
            notNull = column.notNull();
            identity = column.identity();
            generated = column.generated();
        }

        /** A column just added, as the statement made it: a plain one, or a generated one. */
        static State added(ColumnDefinition column, @Nullable String defaultExpression, boolean notNull) {
            State state = new State(column, column.type(), defaultExpression, true);
            state.notNull = notNull;
            state.identity = Identity.NO;
            return state;
        }
    }

    static ColumnStates before(DeltaTables tables) {
        ColumnStates states = new ColumnStates();
        for (Pair<TableDefinition> table : tables.pairs()) {
            RenamedText renaming = tables.renaming(table);
            for (Pair<ColumnDefinition> c :
                    Matched.columns(table.before(), table.after()).pairs()) {
                String text = c.before().defaultExpression();
                State state = new State(
                        c.before(),
                        tables.renaming().apply(c.before().type()),
                        text == null ? null : renaming.apply(text),
                        false);
                states.put(table.after(), c.after(), state);
            }
        }
        return states;
    }

    void put(TableDefinition table, ColumnDefinition column, State state) {
        states.put(new Key(table.oid(), column.number()), state);
    }

    Optional<State> of(TableDefinition table, ColumnDefinition column) {
        return Optional.ofNullable(states.get(new Key(table.oid(), column.number())));
    }
}
