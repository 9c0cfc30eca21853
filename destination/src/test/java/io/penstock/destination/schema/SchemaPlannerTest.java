package io.penstock.destination.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.ColumnDefinition;
import io.penstock.core.schema.ColumnDefinition.Generated;
import io.penstock.core.schema.ColumnDefinition.Identity;
import io.penstock.core.schema.ConstraintDefinition;
import io.penstock.core.schema.ConstraintDefinition.Kind;
import io.penstock.core.schema.IndexDefinition;
import io.penstock.core.schema.SchemaStep;
import io.penstock.core.schema.SequenceDefinition;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.schema.TypeDefinition.DomainType;
import io.penstock.core.schema.TypeDefinition.EnumType;
import io.penstock.destination.dialect.PostgresDialect;
import io.penstock.postgres.server.ServerVersion;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchemaPlannerTest {
    private static final QualifiedName ORDERS = new QualifiedName("shop", "orders");
    private static final QualifiedName ITEMS = new QualifiedName("shop", "Order Items");

    @Test
    void the_plan_reads_like_a_script() {
        TableDefinition orders = table(
                ORDERS,
                List.of(
                        column("id", "bigint", null, Identity.ALWAYS, Generated.NO),
                        column("state", "shop.state", "'new'::shop.state", Identity.NO, Generated.NO),
                        column("total", "numeric(10,2)", "(a * 2)", Identity.NO, Generated.VIRTUAL)),
                List.of(
                        constraint("orders_pkey", Kind.PRIMARY_KEY, "PRIMARY KEY (id)", null),
                        constraint("orders_check", Kind.CHECK, "CHECK ((total > (0)::numeric)) NOT VALID", null)),
                List.of(index("orders_state", "USING btree (state) WHERE (total > 1)")));
        TableDefinition items = table(
                ITEMS,
                List.of(column("order", "bigint", null, Identity.NO, Generated.NO)),
                List.of(
                        constraint(
                                "items_fk",
                                Kind.FOREIGN_KEY,
                                "FOREIGN KEY (\"order\") REFERENCES shop.orders(id)",
                                ORDERS),
                        constraint(
                                "elsewhere",
                                Kind.FOREIGN_KEY,
                                "FOREIGN KEY (\"order\") REFERENCES other.t(id)",
                                new QualifiedName("other", "t"))),
                List.of());

        assertThat(script(catalog(List.of(items, orders)), 15)).isEqualTo("""
                        -- BEFORE_COPY schema shop
                        CREATE SCHEMA shop;
                        -- BEFORE_COPY type shop.state
                        CREATE TYPE shop.state AS ENUM ('new', 'it''s paid');
                        COMMENT ON TYPE shop.state IS 'of an order';
                        -- BEFORE_COPY type shop.amount
                        CREATE DOMAIN shop.amount AS numeric(10,2)
                            DEFAULT 0
                            NOT NULL
                            CONSTRAINT positive CHECK ((VALUE > 0));
                        ALTER DOMAIN shop.amount ADD CONSTRAINT late CHECK ((VALUE < 9)) NOT VALID;
                        -- BEFORE_COPY table shop."Order Items"
                        CREATE TABLE shop."Order Items" (
                            "order" bigint
                        );
                        -- BEFORE_COPY table shop.orders
                        -- note: generated column total is stored here: PostgreSQL 15.4 has no virtual ones
                        CREATE TABLE shop.orders (
                            id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME shop.orders_id_seq START WITH 1 INCREMENT BY 1 \
                        MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1) NOT NULL,
                            state shop.state DEFAULT 'new'::shop.state,
                            total numeric(10,2) GENERATED ALWAYS AS ((a * 2)) STORED
                        );
                        -- AFTER_COPY primary key orders_pkey on shop.orders
                        ALTER TABLE shop.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
                        -- AFTER_COPY index orders_state on shop.orders
                        CREATE INDEX orders_state ON shop.orders USING btree (state) WHERE (total > 1);
                        -- AFTER_COPY check orders_check on shop.orders
                        ALTER TABLE shop.orders ADD CONSTRAINT orders_check CHECK ((total > (0)::numeric)) NOT VALID;
                        -- WHEN_CONSISTENT foreign key items_fk on shop."Order Items"
                        ALTER TABLE shop."Order Items" ADD CONSTRAINT items_fk FOREIGN KEY ("order") REFERENCES shop.orders(id) \
                        NOT VALID;
                        -- WHEN_CONSISTENT validation of foreign key items_fk on shop."Order Items"
                        ALTER TABLE shop."Order Items" VALIDATE CONSTRAINT items_fk;
                        -- WHEN_CONSISTENT foreign key elsewhere on shop."Order Items"
                        -- note: the referenced table other.t is not selected; left out
                        """);
    }

    @Test
    void invalid_indexes_are_left_out_with_a_note() {
        IndexDefinition broken = new IndexDefinition(
                82, "broken", "USING btree (id)", List.of("id"), true, false, false, false, true, false, null);
        TableDefinition orders = table(ORDERS, List.of(), List.of(), List.of(broken));

        SchemaStep step = plan(catalog(List.of(orders)), 15).stream()
                .filter(s -> s.object().startsWith("index broken"))
                .findFirst()
                .orElseThrow();

        assertThat(step.statements()).isEmpty();
        assertThat(step.notes()).containsExactly("invalid at the source; left out");
    }

    @Test
    void key_words_inside_quotes_are_not_taken_for_key_words() {
        assertThat(QuotedText.contains("CHECK ((a <> ' NOT ENFORCED'::text))", " NOT ENFORCED"))
                .isFalse();
        assertThat(QuotedText.contains("CHECK ((a <> 'it''s'::text)) NOT ENFORCED", " NOT ENFORCED"))
                .isTrue();
        assertThat(QuotedText.remove("UNIQUE NULLS NOT DISTINCT (\" NULLS NOT DISTINCT\")", " NULLS NOT DISTINCT"))
                .isEqualTo("UNIQUE (\" NULLS NOT DISTINCT\")");
    }

    @Test
    void type_names_are_taken_apart_as_the_server_writes_them() {
        assertThat(TypeName.plain("timestamp(3) with time zone[]")).isEqualTo("timestamp with time zone");
        assertThat(TypeName.plain("\"char\"")).isEqualTo("\"char\"");
        assertThat(TypeName.plain("public.geometry(Point,4326)[]")).isEqualTo("public.geometry");
        assertThat(TypeName.plain("\"Weird. (x)\".\"a\"\"b\"[]")).isEqualTo("\"Weird. (x)\".\"a\"\"b\"");
        assertThat(TypeName.qualified("numeric(10,2)")).isEmpty();
    }

    private static List<SchemaStep> plan(Catalog catalog, int version) {
        return new SchemaPlanner(new PostgresDialect(new ServerVersion(version * 10_000 + 4))).plan(catalog);
    }

    private static String script(Catalog catalog, int version) {
        return plan(catalog, version).stream()
                .map(step -> "-- " + step.stage() + " " + step.object() + "\n"
                        + step.notes().stream().map(n -> "-- note: " + n + "\n").collect(Collectors.joining())
                        + step.statements().stream().map(s -> s + ";\n").collect(Collectors.joining()))
                .collect(Collectors.joining());
    }

    private static Catalog catalog(List<TableDefinition> tables) {
        List<TypeDefinition> types = List.of(
                new EnumType(
                        70,
                        new QualifiedName("shop", "state"),
                        List.of(new EnumType.Value(71, "new"), new EnumType.Value(72, "it's paid")),
                        "of an order"),
                new DomainType(
                        73,
                        new QualifiedName("shop", "amount"),
                        "numeric(10,2)",
                        null,
                        true,
                        "0",
                        List.of(
                                new DomainType.Constraint("positive", "CHECK ((VALUE > 0))"),
                                new DomainType.Constraint("late", "CHECK ((VALUE < 9)) NOT VALID")),
                        null));
        SequenceDefinition sequence = new SequenceDefinition(
                90,
                new QualifiedName("shop", "orders_id_seq"),
                "bigint",
                1,
                1,
                1,
                Long.MAX_VALUE,
                1,
                false,
                ORDERS,
                "id",
                true,
                null);
        return new Catalog(150004, List.of("shop"), List.of(), List.of(), types, List.of(sequence), tables);
    }

    private static TableDefinition table(
            QualifiedName name,
            List<ColumnDefinition> columns,
            List<ConstraintDefinition> constraints,
            List<IndexDefinition> indexes) {
        return new TableDefinition(
                1,
                name,
                TableDefinition.Kind.TABLE,
                false,
                ReplicaIdentity.DEFAULT,
                List.of(),
                null,
                columns,
                constraints,
                indexes,
                List.of(),
                null,
                null,
                null,
                -1,
                0);
    }

    private static ColumnDefinition column(
            String name, String type, @Nullable String expression, Identity identity, Generated generated) {
        boolean notNull = identity != Identity.NO;
        return new ColumnDefinition(
                1, name, type, 20, -1, 'N', true, null, notNull, expression, null, identity, generated, true, null);
    }

    private static ConstraintDefinition constraint(
            String name, Kind kind, String definition, @Nullable QualifiedName references) {
        return new ConstraintDefinition(80, name, kind, definition, List.of(), references, true, true, null);
    }

    private static IndexDefinition index(String name, String tail) {
        return new IndexDefinition(81, name, tail, List.of(), false, false, false, false, true, true, null);
    }
}
