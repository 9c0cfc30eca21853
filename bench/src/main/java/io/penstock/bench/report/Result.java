package io.penstock.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of one contender. A figure that could not be measured is missing; a run that failed or did not leave equal rows has no
 * figures at all.
 *
 * @param failure empty when the run counts
 * @param figures by {@link Figure}, in its unit
 */
public record Result(
        String workload,
        String title,
        String contender,
        int run,
        double loadBefore,
        long units,
        String failure,
        Map<Figure, Double> figures) {
    public Result {
        figures = Map.copyOf(figures);
    }

    public double figure(Figure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }

    /** Leaves out what was not measured. */
    public static Map<Figure, Double> measured(Map<Figure, Double> figures) {
        Map<Figure, Double> known = new LinkedHashMap<>(figures);
        known.values().removeIf(value -> value.isNaN());
        return known;
    }

    /** The figures of one contender, over all its runs that count. */
    public record Summary(String contender, List<Result> runs) {
        public Spread spread(Figure figure) {
            return Spread.of(runs.stream()
                    .filter(run -> run.failure().isEmpty())
                    .mapToDouble(run -> run.figure(figure))
                    .filter(value -> !Double.isNaN(value))
                    .sorted()
                    .toArray());
        }

        public List<String> failures() {
            return runs.stream()
                    .map(Result::failure)
                    .filter(text -> !text.isEmpty())
                    .distinct()
                    .toList();
        }
    }
}
