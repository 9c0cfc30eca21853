package io.penstock.bench.report;

import io.penstock.bench.report.Result.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results of one workload as a table: one line per contender, medians, and how its time compares. */
public final class WorkloadTable {
    private static final String OWN = "penstock";
    private static final String LIMIT = "limit-";

    private WorkloadTable() {}

    /** One table per workload, in the order of the results. */
    public static String all(List<Result> results) {
        Map<String, List<Result>> byWorkload = new LinkedHashMap<>();
        results.forEach(result -> byWorkload
                .computeIfAbsent(result.workload(), id -> new ArrayList<>())
                .add(result));
        StringBuilder text = new StringBuilder();
        byWorkload.values().forEach(runs -> text.append(one(runs)).append('\n'));
        return text.toString();
    }

    private static String one(List<Result> results) {
        Map<String, List<Result>> byContender = new LinkedHashMap<>();
        results.forEach(result -> byContender
                .computeIfAbsent(result.contender(), name -> new ArrayList<>())
                .add(result));
        List<Summary> summaries = byContender.entrySet().stream()
                .map(entry -> new Summary(entry.getKey(), entry.getValue()))
                .toList();
        List<Figure> figures = List.of(Figure.values()).stream()
                .filter(figure -> summaries.stream()
                        .anyMatch(s -> !Double.isNaN(s.spread(figure).median())))
                .toList();
        Result first = results.get(0);
        StringBuilder text = new StringBuilder()
                .append("**")
                .append(first.workload())
                .append("** ")
                .append(first.title())
                .append(" (")
                .append(first.units())
                .append(")\n\n");
        text.append(table(summaries, figures));
        for (Summary summary : summaries) {
            summary.failures().forEach(failure -> text.append("\nNO FIGURE for ")
                    .append(summary.contender())
                    .append(": ")
                    .append(failure.lines().findFirst().orElse(""))
                    .append('\n'));
        }
        return text.toString();
    }

    private static TextTable table(List<Summary> summaries, List<Figure> figures) {
        double own = wallOf(summaries, OWN);
        double limit = summaries.stream()
                .filter(s -> s.contender().startsWith(LIMIT))
                .mapToDouble(s -> s.spread(Figure.WALL).median())
                .filter(wall -> !Double.isNaN(wall))
                .min()
                .orElse(Double.NaN);
        boolean timed = figures.contains(Figure.WALL);
        TextTable table = new TextTable();
        List<String> head = new ArrayList<>(List.of("contender", "runs"));
        figures.forEach(figure -> head.add(figure.label()));
        if (timed) {
            head.addAll(List.of("time / Penstock's", "time / limit's"));
        }
        table.row(head);
        for (Summary summary : summaries) {
            List<String> row = new ArrayList<>();
            row.add(summary.contender());
            row.add(Long.toString(summary.runs().stream()
                    .filter(run -> run.failure().isEmpty())
                    .count()));
            figures.forEach(figure -> row.add(cell(summary.spread(figure), figure)));
            if (timed) {
                double wall = summary.spread(Figure.WALL).median();
                row.add(number(wall / own, 2));
                row.add(number(wall / limit, 2));
            }
            table.row(row);
        }
        return table;
    }

    private static double wallOf(List<Summary> summaries, String contender) {
        return summaries.stream()
                .filter(s -> s.contender().equals(contender))
                .mapToDouble(s -> s.spread(Figure.WALL).median())
                .findFirst()
                .orElse(Double.NaN);
    }

    /** The median, and the smallest and largest where runs differ. */
    private static String cell(Spread spread, Figure figure) {
        String median = number(spread.median(), figure.decimals());
        String least = number(spread.least(), figure.decimals());
        String most = number(spread.most(), figure.decimals());
        return least.equals(most) ? median : median + " (" + least + "-" + most + ")";
    }

    static String number(double value, int decimals) {
        return Double.isNaN(value) || Double.isInfinite(value)
                ? "-"
                : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
