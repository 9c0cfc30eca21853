package io.penstock.bench.contender;

import io.penstock.bench.workload.Workload;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** pgcopydb, when it is installed. */
public record PgcopydbContender() implements Contender {
    static final String PROGRAM = "pgcopydb";

    @Override
    public String name() {
        return PROGRAM;
    }

    @Override
    public Fit fit(Workload workload) {
        return workload.kind() == Workload.Kind.FULL ? Fit.ALWAYS : Fit.NEVER;
    }

    @Override
    public Optional<String> missing() {
        String path = System.getenv().getOrDefault("PATH", "");
        boolean found = Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
        return found ? Optional.empty() : Optional.of("it is not on the PATH");
    }

    @Override
    public Entry enter(Site site) {
        return new PgcopydbEntry(site);
    }
}
