/**
 * Definitions of tables, types and sequences as read from the source's catalog. Plain data; SQL text appears only where
 * PostgreSQL itself delivers it as text (expressions, constraint bodies).
 */
@NullMarked
package io.penstock.core.schema;

import org.jspecify.annotations.NullMarked;
