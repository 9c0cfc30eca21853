package io.penstock.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** A whole benchmark as a JSON file: the machine, every run, and per contender median, least and most. */
public final class ReportFile {
    private ReportFile() {}

    /** @param facts of machine, servers and settings */
    public static void write(Path file, Map<String, Object> facts, List<Result> results) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("facts", facts);
        report.put("runs", results.stream().map(ReportFile::run).toList());
        report.put("summary", summaries(results));
        try {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> run(Result result) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("workload", result.workload());
        run.put("title", result.title());
        run.put("contender", result.contender());
        run.put("run", result.run());
        run.put("loadBefore", Double.isNaN(result.loadBefore()) ? null : result.loadBefore());
        run.put("units", result.units());
        run.put("failure", result.failure());
        Map<String, Double> figures = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            if (result.figures().containsKey(figure)) {
                figures.put(key(figure), result.figure(figure));
            }
        }
        run.put("figures", figures);
        return run;
    }

    private static List<Map<String, Object>> summaries(List<Result> results) {
        Map<List<String>, List<Result>> groups = new LinkedHashMap<>();
        results.forEach(result -> groups.computeIfAbsent(
                        List.of(result.workload(), result.contender()), pair -> new ArrayList<>())
                .add(result));
        List<Map<String, Object>> all = new ArrayList<>();
        groups.forEach((pair, runs) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("workload", pair.get(0));
            one.put("contender", pair.get(1));
            for (Figure figure : Figure.values()) {
                Spread spread = new Result.Summary(pair.get(1), runs).spread(figure);
                if (!Double.isNaN(spread.median())) {
                    one.put(key(figure), spread);
                }
            }
            all.add(one);
        });
        return all;
    }

    private static String key(Figure figure) {
        return figure.name().toLowerCase(Locale.ROOT);
    }

    /** The machine's facts of a file written before. */
    public static Map<String, Object> facts(Path file) {
        Map<String, Object> facts = new LinkedHashMap<>();
        tree(file)
                .get("facts")
                .properties()
                .forEach(entry -> facts.put(entry.getKey(), entry.getValue().asText()));
        return facts;
    }

    /** The runs of a file written before. */
    public static List<Result> read(Path file) {
        List<Result> results = new ArrayList<>();
        for (JsonNode run : tree(file).get("runs")) {
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            run.get("figures")
                    .properties()
                    .forEach(entry -> figures.put(
                            Figure.valueOf(entry.getKey().toUpperCase(Locale.ROOT)),
                            entry.getValue().asDouble()));
            results.add(new Result(
                    run.get("workload").asText(),
                    run.get("title").asText(),
                    run.get("contender").asText(),
                    run.get("run").asInt(),
                    run.get("loadBefore").asDouble(Double.NaN),
                    run.get("units").asLong(),
                    run.get("failure").asText(),
                    figures));
        }
        return results;
    }

    private static JsonNode tree(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The facts as one line per fact. */
    public static String text(Map<String, Object> facts, List<Result> results) {
        StringBuilder text = new StringBuilder();
        facts.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        TreeSet<Double> loads = new TreeSet<>();
        results.stream().map(Result::loadBefore).filter(load -> !load.isNaN()).forEach(loads::add);
        if (!loads.isEmpty()) {
            text.append("load average before the runs: ")
                    .append(WorkloadTable.number(loads.first(), 2))
                    .append(" to ")
                    .append(WorkloadTable.number(loads.last(), 2))
                    .append('\n');
        }
        return text.toString();
    }
}
