package io.penstock.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The child's side of {@link ChildJvm}: its arguments and its talk with the parent. */
public final class ChildProgram {
    private final Map<String, String> arguments = new HashMap<>();
    private final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private ChildProgram(String[] arguments) {
        for (String argument : arguments) {
            int sign = argument.indexOf('=');
            this.arguments.put(argument.substring(0, sign), argument.substring(sign + 1));
        }
    }

    /** Says READY and waits for GO. */
    public static ChildProgram begin(String[] arguments) {
        ChildProgram program = new ChildProgram(arguments);
        program.say("READY");
        program.await("GO");
        return program;
    }

    public String argument(String key) {
        String value = arguments.get(key);
        if (value == null) {
            throw new IllegalArgumentException("argument " + key + " is missing");
        }
        return value;
    }

    public Optional<String> optional(String key) {
        return Optional.ofNullable(arguments.get(key));
    }

    public int number(String key) {
        return Integer.parseInt(argument(key));
    }

    public void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    public void done() {
        say("DONE");
    }

    /** Returns when the parent wants this process to end, or is gone. */
    public void awaitExit() {
        await("EXIT");
    }

    private void await(String word) {
        try {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                if (line.equals(word)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
