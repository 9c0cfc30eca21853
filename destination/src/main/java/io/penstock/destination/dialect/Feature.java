package io.penstock.destination.dialect;

/** What some destinations cannot do; {@link Dialect#can} tells. */
public enum Feature {
    /** {@code GENERATED ... AS IDENTITY}. */
    IDENTITY_COLUMNS,
    /** {@code CREATE SEQUENCE ... AS type}. */
    SEQUENCE_TYPES,
    /** {@code PARTITION BY} without a list of partitions, and {@code PARTITION OF}. */
    DECLARATIVE_PARTITIONS,
    EXCLUSION_CONSTRAINTS,
    /** Foreign keys are more than a remark. */
    ENFORCED_FOREIGN_KEYS,
    /** {@code INCLUDE}. */
    INCLUDED_COLUMNS,
    /** Columns computed from others of the row, stored with it. */
    GENERATED_COLUMNS,
    /** The same, computed when read. */
    VIRTUAL_COLUMNS,
    /** {@code ALTER COLUMN DROP EXPRESSION}. */
    DROP_EXPRESSION,
    /** {@code ALTER COLUMN SET EXPRESSION}. */
    SET_EXPRESSION,
    MULTIRANGES,
    NULLS_NOT_DISTINCT,
    /** {@code ON DELETE SET NULL (column)}. */
    REFERENTIAL_ACTION_COLUMNS,
    /** {@code WITHOUT OVERLAPS} and {@code PERIOD}. */
    TEMPORAL_CONSTRAINTS,
    /** {@code NOT ENFORCED}. */
    UNENFORCED_CONSTRAINTS,
    EXCLUSION_ON_PARTITIONED_TABLES,
    /** {@code NOT VALID} foreign keys of partitioned tables. */
    UNVALIDATED_KEYS_ON_PARTITIONED_TABLES,
    /** {@code NOT NULL NO INHERIT}. */
    NOT_NULL_OF_PARENTS_ALONE,
    /** {@code SET DISTRIBUTED BY} keeps values that are stored outside of their row. */
    REDISTRIBUTION_OF_LARGE_VALUES,
    /** Partitions share the identity columns of their parent and may have none of their own. */
    PARTITIONS_SHARE_IDENTITY
}
