package io.penstock.engine.taskfile;

import java.util.List;

/** A piece of the file with the line where a person looks for it. */
sealed interface Node {
    int line();

    /** What a person would call it, for messages. */
    String noun();

    /**
     * A single value.
     *
     * @param text as written, without its quotes
     * @param substituted true when part of the text came from the environment or a file, so that it must not be shown
     */
    record Scalar(int line, String text, ScalarKind kind, boolean substituted) implements Node {
        @Override
        public String noun() {
            return kind == ScalarKind.NULL ? "empty" : substituted ? "something else (not shown)" : '"' + shortened() + '"';
        }

        /** Long values would bury the message. */
        private String shortened() {
            String oneLine = text.replaceAll("\\s+", " ");
            return oneLine.length() <= 60 ? oneLine : oneLine.substring(0, 57) + "...";
        }
    }

    enum ScalarKind {
        TEXT,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL
    }

    record Sequence(int line, List<Node> items) implements Node {
        @Override
        public String noun() {
            return "a list";
        }
    }

    /** Keys in file order; a key may stand here twice. */
    record Mapping(int line, List<Entry> entries) implements Node {
        @Override
        public String noun() {
            return "a mapping";
        }
    }

    record Entry(int line, String key, Node value) {}
}
