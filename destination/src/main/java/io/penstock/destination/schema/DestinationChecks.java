package io.penstock.destination.schema;

import static java.util.stream.Collectors.joining;

import io.penstock.core.check.Finding;
import io.penstock.core.name.Identifiers;
import io.penstock.core.name.QualifiedName;
import io.penstock.core.port.DestinationDemands;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.destination.dialect.Dialect;
import io.penstock.destination.dialect.Feature;
import io.penstock.postgres.server.SchemaOwners;
import io.penstock.postgres.server.ServerFacts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What stands in the way at the destination; one finding per item, naming every object concerned. */
final class DestinationChecks {
    private final DestinationCatalog destination;
    private final ServerFacts facts;
    private final Dialect dialect;

    DestinationChecks(DestinationCatalog destination, ServerFacts facts, Dialect dialect) {
        this.destination = destination;
        this.facts = facts;
        this.dialect = dialect;
    }

    /**
     * @param catalog in the destination's names
     * @param shared tables into which other tasks bring rows, which is allowed
     */
    List<Finding> run(Catalog catalog, DestinationDemands demands, Set<QualifiedName> shared) throws SQLException {
        boolean create = demands.create();
        List<Finding> findings = new ArrayList<>();
        findings.add(writable());
        findings.add(ownSchema());
        findings.add(encoding());
        findings.add(rights(catalog, create));
        Set<String> hidden = destination.where(
                "exists (select from pg_catalog.pg_namespace n where n.nspname = x"
                        + " and not pg_catalog.has_schema_privilege(n.oid, 'USAGE'))",
                catalog.schemas());
        if (!hidden.isEmpty()) {
            // Looking names up in them fails; the rest can be judged when the right that was just asked for is there.
            return findings;
        }
        findings.add(replicaRole(catalog, create));
        ExistingTables existing = new ExistingTables(destination, catalog, demands, shared);
        if (create) {
            findings.addAll(beforeCreating(catalog));
            findings.add(existing.conflicts());
            findings.addAll(existing.taken());
        } else {
            findings.addAll(existing.instead());
        }
        return findings;
    }

    private List<Finding> beforeCreating(Catalog catalog) throws SQLException {
        TypeChecks types = new TypeChecks(destination, dialect);
        return List.of(
                extensions(catalog),
                functions(catalog),
                types.types(catalog),
                types.collations(catalog),
                generatedColumns(catalog));
    }

    private Finding writable() throws SQLException {
        String item = "destination.read_write";
        return destination.test("pg_catalog.current_setting('transaction_read_only') = 'off'")
                ? Finding.passed(item)
                : Finding.failed(
                        item,
                        "The destination's sessions are read-only: it is a standby, or default_transaction_read_only is on.",
                        "Point destination.url at the primary, for example with target_session_attrs=read-write, or reset"
                                + " default_transaction_read_only for the role.");
    }

    private Finding ownSchema() throws SQLException {
        String item = "destination.own_schema";
        return SchemaOwners.strangers(destination.connection())
                .map(why -> Finding.failed(item, why, SchemaOwners.FIX))
                .orElse(Finding.passed(item));
    }

    private Finding encoding() {
        String item = "destination.encoding";
        if (facts.encoding().equals("UTF8")) {
            return Finding.passed(item);
        }
        return Finding.warning(
                item,
                "The destination database has the encoding " + facts.encoding()
                        + "; characters it does not have are refused when they arrive.",
                "Create the database with ENCODING 'UTF8'.");
    }

    private Finding replicaRole(Catalog catalog, boolean create) throws SQLException {
        String item = "destination.replica_role";
        boolean needed =
                create ? dialect.can(Feature.ENFORCED_FOREIGN_KEYS) && hasForeignKey(catalog) : hasTriggers(catalog);
        String allowed = facts.version().atLeast(15)
                ? "pg_catalog.has_parameter_privilege('session_replication_role', 'SET')"
                : "(select rolsuper from pg_catalog.pg_roles where rolname = current_user)";
        if (!needed || destination.test(allowed)) {
            return Finding.passed(item);
        }
        String role = Identifiers.quote(destination.text("current_user"));
        return Finding.failed(
                item,
                "Foreign keys and triggers of the destination tables must not fire for replicated changes, and role "
                        + role + " may not set session_replication_role.",
                facts.version().atLeast(15)
                        ? "GRANT SET ON PARAMETER session_replication_role TO " + role + ";"
                        : "ALTER ROLE " + role
                                + " SUPERUSER; or leave foreign keys and triggers out at the destination.");
    }

