package io.penstock.destination.schema;

import io.penstock.core.check.Finding;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether the destination has, or can be given, the types and collations of the columns. */
record TypeChecks(DestinationCatalog destination, Dialect dialect) {
    Finding types(Catalog catalog) throws SQLException {
        Map<String, List<String>> existing = destination.typeSignatures(
                catalog.types().stream().map(TypeDefinition::name).toList());
        Set<String> different = new TreeSet<>();
        Set<QualifiedName> created = new TreeSet<>();
        for (TypeDefinition type : catalog.types()) {
            List<String> signature = existing.get(type.name().toString());
            if (signature != null && !signature.equals(TypeSignature.of(type))) {
                different.add(type.name().toString());
            }
            created.add(type.name());
            if (type instanceof TypeDefinition.RangeType range
                    && range.multirange() != null
                    && dialect.can(Feature.MULTIRANGES)) {
                created.add(range.multirange());
            }
        }
        if (!different.isEmpty()) {
            return DestinationChecks.lacking(
                    "destination.types",
                    different,
                    "Types exist at the destination with another definition than at the source: ",
                    "Change or drop them at the destination.");
        }
        return DestinationChecks.lacking(
                "destination.types",
                missing(catalog, created),
                "Columns have types the destination does not have: ",
                "Install what provides the types, or exclude the tables or columns.");
    }

    private Set<String> missing(Catalog catalog, Set<QualifiedName> created) throws SQLException {
        Set<String> needed = new TreeSet<>();
        for (TableDefinition table : catalog.tables()) {
            table.columns().stream()
                    .map(ColumnDefinition::type)
                    .filter(type ->
                            TypeName.qualified(type).filter(created::contains).isEmpty())
                    .forEach(type -> needed.add(TypeName.plain(type)));
        }
        Set<String> lacking = destination.where("pg_catalog.to_regtype(" + destination.name("x") + ") is null", needed);
        Set<String> columns = new TreeSet<>();
        for (TableDefinition table : catalog.tables()) {
            table.columns().stream()
                    .filter(c -> lacking.contains(TypeName.plain(c.type())))
                    .forEach(
                            c -> columns.add(c.type() + " (" + table.name() + "." + Identifiers.quote(c.name()) + ")"));
        }
        return columns;
    }

    /** Collations are objects of a database; the names that ICU and the C library give them differ between machines. */
    Finding collations(Catalog catalog) throws SQLException {
        Set<String> used = new TreeSet<>();
        for (TableDefinition table : catalog.tables()) {
            table.columns().stream()
                    .flatMap(c -> Optional.ofNullable(c.collation()).stream())
                    .forEach(used::add);
        }
        Set<String> missing = destination.where(
                "not exists (select from pg_catalog.pg_collation c"
                        + " join pg_catalog.pg_namespace n on n.oid = c.collnamespace"
                        + " where pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) = x"
                        + " and c.collencoding in (-1, (select encoding from pg_catalog.pg_database"
                        + " where datname = pg_catalog.current_database())))",
                used);
        Set<String> columns = new TreeSet<>();
        for (TableDefinition table : catalog.tables()) {
            table.columns().stream()
                    .filter(c -> c.collation() != null && missing.contains(c.collation()))
                    .forEach(c ->
                            columns.add(c.collation() + " (" + table.name() + "." + Identifiers.quote(c.name()) + ")"));
        }
        return DestinationChecks.lacking(
                "destination.collations",
                columns,
                "Columns have collations the destination does not have: ",
                "CREATE COLLATION at the destination under the same name.");
    }
}
