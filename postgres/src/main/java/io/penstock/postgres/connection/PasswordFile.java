package io.penstock.postgres.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The password file of psql ("The Password File" in the PostgreSQL documentation): lines of host:port:database:user:password, a star
 * matches everything, the first match wins. Read at every login, as psql does, so that a changed password takes effect. A file that
 * cannot be used is ignored with a warning, as psql does: another kind of login may need no password.
 */
final class PasswordFile {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    /** What the decoder puts where it cannot decode. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final Set<PosixFilePermission> OPEN_TO_OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path path;

    PasswordFile(Path path) {
        this.path = path;
    }

    /** That of the URI's {@code passfile}, or of PGPASSFILE, or the one in the home directory. */
    static PasswordFile of(LibpqUri uri, Map<String, String> environment) {
        String named = uri.parameters().getOrDefault("passfile", environment.getOrDefault("PGPASSFILE", ""));
        return new PasswordFile(
                named.isEmpty() ? Path.of(System.getProperty("user.home", "."), ".pgpass") : Path.of(named));
    }

    Optional<String> password(LibpqUri uri, HostPort host) {
        if (!Files.isRegularFile(path) || isOpenToOthers()) {
            return Optional.empty();
        }
        List<String> wanted = List.of(host.host(), Integer.toString(host.port()), uri.database(), uri.user());
        for (String line : lines()) {
            List<String> fields = line.startsWith("#") ? List.of() : fields(line);
            if (fields.size() > wanted.size() && matches(fields, wanted)) {
                return Optional.of(fields.get(wanted.size())).filter(password -> !password.isEmpty());
            }
        }
        return Optional.empty();
    }

    private List<String> lines() {
        try {
            // Bytes that are not UTF-8 spoil their own line only.
            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            if (text.indexOf(REPLACEMENT) >= 0) {
                LOG.warn("password file holds bytes that are not UTF-8; such lines match nothing file={}", path);
            }
            return text.lines().filter(line -> line.indexOf(REPLACEMENT) < 0).toList();
        } catch (IOException e) {
            LOG.warn("password file ignored, because it cannot be read file={} cause=\"{}\"", path, e.toString());
            return List.of();
        }
    }

    /** psql ignores such a file with a warning. */
    private boolean isOpenToOthers() {
        try {
            boolean open = Files.getPosixFilePermissions(path).stream().anyMatch(OPEN_TO_OTHERS::contains);
            if (open) {
                LOG.warn("password file ignored, because others may read it; permissions should be 0600 file={}", path);
            }
            return open;
        } catch (UnsupportedOperationException e) {
            return false; // no such permissions on Windows; libpq does not check there either
        } catch (IOException e) {
            LOG.warn("password file ignored, because it cannot be read file={} cause=\"{}\"", path, e.toString());
            return true;
        }
    }

    private static boolean matches(List<String> fields, List<String> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!fields.get(i).equals("*") && !fields.get(i).equals(wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Parted by colons; a backslash takes the next character as it is. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ':') {
                fields.add(field.toString());
                field.setLength(0);
                continue;
            }
            if (c == '\\' && i + 1 < line.length()) {
                c = line.charAt(++i);
            }
            field.append(c);
        }
        fields.add(field.toString());
        return fields;
    }
}
