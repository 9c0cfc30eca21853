package io.penstock.source.capture;

import io.penstock.source.catalog.ImageFunction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The SQL that makes schema {@code penstock}, for a server of one version. Pure.
 *
 * @param tables to be run by every task
 * @param functions what the event triggers call
 * @param triggers drops and creates the event triggers
 */
record CaptureScript(String tables, String functions, String triggers) {
    /** Changes of publications by us and by the event triggers take turns through an advisory lock in this class. */
    private static final long LOCK_CLASS = 716_647;

    /** Planning the many joins anew for every command would cost ten times their execution. */
    private static final String CHEAP_PLANS =
            "set jit = off set plan_cache_mode = force_generic_plan set join_collapse_limit = 1 set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set max_parallel_workers_per_gather = 0";

    private static final Pattern USER_SCHEMA = Pattern.compile("\\{user_schema:([^{}]+)}");
    private static final Pattern PUBLICATION_LOCK = Pattern.compile("\\{publication_lock:([^{}]+)}");

    static CaptureScript forVersion(int version) {
        UnaryOperator<String> adapt = text -> {
            String adapted = text.replace("{not_generated}", version >= 120_000 ? "a.attgenerated = ''" : "true")
                    .replace("{publications_lock}", version >= 150_000 ? "true" : "false")
                    .replace("{cheap_plans}", version >= 120_000 ? CHEAP_PLANS : "set jit = off");
            adapted = PUBLICATION_LOCK.matcher(adapted).replaceAll(found -> publicationLock(found.group(1)));
            return USER_SCHEMA.matcher(adapted).replaceAll(found -> ImageFunction.userSchema(found.group(1))
                    .replace("$", "\\$"));
        };
        return new CaptureScript(
                resource("tables.sql"),
                ImageFunction.text(version) + ";\n" + adapt.apply(resource("functions.sql")),
                resource("triggers.sql"));
    }

    /** The key of the advisory lock of a publication, as SQL. */
    static String publicationLock(String oid) {
        return "(cast(" + LOCK_CLASS + " as bigint) << 32) | cast(" + oid + " as bigint)";
    }

    /** Tells whether functions at a source are those of this version of Penstock, made for this version of the server. */
    String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((functions + triggers).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(CaptureScript.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
