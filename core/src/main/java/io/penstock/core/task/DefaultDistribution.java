package io.penstock.core.task;

/** How an MPP destination spreads the rows of tables of which the task file does not say it. */
public enum DefaultDistribution implements Word {
    /** By the whole key. */
    KEY,
    /** As {@link Distribution.Selective}. */
    SELECTIVE
}
