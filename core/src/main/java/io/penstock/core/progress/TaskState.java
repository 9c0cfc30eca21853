package io.penstock.core.progress;

import java.util.Locale;

/** The states of a task. The runner of the task sets them all, but for {@link #NOT_STARTED}, which is the absence of a record. */
public enum TaskState {
    NOT_STARTED,
    /** Set when a run begins. */
    PRECHECKING,
    PRECHECK_FAILED,
    PRECHECK_PASSED,
    /** Schema and full phase. */
    INITIALIZING,
    INITIALIZE_FAILED,
    /** Incremental phase. */
    SYNCHRONIZING,
    /** Waits to try again after a failure that may pass. */
    RETRYING,
    MODIFYING,
    /** Stopped cleanly; a plain run goes on. Also shown for a task whose process is gone. */
    SUSPENDED,
    FAILED,
    FINISHED,
    RELEASED;

    /** As the contract writes it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a task in this state has passed its checks, so that its record at the destination is there. */
    public boolean begun() {
        return switch (this) {
            case NOT_STARTED, PRECHECKING, PRECHECK_FAILED -> false;
            case PRECHECK_PASSED,
                    INITIALIZING,
                    INITIALIZE_FAILED,
                    SYNCHRONIZING,
                    RETRYING,
                    MODIFYING,
                    SUSPENDED,
                    FAILED,
                    FINISHED,
                    RELEASED -> true;
        };
    }

    public static TaskState of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
