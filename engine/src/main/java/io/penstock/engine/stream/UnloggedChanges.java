package io.penstock.engine.stream;

import io.penstock.core.change.DefinitionRecord;
import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.lsn.Lsn;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.progress.TableProgress;
import io.penstock.core.progress.TableState;
import io.penstock.core.relation.MixedTables;
import io.penstock.core.relation.Relation;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.SchemaEvent;
import io.penstock.core.schema.SchemaEvent.Dropped;
import io.penstock.core.schema.SchemaEvent.ObjectKind;
import io.penstock.core.schema.TableDefinition;
import io.penstock.engine.definition.SourceModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes up for changes of definitions that the source did not log. The rows of a table that shows one are held from there on and the
 * source's catalog is looked at; what that shows is followed as if the source had logged it, and then the table is copied as it is. Runs
 * in the reader's thread.
 */
final class UnloggedChanges implements Surprises {
    private static final Logger log = LoggerFactory.getLogger(UnloggedChanges.class);

    private final SourceModel model;
    private final StreamTables tables;
    private final WaitingTables waiting;
    private final CatalogCheck check;

    UnloggedChanges(SourceModel model, StreamTables tables, WaitingTables waiting, CatalogCheck check) {
        this.model = model;
        this.tables = tables;
        this.waiting = waiting;
        this.check = check;
    }

    @Override
    public DefinitionRecord changed(TableStream table, TransactionReader.Position at, String how) {
        if (table.keepsRows()) {
            throw new PenstockException(
                    ErrorKind.REFUSED,
                    "A definition was changed and the source did not log it (" + how + "). "
                            + MixedTables.copyAgain(table.mapping()));
        }
        log.warn(
                "a definition was changed and the source did not log it; the table is copied as it is now table={} how=\"{}\" lsn={}",
                table.mapping().source(),
                how,
                Lsn.format(at.lsn()));
        check.want(at);
        if (!table.replaying()) {
            waiting.copy(new WaitingTables.Copy(table.mapping().sourceOid(), at.lsn() + 1, false));
            table.hold(0);
        }
        // While it is being brought forward its copy is asked for when no change of definition is held any more.
        table.awaitCopy(true);
        return kept(TableProgress.waiting(table.mapping(), -1).withState(TableState.COPYING));
    }

    @Override
    public boolean follows(int oid) {
        return !model.names().lacks(oid);
    }

    @Override
    public DefinitionRecord created(Relation table, TransactionReader.Position at) {
        log.warn(
                "a table was created and the source did not log it; it is copied as it is now table={} lsn={}",
                table.name(),
                Lsn.format(at.lsn()));
        check.want(at);
        waiting.copy(new WaitingTables.Copy(table.oid(), at.lsn() + 1, true));
        List<TableMapping.MappedColumn> columns = table.columns().stream()
                .map(c -> TableMapping.MappedColumn.absent(c.name(), c.typeOid()))
                .toList();
        // Until it is defined its name may still be another one's here.
        QualifiedName provisional = new QualifiedName("penstock", "undefined_" + Integer.toUnsignedString(table.oid()));
        TableMapping mapping = new TableMapping(
                table.oid(), provisional, provisional, table.identity(), true, columns, false, RowPolicy.EVERYTHING);
        TableProgress record = TableProgress.waiting(mapping, -1);
        tables.put(table.oid(), new TableStream(record).hold(0).awaitCopy(true));
        return kept(record.withState(TableState.COPYING));
    }

    @Override
    public void mended() {
        check.wantAgain();
    }

    private DefinitionRecord kept(TableProgress record) {
        return new DefinitionRecord(
                new DefinitionModel(List.of(), List.of(), List.of(), model.names()),
                List.of(),
                List.of(record),
                Map.of(),
                List.of());
    }

    /**
     * What the source has that no event has told of, as an event of its own; null when there is nothing. Tables that wait for a person are
     * left out: they are looked at when they are {@link #mended}.
     */
    @Nullable
    SchemaEvent missed(CatalogCheck.Seen seen) {
        Set<Integer> newer = check.changedSince(seen);
        if (seen.rewritten().stream().anyMatch(newer::contains)) {
            // Their definition is known better than the catalog told; whether they were rewritten before is to be asked
            // again.
            check.wantAgain();
        }
        List<Dropped> undefined = new ArrayList<>();
        tables.forEach(t -> {
            TableMapping mapping = t.mapping();
            if (model.table(mapping.sourceOid()).isEmpty()) {
                undefined.add(new Dropped(ObjectKind.TABLE, mapping.sourceOid(), mapping.source()));
            }
        });
        SchemaEvent missed = MissedChanges.of(seen, model, undefined, oid -> newer.contains(oid) || queues(oid));
        if (missed != null) {
            log.warn(
                    "definitions were changed and the source did not log it; they are followed now tables={} dropped={}",
                    missed.image().tables().stream().map(TableDefinition::name).toList(),
                    missed.dropped().stream().map(Dropped::name).toList());
        }
        return missed;
    }

    /** Tables that {@link #missed} says nothing about. */
    List<TableStream> leftOut() {
        List<TableStream> waits = new ArrayList<>();
        tables.forEach(t -> {
            if (t.queues()) {
                waits.add(t);
            }
        });
        return waits;
    }

    private boolean queues(int oid) {
        TableStream table = tables.get(oid);
        return table != null && table.queues();
    }
}
