package io.penstock.destination.dialect;

import io.penstock.core.task.Distribution;
import java.util.Optional;

/**
 * Where the rows of a table lie, and in what form.
 *
 * @param distribution empty where rows are not distributed
 * @param storage as the task file calls it; empty leaves it to the server's default
 */
public record TableLayout(Optional<Distribution> distribution, Optional<String> storage) {
    public static final TableLayout DEFAULT = new TableLayout(Optional.empty(), Optional.empty());
}
