package io.penstock.bench.contender;

import io.penstock.bench.process.ProcessTimes;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One {@code pgcopydb clone}. One thread. */
final class PgcopydbEntry implements Entry {
    private final Site site;
    private final Path folder;
    private @Nullable Process process;
    private double reapedBefore;

    PgcopydbEntry(Site site) {
        this.site = site;
        try {
            this.folder = Files.createTempDirectory("penstock-bench-pgcopydb-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void ready(long marker) {
        // A C program starts in no time.
    }

    @Override
    public void go() {
        String jobs = Integer.toString(site.jobs());
        reapedBefore = reaped();
        try {
            process = new ProcessBuilder(List.of(
                            PgcopydbContender.PROGRAM,
                            "clone",
                            "--source",
                            site.source().url(site.sourceDatabase()),
                            "--target",
                            site.destination().url(site.destinationDatabase()),
                            "--table-jobs",
                            jobs,
                            "--index-jobs",
                            jobs,
                            "--no-owner",
                            "--no-acl",
                            "--skip-extensions",
                            // Nobody else vacuums and analyses within the time.
                            "--skip-vacuum",
                            "--dir",
                            folder.resolve("work").toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void awaitEnd(Duration limit) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        try {
            boolean ended = running.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            if (!ended || running.exitValue() != 0) {
                String log = Files.readString(folder.resolve("log"));
                throw new PenstockException(
                        ErrorKind.INTERNAL,
                        "pgcopydb did not end well: " + log.substring(Math.max(0, log.length() - 2000)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(ErrorKind.INTERRUPTED, "Interrupted while pgcopydb ran.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is our child and has been waited for, so all of its processes are in our own account. */
    @Override
    public double cpuSeconds() {
        return reaped() - reapedBefore;
    }

    private static double reaped() {
        return ProcessTimes.reaped(ProcessHandle.current().pid()).orElse(Double.NaN);
    }

    @Override
    public OptionalDouble peakMemory() {
        return OptionalDouble.empty();
    }

    @Override
    public Optional<String> slot() {
        return Optional.empty();
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public void stop() {
        // It has ended by itself.
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
