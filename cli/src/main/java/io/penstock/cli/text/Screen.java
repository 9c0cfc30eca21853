package io.penstock.cli.text;

import java.io.PrintStream;
import java.util.List;

/**
 * A terminal whose last lines are redrawn in place while finished lines scroll up above them. Any thread.
 */
public final class Screen {
    private static final String ERASE_BELOW = "\u001b[J";
    /** Without it a line wider than the terminal would take two, and the next redraw would start too low. */
    private static final String CUT_LONG_LINES = "\u001b[?7l";

    private static final String WRAP_LONG_LINES = "\u001b[?7h";

    private final PrintStream out;
    private List<String> live = List.of();

    public Screen(PrintStream out) {
        this.out = out;
    }

    /** A line that stays, on this terminal or on a stream that may lead to the same one. */
    public synchronized void print(PrintStream where, String line) {
        out.print(back() + ERASE_BELOW);
        out.flush();
        where.println(line);
        where.flush();
        out.print(text(live));
        out.flush();
    }

    public void print(String line) {
        print(out, line);
    }

    /** Replaces the lines at the bottom. */
    public synchronized void redraw(List<String> lines) {
        out.print(back() + ERASE_BELOW + text(lines));
        live = List.copyOf(lines);
        out.flush();
    }

    private String back() {
        return live.isEmpty() ? "" : "\u001b[" + live.size() + "A\r";
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "" : CUT_LONG_LINES + String.join("\n", lines) + "\n" + WRAP_LONG_LINES;
    }
}
