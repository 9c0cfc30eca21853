package io.penstock.destination.dialect;

import io.penstock.core.task.Distribution;
import java.util.Optional;

/**
 * Where the rows of a table lie, and in what form.
 *
 * @param distribution empty where rows are not distributed
 */
public record TableLayout(Optional<Distribution> distribution, Storage storage) {
    public static final TableLayout DEFAULT = new TableLayout(Optional.empty(), Storage.DEFAULT);
}
