package io.penstock.engine.taskfile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word a person probably meant. */
final class Suggestions {
    private Suggestions() {}

    /** The nearest word, if it is near enough: at most a third of the letters differ. */
    static Optional<String> closest(String typed, Collection<String> words) {
        String wanted = plain(typed);
        int tolerance = Math.max(1, wanted.length() / 3);
        return words.stream()
                .filter(word -> distance(wanted, plain(word)) <= tolerance)
                .min(Comparator.comparingInt(word -> distance(wanted, plain(word))));
    }

    /** max_batch_rows, max-batch-rows and MaxBatchRows all mean maxBatchRows. */
    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[_\\- ]", "");
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
