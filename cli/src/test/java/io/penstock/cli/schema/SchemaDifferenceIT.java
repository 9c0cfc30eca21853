package io.penstock.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.PlainCast;
import io.penstock.testkit.Servers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Servers.class)
class SchemaDifferenceIT {
    private static final boolean LONG = Boolean.getBoolean("penstock.long");
    private static final int ROUNDS = LONG ? 12 : 3;
    private static final int STEPS = 25;
    private static final String START = RichSchema.read("/schema/changes-start.sql");

    /** @param since the version that both ends need */
    private record Case(int since, String line) {
        static Case of(String line) {
            int bar = line.indexOf('|');
            boolean versioned = bar > 0 && bar < 3;
            return versioned
                    ? new Case(Integer.parseInt(line.substring(0, bar)), line.substring(bar + 1))
                    : new Case(line.contains("add value") ? 12 : 11, line);
        }
    }

    @ParameterizedTest
    @CsvSource({"11,12", "18,18"})
    void every_change_gives_the_destination_the_definitions_and_rows_of_the_source(
            int source, int destination, Servers servers) throws SQLException {
        everyChange(source, destination, servers);
    }

    @EnabledIfSystemProperty(named = "penstock.long", matches = "true")
    @ParameterizedTest
    @CsvSource({"12,18", "15,15"})
    void every_change_does_so_between_more_versions(int source, int destination, Servers servers) throws SQLException {
        everyChange(source, destination, servers);
    }

    private static void everyChange(int source, int destination, Servers servers) throws SQLException {
        List<String> failures = new ArrayList<>();
        try (ChangeBed bed =
                new ChangeBed(servers.version(source), servers.version(destination), START, FollowedDdl.EVERYTHING)) {
            for (Case one : cases()) {
                if (one.since() <= Math.min(source, destination)) {
                    run(bed, one.line(), failures);
                    bed.reset();
                }
            }
        }
        assertThat(failures).as(failures.size() + " failures").isEmpty();
    }

    /**
     * Steps of all cases in any order, some at once, as when a table is read again after a while. The same order every time, unless the
     * long form is asked for.
     */
    @ParameterizedTest
    @CsvSource({"12,15", "15,15", "18,18"})
    void changes_in_any_order_are_carried_over(int source, int destination, Servers servers) throws SQLException {
        long seed = Long.getLong("penstock.seed", LONG ? System.nanoTime() : 1);
        System.out.println("seed of the changes: " + seed);
        Random random = new Random(seed);
        List<String> steps = cases().stream()
                .filter(one -> one.since() <= Math.min(source, destination))
                .flatMap(one -> Stream.of(one.line().split(" => ")))
                // What belongs to an invalid index of the parent belongs to nothing at the destination.
                .filter(step -> !step.contains("on only"))
                .toList();
        try (ChangeBed bed =
                new ChangeBed(servers.version(source), servers.version(destination), START, FollowedDdl.EVERYTHING)) {
            for (int round = 0; round < ROUNDS; round++) {
                randomWalk(bed, steps, random, seed);
                bed.reset();
            }
        }
    }

    private static void randomWalk(ChangeBed bed, List<String> steps, Random random, long seed) throws SQLException {
        List<String> done = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            int atOnce = random.nextInt(4) == 0 ? 2 + random.nextInt(3) : 1;
            String last = "";
            for (int k = 0; k < atOnce; k++) {
                String step = steps.get(random.nextInt(steps.size()));
                if (bed.tryChange(step)) {
                    done.add(step);
                    last = step;
                }
            }
            done.add("=>");
            String context = "seed " + seed + "\n" + String.join("\n", done);
            try {
                bed.carry(atOnce == 1 && PlainCast.in(last));
            } catch (SQLException e) {
                throw new AssertionError(context + "\n" + e.getMessage(), e);
            }
            List<String> missing = new ArrayList<>(bed.expected());
            List<String> actual = bed.actual();
            List<String> extra = new ArrayList<>(actual);
            extra.removeAll(missing);
            missing.removeAll(actual);
            missing.addAll(extra);
            assertThat(missing)
                    .as(context + "\n" + bed.script() + "\nmissing, extra")
                    .isEmpty();
        }
    }

    private static List<Case> cases() {
        return RichSchema.read("/schema/changes.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Case::of)
                .toList();
    }

    private static void run(ChangeBed bed, String line, List<String> failures) {
        StringBuilder scripts = new StringBuilder();
        try {
            for (String step : line.split(" => ")) {
                bed.change(step);
                scripts.append(bed.script()).append("    ==>\n");
            }
            List<String> missing = new ArrayList<>(bed.expected());
            List<String> actual = bed.actual();
            List<String> extra = new ArrayList<>(actual);
            extra.removeAll(missing);
            missing.removeAll(actual);
            if (!missing.isEmpty() || !extra.isEmpty()) {
                failures.add("\n" + line + "\n  missing: " + String.join("\n           ", missing) + "\n  extra:   "
                        + String.join("\n           ", extra) + "\n" + scripts);
            }
        } catch (SQLException | RuntimeException e) {
            failures.add("\n" + line + "\n  " + e);
        }
    }
}
