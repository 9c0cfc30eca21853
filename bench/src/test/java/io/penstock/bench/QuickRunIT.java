package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.bench.database.BenchServers;
import io.penstock.bench.report.Figure;
import io.penstock.bench.report.ReportFile;
import io.penstock.bench.report.Result;
import io.penstock.bench.run.Benchmark;
import io.penstock.bench.workload.Sizes;
import io.penstock.bench.workload.Workloads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** On tiny data, only to see that everything works and that the rows are equal afterwards; no figure is looked at. */
class QuickRunIT {
    private static final int JOBS = 2;

    @Test
    void every_contender_leaves_equal_rows() {
        List<Result> results = run(List.of("F1", "I1"), List.of());

        assertThat(results).allSatisfy(result -> assertThat(result.failure()).isEmpty());
        assertThat(results)
                .extracting(Result::contender)
                .contains("penstock", "native", "debezium", "limit-raw-copy", "limit-slot-late", "limit-slot-at-once");
        assertThat(results).allSatisfy(result -> assertThat(result.figures()).containsKey(Figure.WALL));
    }

    @Test
    void the_command_line_measures_and_reports(@TempDir Path folder) {
        Path report = folder.resolve("report.json");
        String ids = "I2,I3,S1-size-1,S1-tables-5";

        int exit = new CommandLine(new Main()).execute("--quick", "--workloads", ids, "--json", report.toString());

        assertThat(exit).isZero();
        assertThat(ReportFile.read(report))
                .allSatisfy(result -> assertThat(result.failure()).isEmpty())
                .extracting(result -> result.workload() + " " + result.contender())
                .contains(
                        "I2 penstock",
                        "I2 native",
                        "I2 debezium",
                        "I3 penstock",
                        "I3 native",
                        "S1-size-1 penstock",
                        "S1-tables-5 penstock");
    }

    @Test
    void latency_and_the_null_stages_work() {
        List<Result> latency = run(List.of("L1"), List.of("penstock"));
        List<Result> stages = run(List.of("I2"), List.of("penstock-null-source", "penstock-null-destination"));

        assertThat(latency).singleElement().satisfies(result -> assertThat(result.figures())
                .containsKeys(Figure.P50, Figure.P99));
        assertThat(stages).hasSize(2).allSatisfy(result -> assertThat(result.failure())
                .isEmpty());
    }

    private static List<Result> run(List<String> workloads, List<String> contenders) {
        try (BenchServers servers = BenchServers.of(Optional.empty(), Optional.empty(), JOBS)) {
            Benchmark.Plan plan = new Benchmark.Plan(Sizes.QUICK, workloads, contenders, 1, JOBS);
            List<Result> results = new ArrayList<>();
            new Benchmark(servers.source(), servers.destination(), plan, System.err, results::add)
                    .run(Workloads.all(Sizes.QUICK));
            return results;
        }
    }
}
