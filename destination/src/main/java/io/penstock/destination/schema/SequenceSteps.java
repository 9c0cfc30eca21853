package io.penstock.destination.schema;

import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the statements of sequences. Pure. */
final class SequenceSteps {
    private final Dialect dialect;

    SequenceSteps(Dialect dialect) {
        this.dialect = dialect;
    }

    SchemaStep create(SequenceDefinition sequence) {
        String name = dialect.quote(sequence.name());
        List<String> statements = new ArrayList<>();
        String type = dialect.can(Feature.SEQUENCE_TYPES) ? " AS " + sequence.type() : "";
        statements.add("CREATE SEQUENCE " + name + type + " " + options(sequence));
        if (sequence.comment() != null) {
            statements.add("COMMENT ON SEQUENCE " + name + " IS " + ExistsSql.literal(sequence.comment()));
        }
        return new SchemaStep(
                Stage.BEFORE_COPY,
                null,
                "sequence " + sequence.name(),
                ExistsSql.relation(sequence.name()),
                statements,
                List.of());
    }

    /** The options that CREATE SEQUENCE and an identity column share. */
    static String options(SequenceDefinition sequence) {
        return "START WITH " + sequence.start() + " INCREMENT BY " + sequence.increment() + " MINVALUE "
                + sequence.minimum() + " MAXVALUE " + sequence.maximum() + " CACHE " + sequence.cache()
                + (sequence.cycle() ? " CYCLE" : "");
    }

    /** So that the sequence goes with its table. */
    SchemaStep own(SequenceDefinition sequence) {
        if (sequence.ownerTable() == null || sequence.ownerColumn() == null) {
            throw new IllegalArgumentException("no owner: " + sequence.name());
        }
        String column = dialect.quote(sequence.ownerTable()) + "." + dialect.quote(sequence.ownerColumn());
        return new SchemaStep(
                Stage.AFTER_COPY,
                sequence.ownerTable(),
                "owner of sequence " + sequence.name(),
                ExistsSql.REPEATABLE,
                List.of("ALTER SEQUENCE " + dialect.quote(sequence.name()) + " OWNED BY " + column),
                List.of());
    }

    /** An identity column makes its sequence of its own type; one made by LIKE has always bigint. Empty when there is nothing to do. */
    Optional<SchemaStep> type(SequenceDefinition sequence, Catalog catalog) {
        boolean other = sequence.identity()
                && catalog.tables().stream()
                        .filter(table -> table.name().equals(sequence.ownerTable()))
                        .flatMap(table -> table.columns().stream())
                        .anyMatch(column -> column.name().equals(sequence.ownerColumn())
                                && !column.type().equals(sequence.type()));
        if (!other) {
            return Optional.empty();
        }
        String sql =
                "ALTER SEQUENCE " + dialect.quote(sequence.name()) + " AS " + sequence.type() + " " + options(sequence);
        return Optional.of(new SchemaStep(
                Stage.AFTER_COPY,
                sequence.ownerTable(),
                "type of sequence " + sequence.name(),
                ExistsSql.REPEATABLE,
                List.of(sql),
                List.of()));
    }
}
