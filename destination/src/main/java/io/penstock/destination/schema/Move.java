package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;
import io.penstock.destination.dialect.Dialect;
import java.util.ArrayList;
import java.util.List;

/** Writes the statements that give an object another name or another schema. Pure. */
final class Move {
    private Move() {}

    /** @param object {@code TABLE}, {@code TYPE}, {@code SEQUENCE} */
    static List<String> statements(Dialect dialect, String object, QualifiedName from, QualifiedName to) {
        List<String> statements = new ArrayList<>();
        QualifiedName now = from;
        if (!from.schema().equals(to.schema())) {
            statements.add("ALTER " + object + " " + dialect.quote(from) + " SET SCHEMA " + dialect.quote(to.schema()));
            now = new QualifiedName(to.schema(), from.table());
        }
        if (!from.table().equals(to.table())) {
            statements.add("ALTER " + object + " " + dialect.quote(now) + " RENAME TO " + dialect.quote(to.table()));
        }
        return statements;
    }

    /** A name nobody has, in the same schema. */
    static QualifiedName between(QualifiedName name, int oid) {
        return new QualifiedName(name.schema(), "penstock_" + Integer.toUnsignedString(oid));
    }
}
