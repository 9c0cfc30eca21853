package io.penstock.engine.taskfile;

import io.penstock.core.name.Identifiers;
import io.penstock.core.name.NamePattern;
import io.penstock.core.task.Limit;
import io.penstock.core.task.Percent;
import io.penstock.core.task.Secret;
import io.penstock.core.task.Word;
import io.penstock.engine.taskfile.Node.ScalarKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of single values a task file knows. */
final class Scalars {
    private static final Set<ScalarKind> TEXT = Set.of(ScalarKind.TEXT);
    private static final Set<ScalarKind> INTEGER = Set.of(ScalarKind.INTEGER);

    /** Words and SQL: YAML sees booleans and numbers in some of them ({@code on}, {@code true}, {@code 0}). */
    private static final Set<ScalarKind> ANY = EnumSet.complementOf(EnumSet.of(ScalarKind.NULL));

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,6})?%");

    private Scalars() {}

    /** Any text but the empty one. */
    static ScalarType<String> text(String expectation) {
        return new ScalarType<>(expectation, TEXT, Scalars::notEmpty, Map.of("type", "string"), text -> text, false);
    }

    /** Text that YAML may take for a number or a boolean, such as an SQL expression. */
    static ScalarType<String> looseText(String expectation) {
        Map<String, Object> shape = Map.of("type", List.of("string", "number", "boolean"));
        return new ScalarType<>(expectation, ANY, text -> text, shape, text -> text, false);
    }

    static ScalarType<String> matching(String regex, String expectation) {
        Pattern pattern = Pattern.compile(regex);
        Map<String, Object> shape = Map.of("type", "string", "pattern", "^(?:" + regex + ")$");
        return new ScalarType<>(
                expectation,
                TEXT,
                text -> {
                    require(pattern.matcher(text).matches());
                    return text;
                },
                shape,
                text -> text,
                false);
    }

    static ScalarType<Secret> secret(String expectation) {
        // No writer: a secret has no default, and nothing may write it.
        return new ScalarType<>(
                expectation,
                TEXT,
                text -> new Secret(notEmpty(text)),
                Map.of("type", "string"),
                secret -> Secret.MASK,
                true);
    }

    static ScalarType<Integer> integer(int min, int max) {
        Map<String, Object> shape = Map.of("type", "integer", "minimum", min, "maximum", max);
        return new ScalarType<>(
                "a whole number from " + min + " to " + max,
                INTEGER,
                text -> (int) wholeNumber(text, min, max),
                shape,
                value -> value,
                false);
    }

    /** A whole number of {@code unit}s, or no limit. */
    static ScalarType<Limit> limit(long unit, long maxInUnits) {
        Map<String, Object> number = Map.of("type", "integer", "minimum", 1, "maximum", maxInUnits);
        Map<String, Object> shape = Map.of("anyOf", List.of(number, Map.of("const", "unlimited")));
        return new ScalarType<>(
                "a whole number from 1 to " + maxInUnits + ", or unlimited",
                EnumSet.of(ScalarKind.INTEGER, ScalarKind.TEXT),
                text -> text.equals("unlimited") ? Limit.UNLIMITED : Limit.of(wholeNumber(text, 1, maxInUnits) * unit),
                shape,
                limit -> limit.isUnlimited() ? "unlimited" : (Object) (limit.value().getAsLong() / unit),
                false);
    }

    static ScalarType<Duration> duration(Duration min, Duration max) {
        Map<String, Object> shape = Map.of("type", "string", "pattern", "^" + DURATION.pattern() + "$");
        return new ScalarType<>(
                "a duration from " + writtenDuration(min) + " to " + writtenDuration(max)
                        + " such as 500ms, 30s, 10m or 2h",
                TEXT,
                text -> {
                    Duration duration = parseDuration(text);
                    require(duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
                    return duration;
                },
                shape,
                Scalars::writtenDuration,
                false);
    }

    /** A duration, or the word {@code never}, which is the empty value. */
    static ScalarType<Optional<Duration>> durationOrNever(Duration min, Duration max) {
        ScalarType<Duration> duration = duration(min, max);
        return new ScalarType<>(
                duration.expectation() + ", or never",
                TEXT,
                text -> text.equals("never")
                        ? Optional.empty()
                        : Optional.of(duration.parser().apply(text)),
                Map.of("anyOf", List.of(duration.shape(), Map.of("const", "never"))),
                value -> value.map(Scalars::writtenDuration).orElse("never"),
                false);
    }

    static ScalarType<Percent> percent() {
        Map<String, Object> shape = Map.of("type", "string", "pattern", "^" + PERCENT.pattern() + "$");
        return new ScalarType<>(
                "a percentage above 0% and up to 100%, such as 5%",
                TEXT,
                text -> {
                    require(PERCENT.matcher(text).matches());
                    return new Percent(Double.parseDouble(text.substring(0, text.length() - 1)));
                },
                shape,
                percent -> BigDecimal.valueOf(percent.value()).stripTrailingZeros().toPlainString() + "%",
                false);
    }

    /** One word of a fixed set. */
    static <E extends Word> ScalarType<E> word(E[] constants) {
        return words(List.of(constants), Word::word);
    }

    static <E> ScalarType<E> words(List<E> constants, Function<E, String> word) {
        List<String> words = constants.stream().map(word).toList();
        return new ScalarType<>(
                "one of " + String.join(", ", words),
                ANY,
                text -> {
                    int index = words.indexOf(text);
                    require(index >= 0);
                    return constants.get(index);
                },
                Map.of("enum", words),
                word::apply,
                false);
    }

    /** A switch; YAML 1.1 and JSON have their own words for it. */
    static ScalarType<Boolean> onOff() {
        List<Object> words = List.of("on", "off", true, false);
        return new ScalarType<>(
                "on or off",
                ANY,
                text -> {
                    require(words.stream().anyMatch(word -> word.toString().equals(text)));
                    return text.equals("on") || text.equals("true");
                },
                Map.of("enum", words),
                on -> on ? "on" : "off",
                false);
    }

    /** A column or access method as PostgreSQL would read it. */
    static ValueType<String> identifier() {
        return name("a name, in double quotes where PostgreSQL needs them", Identifiers::parseOne, Identifiers::quote);
    }

    /** As {@link #identifier}; the word {@code default} is written without the quotes a name would need. */
    static ValueType<String> storage() {
        return name("an access method, or default", Identifiers::parseOne, text -> text);
    }

    /** The parts of a name at the destination: table, or schema and table. */
    static ValueType<List<String>> targetName() {
        return name(
                "table or schema.table",
                Scalars::targetParts,
                parts -> parts.stream().map(Identifiers::quote).collect(Collectors.joining(".")));
    }

    private static List<String> targetParts(String text) {
        List<String> parts = Identifiers.parse(text);
        if (parts.size() > 2) {
            throw new IllegalArgumentException("must be table or schema.table");
        }
        return parts;
    }

    static ValueType<NamePattern> pattern() {
        return name("a name or a glob", NamePattern::parse, NamePattern::toString);
    }

    static ValueType<List<NamePattern>> qualifiedPattern() {
        return name(
                "schema.table, each a name or a glob",
                NamePattern::parseQualified,
                parts -> parts.stream().map(NamePattern::toString).collect(Collectors.joining(".")));
    }

    private static <T> ValueType<T> name(String what, Function<String, T> parser, Function<T, String> writer) {
        // Names keep their own reason ("has a double quote that is never closed"), hence the conversion.
        return looseName(what).as(parser, writer);
    }

    /** Names that YAML takes for booleans ({@code true}, {@code no}) are names all the same; numbers need double quotes in SQL. */
    private static ScalarType<String> looseName(String expectation) {
        Map<String, Object> shape = Map.of("type", List.of("string", "boolean"));
        return new ScalarType<>(
                expectation, EnumSet.of(ScalarKind.TEXT, ScalarKind.BOOLEAN), text -> text, shape, text -> text, false);
    }

    private static String notEmpty(String text) {
        require(!text.isEmpty());
        return text;
    }

    private static long wholeNumber(String text, long min, long max) {
        String digits = text.replace("_", "");
        require(digits.matches("[0-9]{1,18}"));
        long value = Long.parseLong(digits);
        require(value >= min && value <= max);
        return value;
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        require(matcher.matches());
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    /** The largest unit that needs no fraction, but minutes for hours: the contract writes 720m. */
    static String writtenDuration(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    /** The reason is the expectation of the type, so the exception needs no message. */
    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException();
        }
    }
}
