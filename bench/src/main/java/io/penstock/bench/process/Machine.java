package io.penstock.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the figures come from; without it they mean nothing. */
public final class Machine {
    private Machine() {}

    public static Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("memoryMb", memoryMb());
        facts.put("processor", processor());
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        return facts;
    }

    /** Processes that wanted a core, averaged over the last minute; NaN where the system does not tell. */
    public static double load() {
        double load = java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                .getSystemLoadAverage();
        return load < 0 ? Double.NaN : load;
    }

    private static long memoryMb() {
        String total = valueOf(Path.of("/proc/meminfo"), "MemTotal:").replaceAll("[^0-9]", "");
        return total.isEmpty() ? 0 : Long.parseLong(total) / 1024;
    }

    private static String processor() {
        return valueOf(Path.of("/proc/cpuinfo"), "model name").replaceFirst("^[\\s:]*", "");
    }

    private static String valueOf(Path file, String key) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(key))
                    .findFirst()
                    .map(line -> line.substring(key.length()))
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
