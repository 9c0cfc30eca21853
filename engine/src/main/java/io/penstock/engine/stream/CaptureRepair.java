package io.penstock.engine.stream;

import io.penstock.core.error.ErrorKind;
import io.penstock.core.error.PenstockException;
import io.penstock.core.port.DdlCapture;
import io.penstock.core.port.DefinitionStore;
import io.penstock.core.port.DestinationSessions;
import io.penstock.core.port.SourceSessions;
import io.penstock.core.port.SourceSetup;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.DefinitionModel;
import io.penstock.core.schema.Picture;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.task.TaskSpec;
import io.penstock.engine.mapping.RowRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the capture of definitions in order again, and looks at what has changed meanwhile. Runs in a thread of its own, with sessions of
 * its own.
 */
record CaptureRepair(
        TaskSpec spec, SourceSessions source, DestinationSessions destination, CatalogCheck check, RowRules rules) {
    private static final Logger log = LoggerFactory.getLogger(CaptureRepair.class);

    /** @param awaited whether transactions that may have changed definitions unnoticed have ended */
    void run(boolean awaited) {
        try (SourceSetup setup = source.setup();
                DefinitionStore store = destination.definitions()) {
            // Until the definitions are compared, nobody may take the capture for unbroken, whatever becomes of this
            // process.
            store.saveCaptureFailures(DefinitionStore.DOUBT);
            setup.publish(setup.catalog(spec.objects()), spec.objects(), rules.wholeRows());
            // Whatever fails from here on is another reason to compare, once more.
            long failures = setup.captureFailures();
            if (!awaited) {
                setup.awaitOlderTransactions();
            }
            DdlCapture now = setup.ddlCapture(setup.captureFailures());
            if (now.state() == DdlCapture.State.BROKEN) {
                throw new PenstockException(
                        ErrorKind.DEFINITION_CHANGED,
                        "Changes of definitions at the source go unnoticed, and the capture could not be put in order again: "
                                + now.why()
                                + " Everything up to now is applied. Mend what the message says and run the task again; it compares"
                                + " all definitions then.");
            }
            if (now.state() == DdlCapture.State.UNAVAILABLE) {
                log.warn("definitions can no longer be captured, they are compared once more why=\"{}\"", now.why());
            }
            Set<Integer> rewritten = now.state() == DdlCapture.State.ACTIVE ? setup.rewritten() : Set.of();
            DefinitionModel known = store.read();
            Set<Integer> gone = oids(known);
            gone.removeAll(setup.existing(gone));
            Picture picture = setup.picture(spec.objects());
            Set<Integer> selected = oids(picture.catalog());
            List<Integer> missing = known.tables().stream()
                    .map(TableDefinition::oid)
                    .filter(oid -> !selected.contains(oid))
                    .toList();
            Catalog others = setup.tables(missing);
            check.compare(new CatalogCheck.Seen(picture, others, gone, rewritten, failures));
            // So that the stream moves past it.
            setup.heartbeat();
            log.info("definitions are going to be compared capture={}", now.state());
        }
    }

    private static Set<Integer> oids(DefinitionModel known) {
        Set<Integer> oids = new HashSet<>();
        known.types().forEach(t -> oids.add(t.oid()));
        known.sequences().forEach(s -> oids.add(s.oid()));
        return oids;
    }

    private static Set<Integer> oids(Catalog catalog) {
        return catalog.tables().stream().map(TableDefinition::oid).collect(Collectors.toSet());
    }
}
