package io.penstock.bench;

import io.penstock.bench.database.BenchServers;
import io.penstock.bench.database.Server;
import io.penstock.bench.process.Machine;
import io.penstock.bench.report.ReportFile;
import io.penstock.bench.report.Result;
import io.penstock.bench.report.WorkloadTable;
import io.penstock.bench.run.Benchmark;
import io.penstock.bench.workload.Sizes;
import io.penstock.bench.workload.Workload;
import io.penstock.bench.workload.Workloads;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the benchmark. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        description = "Measures Penstock beside its peers and beside the limits of the machine.")
public final class Main implements Callable<Integer> {
    @Option(names = "--quick", description = "Tiny data: shows that everything works; its figures mean nothing.")
    private boolean quick;

    @Option(
            names = "--source",
            paramLabel = "URL",
            description = "postgresql://user@host:port/database; a server of its own is started by default.")
    private Optional<String> source = Optional.empty();

    @Option(names = "--destination", paramLabel = "URL", description = "Given together with --source.")
    private Optional<String> destination = Optional.empty();

    @Option(
            names = "--greenplum",
            paramLabel = "URL",
            description = "The destination of G1, which is skipped without it.")
    private Optional<String> greenplum = Optional.empty();

    @Option(
            names = "--workloads",
            paramLabel = "ID",
            split = ",",
            description = "F1, I1, I2, I3, L1, S1, G1; all by default.")
    private List<String> workloads = new ArrayList<>();

    @Option(
            names = "--contenders",
            paramLabel = "NAME",
            split = ",",
            description = "By default all that fit the workload, without the null stages.")
    private List<String> contenders = new ArrayList<>();

    @Option(names = "--runs", paramLabel = "N", description = "Runs of each pair; 3 by default, 1 with --quick.")
    private int runs;

    @Option(names = "--jobs", paramLabel = "N", description = "Tables or chunks copied at the same time; 2 by default.")
    private int jobs = 2;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes every run, and the machine, to this file.")
    private Optional<Path> json = Optional.empty();

    @Option(names = "--from", paramLabel = "FILE", description = "Measures nothing; shows a file written with --json.")
    private Optional<Path> from = Optional.empty();

    @Option(names = "--markdown", description = "Prints the block of results in PERFORMANCE.md.")
    private boolean markdown;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() {
        if (from.isPresent()) {
            show(ReportFile.facts(from.get()), ReportFile.read(from.get()));
            return 0;
        }
        if (source.isPresent() != destination.isPresent()) {
            System.err.println("bench/run: --source and --destination belong together");
            return 2;
        }
        List<Result> results = new ArrayList<>();
        Map<String, Object> facts = new LinkedHashMap<>();
        try (BenchServers servers = BenchServers.of(source, destination, jobs)) {
            facts.putAll(facts(servers));
            measure(servers, result -> {
                results.add(result);
                json.ifPresent(file -> ReportFile.write(file, facts, results));
            });
        } finally {
            show(facts, results);
        }
        return results.stream().allMatch(result -> result.failure().isEmpty()) ? 0 : 1;
    }

    private void measure(BenchServers servers, Consumer<Result> each) {
        Benchmark.Plan plan = plan();
        new Benchmark(servers.source(), servers.destination(), plan, System.err, each).run(Workloads.all(plan.sizes()));
        List<Workload> last = Workloads.greenplum(plan.sizes());
        if (greenplum.isPresent()) {
            Server warehouse = Server.at(greenplum.get());
            new Benchmark(servers.source(), warehouse, plan, System.err, each).run(last);
        } else if (last.stream().anyMatch(plan::wants)) {
            System.err.println("G1: skipped: no --greenplum URL");
        }
    }

    private Benchmark.Plan plan() {
        int times = runs > 0 ? runs : quick ? 1 : 3;
        return new Benchmark.Plan(quick ? Sizes.QUICK : Sizes.FULL, workloads, contenders, times, jobs);
    }

    private Map<String, Object> facts(BenchServers servers) {
        Map<String, Object> facts = new LinkedHashMap<>(Machine.facts());
        facts.put("source", servers.source().version());
        facts.put("destination", servers.destination().version());
        facts.put("servers", source.isPresent() ? "given" : "embedded, fsync off, shared_buffers 512MB");
        facts.put("sizes", quick ? "quick: the figures mean nothing" : "full");
        facts.put("jobs", jobs);
        return facts;
    }

    private void show(Map<String, Object> facts, List<Result> results) {
        PrintStream out = System.out;
        if (markdown) {
            out.println("<!-- results: begin (bench/run --markdown) -->");
        }
        out.println("```\n" + ReportFile.text(facts, results) + "```\n");
        out.print(WorkloadTable.all(results));
        if (markdown) {
            out.println("<!-- results: end -->");
        }
    }
}
