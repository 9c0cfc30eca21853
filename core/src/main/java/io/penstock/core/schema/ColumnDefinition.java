package io.penstock.core.schema;

import org.jspecify.annotations.Nullable;

/**
 * One column.
 *
 * @param number {@code attnum}, the column's identity across renames
 * @param type as {@code format_type} writes it under an empty search path
 * @param typeOid the source's type oid
 * @param typeModifier {@code atttypmod}
 * @param typeCategory {@code pg_type.typcategory}
 * @param binarySafe whether the binary format of the type means the same on every server with the same type definition
 * @param collation qualified and quoted, null when it is the type's default
 * @param defaultExpression also the expression of a generated column; null when there is none
 * @param missingValue what rows from before the column was added hold without storing it ({@code attmissingval}), as text; null when
 *     there are none or it is NULL
 * @param local false when the column is only inherited
 */
public record ColumnDefinition(
        int number,
        String name,
        String type,
        int typeOid,
        int typeModifier,
        char typeCategory,
        boolean binarySafe,
        @Nullable String collation,
        boolean notNull,
        @Nullable String defaultExpression,
        @Nullable String missingValue,
        Identity identity,
        Generated generated,
        boolean local,
        @Nullable String comment) {

    /** Numbers of columns of the source are below: a table has 1,600 at most, dropped ones included. */
    public static final int FIRST_ADDED = 2_000;

    /** Whether the task file adds the column, under the name that it has at the destination. */
    public boolean added() {
        return number >= FIRST_ADDED;
    }

    /** The same with another spelling of its type. */
    public ColumnDefinition withType(String spelling) {
        return new ColumnDefinition(
                number,
                name,
                spelling,
                typeOid,
                typeModifier,
                typeCategory,
                binarySafe,
                collation,
                notNull,
                defaultExpression,
                missingValue,
                identity,
                generated,
                local,
                comment);
    }

    /** {@code attidentity}. */
    public enum Identity {
        NO,
        ALWAYS,
        BY_DEFAULT
    }

    /** {@code attgenerated}. */
    public enum Generated {
        NO,
        STORED,
        VIRTUAL
    }
}
