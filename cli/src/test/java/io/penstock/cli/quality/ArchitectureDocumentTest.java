package io.penstock.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchitectureDocumentTest {
    /** Upper camel case with a small letter in it, in backticks, maybe followed by a member: `BatchWriter`, `Lsn.parse`. */
    private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:[.#(][^`]*)?`");

    @Test
    void every_class_it_names_exists() throws IOException {
        SourceTree tree = SourceTree.ofThisBuild();
        Path document = tree.root().resolve("ARCHITECTURE.md");
        assumeTrue(Files.exists(document), "ARCHITECTURE.md is not written yet");

        Set<String> named = namedIn(Files.readString(document));
        Set<String> existing = tree.allSources().stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());

        assertThat(named).isNotEmpty().isSubsetOf(existing);
    }

    @Test
    void classes_are_recognised_in_backticks_only() {
        assertThat(
                        namedIn(
                                "`BatchWriter` writes, `Lsn.parse(text)` reads; not `COPY`, `a_table`, `io.penstock.X` or Tuple"))
                .containsExactly("BatchWriter", "Lsn");
    }

    private static Set<String> namedIn(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = CLASS.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
