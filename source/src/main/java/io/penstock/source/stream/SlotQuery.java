package io.penstock.source.stream;

/**
 * What is read of a slot. Names need no quoting, they are made of the task's name.
 *
 * @param publications their names, separated by commas
 * @param endpoint the server, for messages
 * @param spool for transactions that are still open
 */
public record SlotQuery(String slot, String publications, String endpoint, SpoolFolder spool) {}
