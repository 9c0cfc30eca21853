package io.penstock.core.script;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A format of dates as a template of {@code to_char} and {@code to_timestamp} (PostgreSQL documentation, section 9.8). A format with a
 * percent sign is one of Python ({@code %Y-%m-%d}), any other one of Java ({@code yyyy-MM-dd}). One thread.
 */
final class DateFormat {
    private static final Map<String, String> JAVA = Map.ofEntries(
            Map.entry("yyyy", "YYYY"),
            Map.entry("yy", "YY"),
            Map.entry("MMMM", "FMMonth"),
            Map.entry("MMM", "Mon"),
            Map.entry("MM", "MM"),
            Map.entry("M", "FMMM"),
            Map.entry("dd", "DD"),
            Map.entry("d", "FMDD"),
            Map.entry("DDD", "DDD"),
            Map.entry("HH", "HH24"),
            Map.entry("H", "FMHH24"),
            Map.entry("hh", "HH12"),
            Map.entry("h", "FMHH12"),
            Map.entry("mm", "MI"),
            Map.entry("m", "FMMI"),
            Map.entry("ss", "SS"),
            Map.entry("s", "FMSS"),
            Map.entry("SSS", "MS"),
            Map.entry("SSSSSS", "US"),
            Map.entry("a", "AM"),
            Map.entry("EEE", "Dy"),
            Map.entry("EEEE", "FMDay"));
    private static final Map<Character, String> PYTHON = Map.ofEntries(
            Map.entry('Y', "YYYY"),
            Map.entry('y', "YY"),
            Map.entry('m', "MM"),
            Map.entry('B', "FMMonth"),
            Map.entry('b', "Mon"),
            Map.entry('d', "DD"),
            Map.entry('j', "DDD"),
            Map.entry('H', "HH24"),
            Map.entry('I', "HH12"),
            Map.entry('M', "MI"),
            Map.entry('S', "SS"),
            Map.entry('f', "US"),
            Map.entry('p', "AM"),
            Map.entry('a', "Dy"),
            Map.entry('A', "FMDay"),
            Map.entry('F', "YYYY-MM-DD"),
            Map.entry('T', "HH24:MI:SS"));

    /** Punctuation that means itself in a template. */
    private static final String PUNCTUATION = "-/:., ";

    /** What a text alone does not say: the century, or a day of the week beside a date. */
    private static final Set<String> ONLY_WRITTEN = Set.of("YY", "Dy", "FMDay");

    /** Two letters of which the server knows longer codes too. */
    private static final Set<String> GROWING = Set.of("DD", "YY", "SS");

    /** A text that is empty: what is before it and what is behind it are two codes. */
    private static final String NOTHING = "\"\"";

    private final String format;
    private final boolean reading;
    private final StringBuilder template = new StringBuilder();
    private final Set<String> codes = new HashSet<>();
    private boolean afterCode;
    private int at;

    private DateFormat(String format, boolean reading) {
        this.format = format;
        this.reading = reading;
    }

    /**
     * @param reading for {@code to_timestamp}: then codes that a text does not settle are refused, and a year is wanted
     * @throws IllegalArgumentException with a reason
     */
    static String template(String format, boolean reading) {
        DateFormat translation = new DateFormat(format, reading);
        boolean python = format.indexOf('%') >= 0;
        while (translation.at < format.length()) {
            if (python) {
                translation.python();
            } else {
                translation.java();
            }
        }
        translation.check();
        return (reading ? "FX" : "") + translation.template;
    }

    private void python() {
        int c = format.codePointAt(at);
        if (c != '%') {
            itself(c);
            at += Character.charCount(c);
            return;
        }
        char letter = at + 1 < format.length() ? format.charAt(at + 1) : ' ';
        if (letter == '%') {
            itself('%');
        } else {
            code("%" + letter, PYTHON.get(letter));
        }
        at += 2;
    }

    private void java() {
        char c = format.charAt(at);
        if (c == '\'') {
            quoted();
        } else if (isLetter(c)) {
            int end = at;
            while (end < format.length() && format.charAt(end) == c) {
                end++;
            }
            String run = format.substring(at, end);
            code(run, JAVA.get(run));
            at = end;
        } else {
            int point = format.codePointAt(at);
            itself(point);
            at += Character.charCount(point);
        }
    }

    private void quoted() {
        if (format.startsWith("''", at)) {
            itself('\'');
            at += 2;
            return;
        }
        int end = format.indexOf('\'', at + 1);
        if (end < 0) {
            throw new IllegalArgumentException("a quote in this format is never closed");
        }
        format.substring(at + 1, end).codePoints().forEach(this::itself);
        at = end + 1;
    }

    private void code(String written, @Nullable String meaning) {
        if (meaning == null) {
            throw new IllegalArgumentException(
                    "'" + written + "' in this format has no counterpart in PostgreSQL; there are "
                            + "yyyy MM dd HH hh mm ss SSS a MMM EEE, or %Y %m %d %H %I %M %S %f %p %b %a");
        }
        if (reading && ONLY_WRITTEN.contains(meaning)) {
            throw new IllegalArgumentException("'" + written + "' can be written but not read without a guess");
        }
        if (reading
                && afterCode
                && (meaning.startsWith("FM") || template.toString().matches(".*FM[A-Z0-9]+"))) {
            throw new IllegalArgumentException("'" + written
                    + "' has no fixed width here; put something between it and its neighbour, or double the letter");
        }
        template.append(growsBy(meaning) ? NOTHING : "").append(meaning);
        codes.addAll(Set.of(meaning.replace("FM", "").toUpperCase(Locale.ROOT).split("[-:]")));
        afterCode = true;
    }

    /** Whether the server would read the last code and the beginning of this one as a longer code, such as DDD or SSSS. */
    private boolean growsBy(String meaning) {
        return afterCode
                && GROWING.stream()
                        .anyMatch(code -> template.toString().endsWith(code) && meaning.charAt(0) == code.charAt(0));
    }

    private void itself(int c) {
        if (c == '"' || c == '\\') {
            throw new IllegalArgumentException("a double quote or a backslash cannot stand in a format");
        }
        String text = Character.toString(c);
        template.append(PUNCTUATION.indexOf(c) >= 0 ? text : "\"" + text + "\"");
        afterCode = false;
    }

    private void check() {
        if (codes.contains("HH12") && !codes.contains("AM") && reading) {
            throw new IllegalArgumentException(
                    "hh (or %I) counts to 12 and needs a (or %p); for the 24 hours of a day write HH (or %H)");
        }
        if (reading && !codes.contains("YYYY")) {
            throw new IllegalArgumentException("a date is read with its year: write yyyy (or %Y)");
        }
        boolean month = codes.contains("MM") || codes.contains("MON") || codes.contains("MONTH");
        if (reading && codes.contains("DD") && !month) {
            throw new IllegalArgumentException("a day is read with its month: write MM (or %m)");
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
