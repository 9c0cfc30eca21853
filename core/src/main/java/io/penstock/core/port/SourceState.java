package io.penstock.core.port;

/**
 * Who the source is and where it stands.
 *
 * @param systemId {@code IDENTIFY_SYSTEM}'s system identifier
 * @param serverVersion {@code server_version_num}
 * @param inRecovery whether it is a standby
 * @param flushLsn the position up to which its log is durable
 * @param insertLsn the position at which its next record will be written
 */
public record SourceState(
        String systemId, int timeline, int serverVersion, boolean inRecovery, long flushLsn, long insertLsn) {}
