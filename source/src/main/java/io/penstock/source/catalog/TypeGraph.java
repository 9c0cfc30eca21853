package io.penstock.source.catalog;

import io.penstock.core.schema.TypeDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All types the selected tables reach, and what follows from how they are made of each other. Pure. */
final class TypeGraph {
    /**
     * Base types whose binary format was compared byte by byte between 9.6 and 18. Left out on purpose: the {@code reg*} types (their
     * binary form is an oid of one database), {@code xml} (its receive function parses by {@code xmloption} and keeps another encoding
     * declaration than its text form), {@code aclitem} and {@code pg_node_tree} (no receive function). A type of a later version that
     * is not listed travels as text, which is always right.
     */
    private static final Set<String> PORTABLE = Set.of(
            "bool",
            "bytea",
            "char",
            "name",
            "int8",
            "int2",
            "int4",
            "text",
            "oid",
            "tid",
            "xid",
            "xid8",
            "cid",
            "json",
            "jsonb",
            "jsonpath",
            "point",
            "lseg",
            "path",
            "box",
            "polygon",
            "line",
            "circle",
            "float4",
            "float8",
            "money",
            "macaddr",
            "macaddr8",
            "inet",
            "cidr",
            "bpchar",
            "varchar",
            "date",
            "time",
            "timetz",
            "timestamp",
            "timestamptz",
            "interval",
            "bit",
            "varbit",
            "numeric",
            "uuid",
            "pg_lsn",
            "tsvector",
            "tsquery",
            "txid_snapshot",
            "pg_snapshot",
            "refcursor");

    /** The catalog calls them arrays, but their receive functions refuse the empty ones that their send functions write. */
    private static final Set<String> VECTORS = Set.of("int2vector", "oidvector");

    private final Map<Integer, TypeRow> types = new LinkedHashMap<>();

    TypeGraph(Collection<TypeRow> rows) {
        rows.forEach(row -> types.put(row.oid(), row));
    }

    Set<Integer> oids() {
        return types.keySet();
    }

    /**
     * Whether COPY BINARY of the type means the same at a server with the same definition of it. Arrays and composites carry the oids
     * of their parts, so these must be the same everywhere; enums travel as labels, domains as their base, ranges as their bounds.
     */
    boolean binarySafe(int oid) {
        TypeRow type = types.get(oid);
        if (type == null
                || type.extension() != null
                || VECTORS.contains(type.name().table())) {
            return false;
        }
        return switch (type.kind()) {
            case 'e' -> true;
            case 'd', 'r', 'm' -> parts(type).allMatch(part -> binarySafe(part.oid()));
            case 'c' -> type.rowTypeOf() == null && parts(type).allMatch(this::safeInside);
            case 'b' ->
                type.isArray()
                        ? type.sameOidEverywhere() && parts(type).allMatch(this::safeInside)
                        : type.sameOidEverywhere()
                                && PORTABLE.contains(type.name().table());
            default -> false;
        };
    }

    private boolean safeInside(TypeRow part) {
        return part.sameOidEverywhere() && binarySafe(part.oid());
    }

    private Stream<TypeRow> parts(TypeRow type) {
        return type.parts().stream().map(types::get).filter(part -> part != null);
    }

    /** Why a column of this type cannot be created elsewhere, as it reads after "which"; empty when it can. */
    Optional<String> obstacle(int oid) {
        return obstacle(oid, new LinkedHashSet<>());
    }

    private Optional<String> obstacle(int oid, Set<Integer> seen) {
        TypeRow type = types.get(oid);
        if (type == null || type.builtIn() || type.extension() != null || !seen.add(oid)) {
            return Optional.empty();
        }
        if (type.rowTypeOf() != null) {
            return Optional.of("is the row type of table " + type.rowTypeOf());
        }
        boolean made = type.definition() != null || type.isArray() || type.kind() == 'm';
        if (!made) {
            return Optional.of("is the base type " + type.name() + " that belongs to no extension");
        }
        return type.parts().stream()
                .map(part -> obstacle(part, seen))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Types to create, each after those it is made of, otherwise by name. */
    List<TypeDefinition> definitions() {
        Set<Integer> placed = new LinkedHashSet<>();
        types.values().stream()
                .sorted(Comparator.comparing(TypeRow::name))
                .forEach(type -> place(type, placed, new LinkedHashSet<>()));
        List<TypeDefinition> definitions = new ArrayList<>();
        for (int oid : placed) {
            TypeRow type = types.get(oid);
            if (type != null && type.definition() != null && !type.builtIn() && type.extension() == null) {
                definitions.add(type.definition());
            }
        }
        return definitions;
    }

    private void place(TypeRow type, Set<Integer> placed, Set<Integer> path) {
        if (placed.contains(type.oid()) || !path.add(type.oid())) {
            return;
        }
        parts(type).forEach(part -> place(part, placed, path));
        placed.add(type.oid());
    }

    Set<String> extensions() {
        Set<String> names = new TreeSet<>();
        types.values().forEach(type -> Optional.ofNullable(type.extension()).ifPresent(names::add));
        return names;
    }
}