    private static boolean hasForeignKey(Catalog catalog) {
        return catalog.tables().stream()
                .flatMap(table -> table.constraints().stream())
                .map(ConstraintDefinition::references)
                .anyMatch(name -> name != null && catalog.table(name).isPresent());
    }

    private boolean hasTriggers(Catalog catalog) throws SQLException {
        return !destination
                .where(
                        "exists (select from pg_catalog.pg_trigger where tgrelid = pg_catalog.to_regclass("
                                + destination.name("x") + "))",
                        names(catalog))
                .isEmpty();
    }

    private Finding rights(Catalog catalog, boolean create) throws SQLException {
        String item = "destination.rights";
        Set<String> missing = destination.where(
                "not exists (select from pg_catalog.pg_namespace where nspname = x)", catalog.schemas());
        String role = Identifiers.quote(destination.text("current_user"));
        List<String> fixes = new ArrayList<>();
        if (create
                && !missing.isEmpty()
                && !destination.test("pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')")) {
            String database = Identifiers.quote(destination.text("pg_catalog.current_database()"));
            fixes.add("GRANT CREATE ON DATABASE " + database + " TO " + role + ";");
        }
        String right = create ? "USAGE, CREATE" : "USAGE";
        String lacks = create
                ? "not (pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_schema_privilege(n.oid, 'CREATE'))"
                : "not pg_catalog.has_schema_privilege(n.oid, 'USAGE')";
        Set<String> refused = destination.where(
                "exists (select from pg_catalog.pg_namespace n where n.nspname = x and " + lacks + ")",
                catalog.schemas());
        refused.forEach(s -> fixes.add("GRANT " + right + " ON SCHEMA " + Identifiers.quote(s) + " TO " + role + ";"));
        if (fixes.isEmpty()) {
            return Finding.passed(item);
        }
        return Finding.failed(item, "Role " + role + " lacks rights that the task needs.", String.join(" ", fixes));
    }

    private Finding extensions(Catalog catalog) throws SQLException {
        Set<String> missing = destination.where(
                "not exists (select from pg_catalog.pg_extension where extname = x)", catalog.extensions());
        return lacking(
                "destination.extensions",
                missing,
                "The selected tables use extensions the destination does not have: ",
                missing.stream()
                        .map(name -> "CREATE EXTENSION " + Identifiers.quote(name) + ";")
                        .collect(joining(" ")));
    }

    private Finding functions(Catalog catalog) throws SQLException {
        // Not by to_regprocedure: before 16 it fails where an argument's type does not exist.
        Set<String> missing = destination.where(
                "x not in (select p.oid::regprocedure::text from pg_catalog.pg_proc p where p.oid >= 16384)",
                catalog.functions());
        return lacking(
                "destination.functions",
                missing,
                "Defaults, checks, indexes or types call functions the destination does not have: ",
                "Create them there with the same names and arguments; Penstock copies no code.");
    }

    private Finding generatedColumns(Catalog catalog) {
        Set<String> columns = new TreeSet<>();
        if (!dialect.can(Feature.GENERATED_COLUMNS)) {
            for (TableDefinition table : catalog.tables()) {
                table.columns().stream()
                        .filter(c -> c.generated() != Generated.NO)
                        .forEach(c -> columns.add(table.name() + "." + Identifiers.quote(c.name())));
            }
        }
        return lacking(
                "destination.generated_columns",
                columns,
                dialect.describe() + " has no generated columns, and these are: ",
                "Create the tables by hand and leave the phase schema out, or use a newer destination.");
    }

    static Finding lacking(String item, Collection<String> objects, String why, String fix) {
        return objects.isEmpty()
                ? Finding.passed(item)
                : Finding.failed(item, why + String.join(", ", objects) + ".", fix);
    }

    private static List<String> names(Catalog catalog) {
        return catalog.tables().stream().map(t -> t.name().toString()).toList();
    }
}
