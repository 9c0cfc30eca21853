package io.penstock.core.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Files of inputs, one per line, each followed by what is expected of it in lines that begin with an arrow. */
final class GoldenFile {
    private static final String ARROW = "-> ";

    private GoldenFile() {}

    static Map<String, List<String>> read(String name) {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : text(name).lines().toList()) {
            if (line.startsWith(ARROW)) {
                current.add(line.substring(ARROW.length()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                current = new ArrayList<>();
                if (expected.put(line, current) != null) {
                    throw new IllegalStateException("twice in " + name + ": " + line);
                }
            }
        }
        return expected;
    }

    static String text(String name) {
        try (InputStream file = Objects.requireNonNull(GoldenFile.class.getResourceAsStream("/script/" + name))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
