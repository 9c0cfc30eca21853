package io.penstock.core.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is typed, the answer is SQL or a list of problems. */
class ScriptRobustnessTest {
    private static final int ROUNDS = 10_000;

    @Test
    void broken_scripts_give_problems_and_nothing_else() {
        long seed = new Random().nextLong();
        System.out.println("seed of ScriptRobustnessTest: " + seed);
        Random random = new Random(seed);
        List<String> scripts = new ArrayList<>(GoldenFile.read("steps.txt").keySet());
        GoldenFile.read("values.txt").keySet().forEach(value -> scripts.add("e_set(`x`, " + value + ")"));
        scripts.addAll(GoldenFile.read("problems.txt").keySet());
        int translated = 0;
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String script = changed(scripts.get(random.nextInt(scripts.size())), scripts, random);
            try {
                ScriptTables.rule(script);
                translated++;
            } catch (ScriptException e) {
                assertThat(e.problems()).as(script).isNotEmpty().allSatisfy(problem -> {
                    assertThat(problem.line()).isPositive();
                    assertThat(problem.column()).isBetween(1, script.length() + 1);
                });
                refused++;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ": " + script, e);
            }
        }
        assertThat(translated).isGreaterThan(ROUNDS / 20);
        assertThat(refused).isGreaterThan(ROUNDS / 4);
    }

    /** A piece is taken out, doubled, or replaced by one of another script. */
    private static String changed(String script, List<String> scripts, Random random) {
        int from = random.nextInt(script.length());
        int to = from + random.nextInt(Math.min(6, script.length() - from) + 1);
        String other = scripts.get(random.nextInt(scripts.size()));
        int start = random.nextInt(other.length());
        String piece = other.substring(start, start + random.nextInt(Math.min(8, other.length() - start) + 1));
        return switch (random.nextInt(4)) {
            case 0 -> script.substring(0, from) + script.substring(to);
            case 1 -> script.substring(0, to) + script.substring(from);
            case 2 -> script.substring(0, from) + piece + script.substring(to);
            default -> script.substring(0, from) + piece + script.substring(from);
        };
    }
}
