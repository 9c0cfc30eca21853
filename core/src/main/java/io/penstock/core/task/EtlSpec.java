package io.penstock.core.task;

/** A script in the reference product's language. */
public record EtlSpec(String script) {}
