package io.penstock.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

class SizeLimitsTest {
    @Test
    void production_code_keeps_the_limits() throws IOException {
        List<Path> sources = SourceTree.ofThisBuild().mainSources();
        assertThat(sources).isNotEmpty();
        try (StandardJavaFileManager files =
                ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            assertThat(SizeLimits.violations(files.getJavaFileObjectsFromPaths(sources)))
                    .isEmpty();
        }
    }

    @Test
    void a_long_method_is_found_and_excused_by_its_comment() throws IOException {
        String body = "int i = 0;\n".repeat(60);

        assertThat(violations("class A {\n/** Doc. */\nvoid m() {\n" + body + "}\n}"))
                .singleElement()
                .asString()
                .contains(":3 m: 62 lines");
        assertThat(violations("class A {\n// Long because of a table.\n/** Doc. */\n@Deprecated\nvoid m() {\n" + body
                        + "}\n}"))
                .isEmpty();
        assertThat(violations("class A {\n// Long because of a table.\nint i;\nvoid m() {\n" + body + "}\n}"))
                .hasSize(1);
    }

    @Test
    void a_long_file_is_found_and_excused_by_a_comment_above_its_type() throws IOException {
        String rest = "class A {" + "\n".repeat(500) + "}";

        assertThat(violations(rest)).singleElement().asString().contains("501 lines");
        assertThat(violations("// Long because it is one table.\n" + rest)).isEmpty();
    }

    @Test
    void six_parameters_are_found_but_not_components_of_records() throws IOException {
        assertThat(violations("class A { void m(int a, int b, int c, int d, int e, int f) {} }"))
                .hasSize(1);
        assertThat(violations("record R(int a, int b, int c, int d, int e, int f) { R {} }"))
                .isEmpty();
    }

    @Test
    void nesting_counts_blocks_and_neither_else_if_nor_lambdas() throws IOException {
        assertThat(violations(
                        "class A { void m() { if (x) { for (;;) { while (y) { try { z(); } finally { } } } } } }"))
                .singleElement()
                .asString()
                .contains("nested 4 deep");
        assertThat(violations(
                        "class A { void m() { if (a) {} else if (b) {} else if (c) {} else if (d) {} else {} } }"))
                .isEmpty();
        assertThat(violations("class A { void m() { if (a) { for (;;) { while (b) { r(() -> { if (c) {} }); } } } } }"))
                .isEmpty();
    }

    private static List<String> violations(String source) throws IOException {
        return SizeLimits.violations(List.of(inMemory(source)));
    }

    private static JavaFileObject inMemory(String source) {
        return new SimpleJavaFileObject(URI.create("string:///A.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }
}
