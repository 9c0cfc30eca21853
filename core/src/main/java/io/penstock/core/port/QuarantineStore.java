package io.penstock.core.port;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.Held;
import java.util.List;

/**
 * Changes of tables that cannot take them now, in the destination's schema {@code penstock}. Durability, thread and errors as of
 * {@link DefinitionStore}.
 */
public interface QuarantineStore extends AutoCloseable {
    /** @param messages each after all that are there already */
    void append(QualifiedName source, List<Held> messages);

    /** The next ones in their order: at most {@code limit}, and fewer when they are large, but never none when there are some. */
    List<Held> read(QualifiedName source, long afterSeq, int limit);

    void delete(QualifiedName source, long upToSeq);

    /** The highest number in use, 0 when nothing is held. */
    long lastSeq(QualifiedName source);

    /** Whether one of this kind is among them. */
    boolean holds(QualifiedName source, String kind);

    /** Within a batch writer's session: does nothing. */
    @Override
    void close();
}
