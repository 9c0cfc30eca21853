package io.penstock.engine.run;

import io.penstock.core.fault.FaultPoint;
import io.penstock.core.port.DestinationSchema;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SchemaStep.Stage;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the steps of one stage in order; steps that an earlier run has done are passed over. One thread. */
record SchemaPhase(DestinationSchema schema, Attempt.Surroundings surroundings) {
    private static final Logger log = LoggerFactory.getLogger(SchemaPhase.class);

    void run(List<SchemaStep> plan, Stage stage) {
        List<SchemaStep> steps = plan.stream().filter(s -> s.stage() == stage).toList();
        int created = 0;
        for (SchemaStep step : steps) {
            surroundings.stop().check();
            surroundings.watch().note("creates " + step.object());
            step.notes().forEach(note -> log.warn("object={} note=\"{}\"", step.object(), note));
            if (schema.run(step)) {
                created++;
                surroundings
                        .options()
                        .faults()
                        .reached(stage == Stage.BEFORE_COPY ? FaultPoint.TABLE_CREATED : FaultPoint.INDEXES_CREATED);
            }
        }
        surroundings.watch().note(null);
        if (!steps.isEmpty()) {
            log.info("schema stage={} objects={} created={}", stage, steps.size(), created);
        }
    }
}
