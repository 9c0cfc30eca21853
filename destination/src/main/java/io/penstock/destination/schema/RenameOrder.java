package io.penstock.destination.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Brings renames of one name space into an order in which no name is taken; a circle goes through a name nobody has. Pure. */
public final class RenameOrder {
    private RenameOrder() {}

    /** @param what the renamed thing, handed through */
    public record Rename<T, N>(T what, N from, N to) {}

    /** @param free a name nobody has, for the thing */
    public static <T, N> List<Rename<T, N>> of(List<Rename<T, N>> renames, Function<Rename<T, N>, N> free) {
        List<Rename<T, N>> waiting = new ArrayList<>(renames);
        List<Rename<T, N>> ordered = new ArrayList<>();
        // Ends: every round shortens the list, or frees a name that another one waits for.
        while (!waiting.isEmpty()) {
            Rename<T, N> next = waiting.stream()
                    .filter(r ->
                            waiting.stream().noneMatch(other -> other.from().equals(r.to())))
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                Rename<T, N> first = waiting.remove(0);
                N between = free.apply(first);
                ordered.add(new Rename<>(first.what(), first.from(), between));
                waiting.add(new Rename<>(first.what(), between, first.to()));
            } else {
                waiting.remove(next);
                ordered.add(next);
            }
        }
        return ordered;
    }
}
