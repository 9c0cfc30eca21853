package io.penstock.cli.verb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.engine.taskfile.TaskFileSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the JSON Schema of the task file. */
@Command(name = "schema", description = "Print the JSON Schema of the task file.")
final class SchemaVerb implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Flags flags = new Flags();

    SchemaVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        String schema = TaskFileSchema.json();
        shell.out().println(flags.json ? onOneLine(schema) : schema);
        return ExitCode.DONE;
    }

    private static String onOneLine(String json) {
        try {
            return new ObjectMapper().readTree(json).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema that was just written is readable", e);
        }
    }
}
