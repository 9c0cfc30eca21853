package io.penstock.bench.process;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A contender in a JVM of its own. It says READY when its JVM is up, waits for GO, says DONE when there is no more to do (if it ever
 * is), and ends after EXIT; other lines are its results. One thread.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(60);
    private static final int LAST_LINES = 30;
    /** What the script knows about this JVM: where its classes are kept ready, as for users. */
    private static final String SHARED = System.getProperty("penstock.bench.jvm", "-Xshare:auto");

    private final Process process;
    private final PrintWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Path errors;
    private double cpuAtGo = Double.NaN;

    private ChildJvm(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.input = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
        Thread reader = new Thread(this::read, "bench-child-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts the JVM and waits until it is ready.
     *
     * @param main what to run there
     * @param arguments handed over as {@code key=value}
     */
    public static ChildJvm start(Class<?> main, List<String> jvmOptions, Map<String, String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(SHARED);
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        arguments.forEach((key, value) -> command.add(key + "=" + value));
        try {
            Path errors = Files.createTempFile("penstock-bench-", ".log");
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            return new ChildJvm(process, errors).whenReady();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ChildJvm whenReady() {
        try {
            await("READY", START_LIMIT);
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("output lost: " + e.getMessage());
        }
    }

    public void go() {
        cpuAtGo = ProcessTimes.own(process.pid()).orElse(Double.NaN);
        input.println("GO");
    }

    public void awaitDone(Duration limit) {
        await("DONE", limit);
    }

    /** The next line of the child's own results. */
    public String line(Duration limit) {
        return await(null, limit);
    }

    private String await(@Nullable String wanted, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                String line = lines.poll(20, TimeUnit.MILLISECONDS);
                if (line != null && (wanted == null || line.equals(wanted))) {
                    return line;
                }
                if (line == null && lines.isEmpty()) {
                    requireAlive();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted", e);
        }
        throw failed("did not say " + (wanted == null ? "anything" : wanted) + " within " + limit);
    }

    /** Whatever it said before it died: only an orderly {@link #exit} is an end. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw failed("ended with status " + process.exitValue());
        }
    }

    /** CPU seconds since {@link #go}. */
    public double cpuSeconds() {
        return ProcessTimes.own(process.pid()).orElse(Double.NaN) - cpuAtGo;
    }

    public OptionalDouble peakMemory() {
        return ProcessTimes.peakMemory(process.pid());
    }

    /** Lets the child end in its own way. */
    public void exit() {
        input.println("EXIT");
        try {
            if (!process.waitFor(EXIT_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw failed("did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw failed("ended with status " + process.exitValue());
        }
    }

    private PenstockException failed(String what) {
        return new PenstockException(ErrorKind.INTERNAL, message(what));
    }

    private PenstockException failed(String what, Throwable cause) {
        return new PenstockException(ErrorKind.INTERNAL, message(what), cause);
    }

    private String message(String what) {
        return "The child process " + what + ". Its last words:\n" + lastWords();
    }

    private String lastWords() {
        try {
            List<String> all = Files.readAllLines(errors);
            return String.join("\n", all.subList(Math.max(0, all.size() - LAST_LINES), all.size()));
        } catch (IOException e) {
            return "unknown: " + e;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(EXIT_LIMIT.toSeconds(), TimeUnit.SECONDS);
            Files.deleteIfExists(errors);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
