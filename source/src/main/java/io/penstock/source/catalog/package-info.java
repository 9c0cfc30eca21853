/**
 * From the source's system catalog to {@link io.penstock.core.schema.Catalog}. Comes in: a session whose search path holds nothing
 * but {@code pg_catalog}, and a selection. Goes out: definitions as plain data. Must not be known here: the destination, and what
 * the definitions are used for.
 */
@NullMarked
package io.penstock.source.catalog;

import org.jspecify.annotations.NullMarked;
