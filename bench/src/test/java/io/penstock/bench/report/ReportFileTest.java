package io.penstock.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {
    @Test
    void results_survive_the_file(@TempDir Path folder) {
        List<Result> results = List.of(
                new Result("I1", "drain", "penstock", 1, 0.5, 100, "", Map.of(Figure.WALL, 2.0, Figure.RATE, 50.0)),
                new Result("I1", "drain", "native", 1, Double.NaN, 100, "The rows are not equal", Map.of()));
        Path file = folder.resolve("report.json");

        ReportFile.write(file, Map.of("cores", 2), results);

        assertThat(ReportFile.read(file)).isEqualTo(results);
        assertThat(ReportFile.facts(file)).containsEntry("cores", "2");
    }

    @Test
    void the_table_shows_median_spread_and_ratios() {
        String table = WorkloadTable.all(
                List.of(run("penstock", 2), run("penstock", 4), run("penstock", 3), run("native", 6)));

        assertThat(table).contains("3.00 (2.00-4.00)").contains(" 6.00 |").contains(" 2.00 |");
    }

    @Test
    void a_run_that_failed_has_no_figure_and_says_why() {
        Result failed = new Result("I1", "drain", "native", 1, 1, 100, "The rows are not equal", Map.of());

        assertThat(WorkloadTable.all(List.of(run("penstock", 2), failed)))
                .contains("NO FIGURE for native: The rows are not equal");
    }

    private static Result run(String contender, double wall) {
        return new Result("I1", "drain", contender, 1, 1, 100, "", Map.of(Figure.WALL, wall));
    }
}
