package io.penstock.destination.dialect;

import io.penstock.postgres.server.ServerFamily;
import io.penstock.postgres.server.ServerVersion;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server was found to be able to do. Descendants of Greenplum report the PostgreSQL version they began with and then differ from it
 * and from each other, so what matters is looked up in their catalog.
 *
 * @param version PostgreSQL's: 9.4 for Greenplum 6, 12 for Greenplum 7
 * @param versionText the line of {@code select version()}
 * @param storages access methods for tables, as in {@code CREATE TABLE ... USING}; empty where there is no such clause
 * @param identityColumns whether {@code pg_attribute} knows identity columns
 * @param generatedColumns whether it knows generated columns
 */
public record Capabilities(
        ServerFamily family,
        ServerVersion version,
        String versionText,
        Set<String> storages,
        boolean identityColumns,
        boolean generatedColumns) {
    /** The product's own number follows its name: {@code (Greenplum Database 7.0.0 build dev)}. */
    private static final Pattern PRODUCT_VERSION = Pattern.compile(
            "(?:Greenplum|Cloudberry|AnalyticDB|ADBPG)[A-Za-z ]*?\\s*(\\d+(?:\\.\\d+)*)", Pattern.CASE_INSENSITIVE);

    public Capabilities {
        storages = Set.copyOf(storages);
    }

    /** In a stable order, for messages. */
    public Set<String> sortedStorages() {
        return new TreeSet<>(storages);
    }

    /** Whether the product's own number is known, and not below this one. */
    boolean productAtLeast(int major, int minor) {
        Matcher own = PRODUCT_VERSION.matcher(versionText);
        if (!own.find()) {
            return false;
        }
        String[] parts = own.group(1).split("\\.", 3);
        int ownMajor = Integer.parseInt(parts[0]);
        int ownMinor = parts.length == 1 ? 0 : Integer.parseInt(parts[1]);
        return ownMajor > major || ownMajor == major && ownMinor >= minor;
    }

    /** As it reads in a sentence: {@code Greenplum 7.0.0}. */
    public String product() {
        String name =
                switch (family) {
                    case POSTGRESQL, POLARDB -> "PostgreSQL";
                    case GREENPLUM -> "Greenplum";
                    case CLOUDBERRY -> "Cloudberry";
                    case ANALYTICDB -> "AnalyticDB for PostgreSQL";
                };
        Matcher own = PRODUCT_VERSION.matcher(versionText);
        return name + " " + (family.isParallel() && own.find() ? own.group(1) : version.toString());
    }
}
