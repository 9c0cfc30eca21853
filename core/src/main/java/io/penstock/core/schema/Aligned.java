package io.penstock.core.schema;

import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.snapshot.TableSnapshot;

/**
 * An object whose definition at the destination was read from the source's catalog, so that it may be ahead of the stream: events of
 * transactions that the moment contains are nothing to it. A table that is in no model was gone at that moment.
 *
 * @param oid at the source
 */
public record Aligned(ObjectKind kind, int oid, TableSnapshot moment) {}
