/**
 * Reading whole tables: snapshots, chunks, COPY. Rows leave as the bytes the server sends.
 */
@NullMarked
package io.penstock.source.copy;

import org.jspecify.annotations.NullMarked;
