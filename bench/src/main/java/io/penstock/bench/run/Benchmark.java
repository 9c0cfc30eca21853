package io.penstock.bench.run;

import io.penstock.bench.contender.Contender;
import io.penstock.bench.contender.Contender.Fit;
import io.penstock.bench.contender.Contenders;
import io.penstock.bench.database.Server;
import io.penstock.bench.report.Result;
import io.penstock.bench.workload.Sizes;
import io.penstock.bench.workload.Workload;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Every workload wanted with every contender wanted, in turn: A B C, A B C, ... One thread. */
public final class Benchmark {
    private final Server source;
    private final Server destination;
    private final Plan plan;
    private final PrintStream log;
    private final Consumer<Result> each;

    /**
     * @param workloads ids, or the beginnings of ids; empty for all
     * @param contenders names; empty for all that are worth the time
     * @param runs of each pair
     */
    public record Plan(Sizes sizes, List<String> workloads, List<String> contenders, int runs, int jobs) {
        public boolean wants(Workload workload) {
            return workloads.isEmpty()
                    || workloads.stream()
                            .anyMatch(id ->
                                    workload.id().equals(id) || workload.id().startsWith(id + "-"));
        }

        boolean wants(Contender contender, Workload workload) {
            Fit fit = contender.fit(workload);
            return contenders.isEmpty() ? fit == Fit.ALWAYS : fit != Fit.NEVER && contenders.contains(contender.name());
        }
    }

    /** @param each takes every result as soon as it is there, so that none is lost with those that follow */
    public Benchmark(Server source, Server destination, Plan plan, PrintStream log, Consumer<Result> each) {
        this.source = source;
        this.destination = destination;
        this.plan = plan;
        this.log = log;
        this.each = each;
    }

    public void run(List<Workload> workloads) {
        Templates templates = new Templates(source, destination);
        try {
            for (Workload workload : workloads) {
                if (plan.wants(workload)) {
                    templates.keepOnly(workload);
                    run(workload, templates);
                }
            }
        } finally {
            templates.dropAll();
        }
    }

    private void run(Workload workload, Templates templates) {
        List<Contender> contenders = contenders(workload);
        if (contenders.isEmpty()) {
            return;
        }
        log.printf("%s: data%n", workload.id());
        templates.provide(workload);
        SingleRun single = new SingleRun(workload, source, destination, plan.sizes(), plan.jobs());
        for (int run = 1; run <= plan.runs(); run++) {
            for (Contender contender : contenders) {
                Result result = single.of(contender, run);
                say(result);
                each.accept(result);
            }
        }
    }

    private List<Contender> contenders(Workload workload) {
        List<Contender> present = new ArrayList<>();
        for (Contender contender : Contenders.all()) {
            if (!plan.wants(contender, workload)) {
                continue;
            }
            if (contender.missing().isPresent()) {
                log.printf(
                        "%s: %s is skipped: %s%n",
                        workload.id(), contender.name(), contender.missing().get());
            } else {
                present.add(contender);
            }
        }
        return present;
    }

    private void say(Result result) {
        String what = result.failure().isEmpty()
                ? result.figures().toString().toLowerCase(Locale.ROOT)
                : "NO FIGURE: " + result.failure();
        log.printf("%s: run %d of %s: %s%n", result.workload(), result.run(), result.contender(), what);
    }
}
