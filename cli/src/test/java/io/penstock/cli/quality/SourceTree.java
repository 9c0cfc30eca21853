package io.penstock.cli.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The checkout these tests run in. */
record SourceTree(Path root) {
    /** The build names the root; an IDE does not, and starts in the root or in a module. */
    static SourceTree ofThisBuild() {
        String given = System.getProperty("penstock.root");
        Path at = given != null ? Path.of(given) : Path.of("").toAbsolutePath();
        return new SourceTree(Files.exists(at.resolve("cli/pom.xml")) ? at : at.getParent());
    }

    List<Path> mainSources() {
        return javaFiles("src/main/java");
    }

    List<Path> allSources() {
        List<Path> all = new ArrayList<>(mainSources());
        all.addAll(javaFiles("src/test/java"));
        return all;
    }

    private List<Path> javaFiles(String folder) {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path sources : modules.map(module -> module.resolve(folder))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .forEach(found::add);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
