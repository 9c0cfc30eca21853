package io.penstock.core.port;

import io.penstock.core.check.Finding;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.RuleText;
import io.penstock.core.relation.RuleTrial;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DestinationNames;
import io.penstock.core.schema.DestinationTable;
import io.penstock.core.schema.FollowedDdl;
import io.penstock.core.schema.SchemaChanges;
import io.penstock.core.schema.SchemaDelta;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.TableDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Definitions at the destination. One thread at a time. */
public interface DestinationSchema extends AutoCloseable {
    /**
     * What the destination lacks; never throws for a failed item.
     *
     * @param names where what the catalog has is called otherwise or left out
     */
    List<Finding> check(Catalog catalog, DestinationNames names, DestinationDemands demands);

    /** Those of the destination's tables into which other tasks bring rows. */
    Set<QualifiedName> sharedWithOtherTasks(Collection<QualifiedName> tables);

    /** Names that no column can have there, because every table has a column of the system by each. */
    Set<String> systemColumns();

    /**
     * Everything the schema phase will do, in order. Pure: changes nothing.
     *
     * @param names where the destination calls things otherwise; steps belong to tables by their names there
     */
    List<SchemaStep> plan(Catalog catalog, DestinationNames names);

    /** What brings the destination from one picture of the source's definitions to another. Pure: changes nothing. */
    SchemaChanges changes(SchemaDelta delta, FollowedDdl followed, DestinationNames names);

    /**
     * What the destination says of a table's expressions, over staged rows of the source. Leaves nothing behind.
     *
     * @param rule that the source has nothing against
     * @param types of added columns, as the source says
     * @param first what the schema phase is to create before tables, such as types
     */
    RuleTrial tryRule(TableDefinition table, RuleText rule, Map<String, String> types, List<SchemaStep> first);

    /**
     * Runs one step in one transaction.
     *
     * @return false when the object was there already, as after a crash
     */
    boolean run(SchemaStep step);

    /** The table as it is now, empty when there is none. */
    Optional<DestinationTable> table(QualifiedName name);

    /** Whether the table, which must exist, or one that belongs to it holds a row. */
    boolean hasRows(QualifiedName table);

    @Override
    void close();
}
