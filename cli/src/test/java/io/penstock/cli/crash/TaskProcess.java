package io.penstock.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.cli.Main;
import io.penstock.cli.sync.SyncBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code penstock run} of a bed's task as a process of its own. One thread. */
final class TaskProcess implements AutoCloseable {
    private static final int STOP_SECONDS = 60;

    private final Process process;
    private final Path log;

    private TaskProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * @param jvm options of the child, such as {@code -Xmx512m}
     * @param arguments after the task file
     */
    static TaskProcess start(SyncBed bed, Path directory, List<String> jvm, String... arguments) throws IOException {
        Path file = directory.resolve(bed.spec().name() + ".yaml");
        Files.writeString(file, """
                name: %s
                source: {url: "%s"}
                destination: {url: "%s"}
                full: {jobs: 3, chunkMb: 1}
                """.formatted(
                        bed.spec().name(),
                        bed.spec().source().url(),
                        bed.spec().destination().url()));
        Path log = directory.resolve(bed.spec().name() + ".log");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(jvm);
        command.addAll(List.of(Main.class.getName(), "run", file.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new TaskProcess(process, log);
    }

    void assertAlive() throws IOException {
        assertThat(process.isAlive())
                .as(() -> "the process goes on; its log:\n" + log())
                .isTrue();
    }

    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; the process must end in time and well. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS))
                .as("ended within %s s of SIGTERM", STOP_SECONDS)
                .isTrue();
        assertThat(process.exitValue()).as(this::log).isIn(0, 130, 143);
    }

    /** Waits for the end by itself; returns the exit code. */
    int await(long seconds) throws InterruptedException {
        assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                .as(() -> "ended within " + seconds + " s; its log:\n" + log())
                .isTrue();
        return process.exitValue();
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** Largest resident size so far in MB, 0 where the system does not tell. */
    long peakMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException notLinuxOrGone) {
            return 0;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
