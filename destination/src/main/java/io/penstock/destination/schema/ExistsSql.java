package io.penstock.destination.schema;

import io.penstock.core.name.QualifiedName;

/**
 * Queries of one boolean: is the object there? They tell which steps an interrupted schema phase has done already. The
 * {@code to_reg*} functions answer NULL where a cast would fail.
 */
final class ExistsSql {
    /** For statements that may be repeated. */
    static final String REPEATABLE = "select false";

    /** For objects that are left out on purpose. */
    static final String NOTHING_TO_DO = "select true";

    private ExistsSql() {}

    static String schema(String name) {
        return "select exists (select from pg_catalog.pg_namespace where nspname = " + literal(name) + ")";
    }

    static String type(QualifiedName name) {
        return "select pg_catalog.to_regtype(" + literal(name.toString()) + ") is not null";
    }

    /** A table or a sequence. */
    static String relation(QualifiedName name) {
        return "select " + regclass(name) + " is not null";
    }

    /** A table that surely has no rows: with others it must not be taken for the one to create. */
    static String emptyTable(QualifiedName name) {
        return "select coalesce(pg_catalog.pg_relation_size(" + regclass(name) + ") = 0, false)";
    }

    /** Of this table: an index of that name on another one must make CREATE INDEX fail. */
    static String index(QualifiedName table, String name) {
        return "select exists (select from pg_catalog.pg_index where indrelid = " + regclass(table)
                + " and indexrelid = " + regclass(new QualifiedName(table.schema(), name)) + ")";
    }

    static String constraint(QualifiedName table, String name) {
        return "select exists (select from pg_catalog.pg_constraint where conrelid = " + regclass(table)
                + " and conname = " + literal(name) + ")";
    }

    /** Under whatever name. */
    static String primaryKey(QualifiedName table, String definition) {
        return "select exists (select from pg_catalog.pg_constraint where conrelid = " + regclass(table)
                + " and contype = 'p' and pg_catalog.pg_get_constraintdef(oid) = " + literal(definition) + ")";
    }

    static String validated(QualifiedName table, String name) {
        return "select exists (select from pg_catalog.pg_constraint where conrelid = " + regclass(table)
                + " and conname = " + literal(name) + " and convalidated)";
    }

    /** Gone, or called by a default. */
    static String neededSequence(QualifiedName name) {
        return "select " + regclass(name) + " is null or exists (select from pg_catalog.pg_depend"
                + " where classid = 'pg_catalog.pg_attrdef'::regclass and refclassid = 'pg_catalog.pg_class'::regclass"
                + " and refobjid = " + regclass(name) + ")";
    }

    static String enumValue(QualifiedName type, String label) {
        return "select exists (select from pg_catalog.pg_enum where enumtypid = pg_catalog.to_regtype("
                + literal(type.toString()) + ") and enumlabel = " + literal(label) + ")";
    }

    /** Gone, or with something in it that is not the source's. */
    static String neededSchema(String name) {
        String oid = "(select oid from pg_catalog.pg_namespace where nspname = " + literal(name) + ")";
        return "select " + oid + " is null or exists (select from pg_catalog.pg_class where relnamespace = " + oid
                + ") or exists (select from pg_catalog.pg_proc where pronamespace = " + oid
                + ") or exists (select from pg_catalog.pg_type where typnamespace = " + oid + ")";
    }

    /** A column of this type, which is written as {@code format_type} does. */
    static String column(QualifiedName table, String column, String type) {
        return "select " + column(table, column) + " and pg_catalog.format_type(atttypid, atttypmod) = " + literal(type)
                + ")";
    }

    /** An identity column, whatever its kind. */
    static String identity(QualifiedName table, String column) {
        return "select " + column(table, column) + " and attidentity <> '')";
    }

    /** A column whose values are not computed. */
    static String plainColumn(QualifiedName table, String column) {
        return "select " + column(table, column) + " and attgenerated = '')";
    }

    static String renamedColumn(QualifiedName table, String from, String to) {
        return "select not " + column(table, from) + ") and " + column(table, to) + ")";
    }

    /** Not closed, so that more can be asked of the column. */
    private static String column(QualifiedName table, String column) {
        return "exists (select from pg_catalog.pg_attribute where attrelid = " + regclass(table) + " and attname = "
                + literal(column) + " and attnum > 0 and not attisdropped";
    }

    /** Tables, indexes and sequences share their names. */
    static String renamed(QualifiedName from, QualifiedName to) {
        return "select " + regclass(from) + " is null and " + regclass(to) + " is not null";
    }

    static String renamedConstraint(QualifiedName table, String from, String to) {
        return "select not (" + constraint(table, from).substring("select ".length()) + ") and ("
                + constraint(table, to).substring("select ".length()) + ")";
    }

    static String inherits(QualifiedName child, QualifiedName parent) {
        return "select " + below(child, parent);
    }

    /** The same as an expression. */
    static String below(QualifiedName child, QualifiedName parent) {
        return "exists (select from pg_catalog.pg_inherits where inhrelid = " + regclass(child) + " and inhparent = "
                + regclass(parent) + ")";
    }

    /** The child is there without the parent. */
    static String inheritsNot(QualifiedName child, QualifiedName parent) {
        return "select " + regclass(child) + " is not null and not " + below(child, parent);
    }

    static String regclass(QualifiedName name) {
        return "pg_catalog.to_regclass(" + literal(name.toString()) + ")";
    }

    /** Right with {@code standard_conforming_strings}, which every session asserts. */
    static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }
}
