package io.penstock.bench.contender;

import io.penstock.bench.process.ChildJvm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A contender that is a Java program, in a JVM of its own. One thread. */
final class JvmEntry implements Entry {
    private final Site site;
    private final Program program;
    private @Nullable ChildJvm child;

    /**
     * @param jvmOptions beside the class path
     * @param saysDone whether it knows by itself when it is done; else the marker tells
     * @param slot the slot it reads, if any
     * @param beforeStart what has to be done when the changes are there; not part of the time
     */
    record Program(
            Class<?> main,
            List<String> jvmOptions,
            Map<String, String> arguments,
            boolean saysDone,
            boolean writes,
            Optional<String> slot,
            Runnable beforeStart) {}

    JvmEntry(Site site, Program program) {
        this.site = site;
        this.program = program;
    }

    static Map<String, String> arguments(Site site) {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("source", site.source().url(site.sourceDatabase()));
        arguments.put("destination", site.destination().url(site.destinationDatabase()));
        arguments.put("sourceJdbc", site.source().jdbcUrl(site.sourceDatabase()));
        arguments.put("destinationJdbc", site.destination().jdbcUrl(site.destinationDatabase()));
        arguments.put("jobs", Integer.toString(site.jobs()));
        return arguments;
    }

    @Override
    public void ready(long marker) {
        program.beforeStart().run();
        Map<String, String> arguments = new LinkedHashMap<>(program.arguments());
        arguments.put("marker", Long.toString(marker));
        child = ChildJvm.start(program.main(), program.jvmOptions(), arguments);
    }

    private ChildJvm child() {
        ChildJvm started = child;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Override
    public void go() {
        child().go();
    }

    @Override
    public void awaitEnd(Duration limit) {
        if (program.saysDone()) {
            child().awaitDone(limit);
        } else {
            Marker.await(site, limit, child()::requireAlive);
        }
    }

    @Override
    public double cpuSeconds() {
        return child().cpuSeconds();
    }

    @Override
    public OptionalDouble peakMemory() {
        return child().peakMemory();
    }

    @Override
    public Optional<String> slot() {
        return program.slot();
    }

    @Override
    public boolean writes() {
        return program.writes();
    }

    @Override
    public void stop() {
        child().exit();
    }

    @Override
    public void close() {
        ChildJvm started = child;
        if (started != null) {
            started.close();
        }
    }
}
