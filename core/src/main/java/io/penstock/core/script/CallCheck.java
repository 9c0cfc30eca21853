package io.penstock.core.script;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks of a script that need no table: known names, numbers of arguments, steps where steps belong. Stateless. */
final class CallCheck {
    static final Map<String, Signature> STEPS = Map.of(
            "e_if", Signature.of("e_if(condition, step)", 2, 2),
            "e_if_else", Signature.of("e_if_else(condition, step, step)", 3, 3),
            "e_switch",
                    new Signature(
                            "e_switch(condition, step, condition, step, default = step)",
                            2,
                            Signature.MANY,
                            Set.of("default")),
            "e_compose", Signature.of("e_compose(step, step, ...)", 1, Signature.MANY),
            "e_keep", Signature.of("e_keep(condition)", 0, 1),
            "e_drop", Signature.of("e_drop(condition)", 0, 1),
            "e_set", Signature.of("e_set(`column`, value, TYPE)", 2, 3));

    private static final Set<String> WITHOUT_POSTGRESQL = Set.of("__SCN__", "__ROW_ID__", "__BEFORE__", "__AFTER__");

    private final Problems problems;

    private CallCheck(Problems problems) {
        this.problems = problems;
    }

    static void steps(Node root, Problems problems) {
        new CallCheck(problems).step(root);
    }

    private void step(Node node) {
        if (!(node instanceof Node.Call call)) {
            problems.add(node.offset(), "expected a step here, one of " + names(STEPS.keySet()) + ", not a value");
            return;
        }
        Signature signature = STEPS.get(call.name());
        if (signature == null) {
            problems.add(
                    call.offset(),
                    Functions.SIGNATURES.containsKey(call.name())
                            ? call.name() + " gives a value; a step is expected here, for instance e_set(`column`, "
                                    + call.name() + "(...))"
                            : unknown(call.name()));
            return;
        }
        if (counts(call, signature)) {
            arguments(call, signature);
        }
    }

    private void arguments(Node.Call call, Signature signature) {
        List<Node> arguments = call.arguments();
        switch (call.name()) {
            case "e_set" -> set(call, signature);
            case "e_compose" -> arguments.forEach(this::step);
            case "e_switch" -> cases(call, signature);
            default -> {
                for (int i = 0; i < arguments.size(); i++) {
                    valueOrStep(arguments.get(i), i == 0);
                }
            }
        }
    }

    private void valueOrStep(Node node, boolean isValue) {
        if (isValue) {
            value(node);
        } else {
            step(node);
        }
    }

    private void cases(Node.Call call, Signature signature) {
        int position = 0;
        for (Node argument : call.arguments()) {
            if (argument instanceof Node.Named otherwise) {
                step(otherwise.value());
            } else {
                valueOrStep(argument, position++ % 2 == 0);
            }
        }
        if (position % 2 != 0) {
            problems.add(call.offset(), "e_switch needs a step after each condition: " + signature.usage());
        }
    }

    private void set(Node.Call call, Signature signature) {
        Node target = call.arguments().get(0);
        if (!(target instanceof Node.Column)) {
            problems.add(target.offset(), "e_set needs a column in back quotes first: " + signature.usage());
        }
        value(call.arguments().get(1));
        if (call.arguments().size() == 3) {
            NewColumnType.check(call.arguments().get(2), problems);
        }
    }

    private void value(Node node) {
        if (node instanceof Node.Call call) {
            callOfValue(call);
        } else if (node instanceof Node.Choice choice) {
            value(choice.condition());
            value(choice.yes());
            value(choice.no());
        } else if (node instanceof Node.Items items) {
            items.items().forEach(this::value);
        } else if (node instanceof Node.Name name) {
            variable(name);
        } else if (node instanceof Node.Named named) {
            value(named.value());
        }
    }

    private void variable(Node.Name name) {
        if (WITHOUT_POSTGRESQL.contains(name.name())) {
            problems.add(name.offset(), name.name() + " is nothing that a PostgreSQL source has");
        } else if (!Variables.NAMES.contains(name.name())) {
            String hint = NearestName.hint(name.name(), Variables.NAMES, "");
            problems.add(
                    name.offset(),
                    "unknown name " + name.name()
                            + (hint.isEmpty() ? "; a column is written in back quotes: `" + name.name() + "`" : hint));
        }
    }

    private void callOfValue(Node.Call call) {
        Signature signature = Functions.SIGNATURES.get(call.name());
        if (signature == null) {
            problems.add(
                    call.offset(),
                    STEPS.containsKey(call.name())
                            ? call.name() + " is a step and gives no value"
                            : unknown(call.name()));
        } else if (counts(call, signature)) {
            call.arguments().forEach(this::value);
        }
    }

    private boolean counts(Node.Call call, Signature signature) {
        int plain = 0;
        Set<String> seen = new TreeSet<>();
        for (Node argument : call.arguments()) {
            if (!(argument instanceof Node.Named named)) {
                plain++;
            } else if (!signature.names().contains(named.name())) {
                problems.add(
                        named.offset(),
                        call.name() + " has no argument " + named.name()
                                + (signature.names().isEmpty() ? "" : ", only " + names(signature.names())));
            } else if (!seen.add(named.name())) {
                problems.add(named.offset(), named.name() + " is given twice");
            }
        }
        boolean right = plain >= signature.least() && plain <= signature.most();
        if (!right) {
            problems.add(
                    call.offset(),
                    call.name() + " is called with " + plain + (plain == 1 ? " argument" : " arguments")
                            + " instead of " + expected(signature) + ": " + signature.usage());
        }
        return right;
    }

    private static String expected(Signature signature) {
        if (signature.least() == signature.most()) {
            return String.valueOf(signature.least());
        }
        return signature.most() == Signature.MANY
                ? "at least " + signature.least()
                : signature.least() + " to " + signature.most();
    }

    private static String unknown(String name) {
        Set<String> known = new TreeSet<>(Functions.SIGNATURES.keySet());
        known.addAll(STEPS.keySet());
        String hint = NearestName.hint(name, known, "");
        String family = name.toLowerCase(Locale.ROOT).replaceAll("_.*", "_");
        String others = names(known.stream().filter(k -> k.startsWith(family)).toList());
        return "unknown function " + name + (hint.isEmpty() && !others.isEmpty() ? "; there are " + others : hint);
    }

    private static String names(Collection<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }
}
