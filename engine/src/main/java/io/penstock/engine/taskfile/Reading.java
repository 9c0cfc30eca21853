package io.penstock.engine.taskfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What one reading of a file has found so far: its problems and the keys it sets. Used by one thread. */
final class Reading {
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    /** One complaint; an empty path means the file as a whole. */
    record Problem(int line, String path, String message) {
        @Override
        public String toString() {
            return "line " + line + ": " + (path.isEmpty() ? "" : path + ": ") + message;
        }
    }

    void problem(int line, String path, String message) {
        problems.add(new Problem(line, path, message));
    }

    void found(String path, int line) {
        lines.putIfAbsent(path, line);
    }

    int problemCount() {
        return problems.size();
    }

    Map<String, Integer> lines() {
        return lines;
    }

    /** Every problem, in the order of the file. */
    String message() {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(Problem::toString)
                .distinct()
                .collect(Collectors.joining("\n"));
    }
}
