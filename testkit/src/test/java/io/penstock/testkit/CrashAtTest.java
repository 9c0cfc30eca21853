package io.penstock.testkit;

import static io.penstock.core.fault.FaultPoint.COMMITTED;
import static io.penstock.core.fault.FaultPoint.MERGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CrashAtTest {
    @Test
    void crashes_at_the_nth_time_and_stays_dead() {
        CrashAt faults = new CrashAt(COMMITTED, 2);

        faults.reached(COMMITTED);
        faults.reached(MERGED);
        assertThat(faults.crashed()).isFalse();
        assertThatThrownBy(() -> faults.reached(COMMITTED)).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(() -> faults.reached(MERGED)).isInstanceOf(SimulatedCrash.class);
        assertThat(faults.crashed()).isTrue();
    }
}
