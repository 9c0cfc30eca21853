/**
 * Names of database objects. In comes text as people write it in PostgreSQL ({@code public."Order Items"}), out go
 * exact names and, back again, text quoted only where PostgreSQL needs it. Nothing here knows SQL statements, catalogs
 * or connections.
 */
@NullMarked
package io.penstock.core.name;

import org.jspecify.annotations.NullMarked;
