package io.penstock.engine.taskfile;

import io.penstock.core.name.EditDistance;
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
                .filter(word -> EditDistance.between(wanted, plain(word)) <= tolerance)
                .min(Comparator.comparingInt(word -> EditDistance.between(wanted, plain(word))));
    }

    /** max_batch_rows, max-batch-rows and MaxBatchRows all mean maxBatchRows. */
    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[_\\- ]", "");
    }
}
