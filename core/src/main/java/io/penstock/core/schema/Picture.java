package io.penstock.core.schema;

import io.penstock.core.snapshot.TableSnapshot;

/**
 * Definitions as one snapshot of the source showed them.
 *
 * @param moment tells which transactions of the stream have changed them already
 */
public record Picture(Catalog catalog, TableSnapshot moment) {}
