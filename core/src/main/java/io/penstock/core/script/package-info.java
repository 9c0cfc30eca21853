/**
 * The script language of the reference product, translated to SQL. In comes one expression such as {@code e_if(op_gt(`id`, 3),
 * e_drop())} and the columns of a table; out go SQL expressions per column and a condition of rows to keep, in functions that every server
 * of the PostgreSQL family has. Nothing here knows task files, mappings or connections; nothing is evaluated in Java but what the table's
 * name decides.
 */
@NullMarked
package io.penstock.core.script;

import org.jspecify.annotations.NullMarked;
