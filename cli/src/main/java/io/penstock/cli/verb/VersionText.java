package io.penstock.cli.verb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.postgresql.util.DriverInfo;
import picocli.CommandLine.IVersionProvider;

/** What runs here. */
final class VersionText implements IVersionProvider {
    /** Name and version of each part, Penstock first. */
    static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("penstock", built());
        parts.put("java", System.getProperty("java.version") + " (" + System.getProperty("java.vm.name") + ")");
        parts.put("pgjdbc", DriverInfo.DRIVER_VERSION);
        return parts;
    }

    /** The build writes it into a file, because a folder of classes has no manifest. */
    private static String built() {
        Properties properties = new Properties();
        try (InputStream file = VersionText.class.getResourceAsStream("/io/penstock/cli/version.properties")) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }

    @Override
    public String[] getVersion() {
        return parts().entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .toArray(String[]::new);
    }
}
