package io.penstock.bench.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * CPU time and memory of processes, as {@code /proc} shows them (proc(5), {@code /proc/pid/stat} and {@code status}). All methods
 * are pure reads, fit for any thread; where there is no {@code /proc} they answer "unknown".
 */
public final class ProcessTimes {
    private static final Path PROC = Path.of("/proc");
    /** {@code sysconf(_SC_CLK_TCK)}: the unit of /proc, 100 on every Linux that a user meets. */
    private static final double TICKS_PER_SECOND = 100;

    /** A scan takes about a millisecond; a server that ends processes faster than that all the time is not measured here. */
    private static final int FAMILY_TRIES = 20;

    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int REAPED_USER = 13;
    private static final int REAPED_SYSTEM = 14;

    private ProcessTimes() {}

    /** CPU seconds of one process with all its threads, without its children. */
    public static OptionalDouble own(long pid) {
        String[] fields = stat(Long.toString(pid));
        return fields.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(seconds(fields, USER, SYSTEM));
    }

    /** CPU seconds of the children that this process has waited for, and of theirs. */
    public static OptionalDouble reaped(long pid) {
        String[] fields = stat(Long.toString(pid));
        return fields.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(seconds(fields, REAPED_USER, REAPED_SYSTEM));
    }

    /** CPU seconds of a process, of all children it has now and of all it ever had. */
    public static OptionalDouble family(long pid) {
        String[] fields = stat(Long.toString(pid));
        OptionalDouble sum = OptionalDouble.empty();
        for (int tries = 0; tries < FAMILY_TRIES && fields.length > 0; tries++) {
            OptionalDouble children = children(Long.toString(pid));
            String[] after = stat(Long.toString(pid));
            if (after.length == 0 || children.isEmpty()) {
                return OptionalDouble.empty();
            }
            sum = OptionalDouble.of(seconds(after, USER, SYSTEM)
                    + seconds(fields, REAPED_USER, REAPED_SYSTEM)
                    + children.getAsDouble());
            if (seconds(after, REAPED_USER, REAPED_SYSTEM) == seconds(fields, REAPED_USER, REAPED_SYSTEM)) {
                return sum;
            }
            // A child that ended meanwhile may be in neither sum.
            fields = after;
        }
        return sum;
    }

    private static OptionalDouble children(String parent) {
        double sum = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                String[] child = stat(process.getFileName().toString());
                if (child.length > 0 && child[PARENT].equals(parent)) {
                    sum += seconds(child, USER, SYSTEM) + seconds(child, REAPED_USER, REAPED_SYSTEM);
                }
            }
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(sum);
    }

    /** The parent's pid, or 0 when unknown. */
    public static long parent(long pid) {
        String[] fields = stat(Long.toString(pid));
        return fields.length == 0 ? 0 : Long.parseLong(fields[PARENT]);
    }

    /** The process's title, as {@code ps} shows it; empty when unknown. */
    public static String title(long pid) {
        try {
            return Files.readString(PROC.resolve(Long.toString(pid)).resolve("cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    /** The largest resident set so far (VmHWM), in bytes. */
    public static OptionalDouble peakMemory(long pid) {
        try {
            for (String line :
                    Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status"))) {
                if (line.startsWith("VmHWM:")) {
                    return OptionalDouble.of(1024.0 * Long.parseLong(line.replaceAll("[^0-9]", "")));
                }
            }
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.empty();
    }

    /** The fields from the process's state on; the name before them may hold anything. Empty when there is no such process. */
    private static String[] stat(String pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid).resolve("stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }

    private static double seconds(String[] fields, int first, int second) {
        return (Long.parseLong(fields[first]) + Long.parseLong(fields[second])) / TICKS_PER_SECOND;
    }
}
