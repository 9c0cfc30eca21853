package io.penstock.core.task;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One of the two databases of a task.
 *
 * @param url libpq URI or key=value text, as the user wrote it; may hold a password, so only {@link #maskedUrl()} may
 * be shown
 * @param password the password given beside the url; it beats one inside it
 * @param kind the server's family; always {@code AUTO} for a source
 */
public record EndpointSpec(String url, Optional<Secret> password, DestinationKind kind) {
    /** The server knows best what it is. */
    public static final DestinationKind DEFAULT_KIND = DestinationKind.AUTO;

    /** Up to the last @ before the host: a password with an unescaped @, : or / in it must not leak half of itself. */
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)([^:@]*):.*@", Pattern.DOTALL);

    /** A password among the parameters of a URI or among key=value pairs, quoted or not. */
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)(password|passwd|passphrase)(\\s*=\\s*)('(?:[^'\\\\]|\\\\.)*'|[^&\\s]*)");

    /** The url without its password. */
    public String maskedUrl() {
        String withoutUserInfo = USER_INFO.matcher(url).replaceFirst("$1:" + Secret.MASK + "@");
        return PARAMETER.matcher(withoutUserInfo).replaceAll("$1$2" + Secret.MASK);
    }

    @Override
    public String toString() {
        return "EndpointSpec[url=" + maskedUrl() + ", password=" + password + ", kind=" + kind + "]";
    }
}
