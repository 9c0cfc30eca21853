package io.penstock.source.catalog;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.task.ObjectSelection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The selected tables, parents before children, otherwise by name. A partition follows its parent into the selection whatever the
 * rules say of it, because the parent's rows live there; an inheritance child does not, it is a table of its own. Parents that are
 * not selected do not exist for their children.
 */
final class RelationTree {
    private final Map<Integer, Node> selected = new LinkedHashMap<>();
    private final Map<Integer, List<Integer>> parents = new HashMap<>();

    /** A table that may be selected. */
    record Node(int oid, QualifiedName name, boolean partitioned) {}

    /** One row of {@code pg_inherits}. */
    record Link(int child, int parent, boolean partition) {}

    private RelationTree() {}

    /** @param links in the order of {@code inhseqno} */
    static RelationTree select(Collection<Node> nodes, Collection<Link> links, ObjectSelection selection) {
        Map<Integer, Node> all = new LinkedHashMap<>();
        nodes.stream().sorted(Comparator.comparing(Node::name)).forEach(n -> all.put(n.oid(), n));
        Set<Integer> chosen = new LinkedHashSet<>();
        for (Node node : all.values()) {
            if (selection.selects(node.name().schema(), node.name().table())) {
                chosen.add(node.oid());
            }
        }
        addPartitions(chosen, links, all);
        RelationTree tree = new RelationTree();
        for (Link link : links) {
            if (chosen.contains(link.child()) && chosen.contains(link.parent())) {
                tree.parents
                        .computeIfAbsent(link.child(), oid -> new ArrayList<>())
                        .add(link.parent());
            }
        }
        all.keySet().stream().filter(chosen::contains).forEach(oid -> tree.place(oid, all));
        return tree;
    }

    private static void addPartitions(Set<Integer> chosen, Collection<Link> links, Map<Integer, Node> all) {
        boolean grown = true;
        // Ends: each round adds at least one of finitely many tables; there are as many rounds as levels of partitions.
        while (grown) {
            grown = false;
            for (Link link : links) {
                boolean follows = link.partition() && chosen.contains(link.parent()) && all.containsKey(link.child());
                grown |= follows && chosen.add(link.child());
            }
        }
    }

    private void place(int oid, Map<Integer, Node> all) {
        if (selected.containsKey(oid)) {
            return;
        }
        parents(oid).forEach(parent -> place(parent, all));
        Node node = all.get(oid);
        if (node != null) {
            selected.put(oid, node);
        }
    }

    Set<Integer> oids() {
        return selected.keySet();
    }

    Collection<Node> nodes() {
        return selected.values();
    }

    /** Selected parents only. */
    List<Integer> parents(int oid) {
        return parents.getOrDefault(oid, List.of());
    }

    QualifiedName name(int oid) {
        Node node = selected.get(oid);
        if (node == null) {
            throw new IllegalArgumentException("not selected: " + oid);
        }
        return node.name();
    }
}
