package io.penstock.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.schema.Catalog;
import io.penstock.core.schema.TableDefinition;
import io.penstock.core.schema.TypeDefinition;
import io.penstock.core.task.ObjectSelection;
import io.penstock.postgres.connection.SessionSettings;
import io.penstock.source.catalog.CatalogImage;
import io.penstock.source.catalog.CatalogReader;
import io.penstock.source.catalog.ImageFunction;
import io.penstock.testkit.EmbeddedServer;
import io.penstock.testkit.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image taken inside the source says what a session of ours would have read. */
@ExtendWith(Servers.class)
class CatalogImageIT {
    @ParameterizedTest
    @ValueSource(ints = {11, 12, 14, 15, 16, 17, 18})
    void an_image_equals_what_is_read(int version, Servers servers) throws SQLException {
        EmbeddedServer server = servers.version(version);
        String database = RichSchema.create(server, version);
        RichSchema.execute(server, database, "create schema penstock");
        RichSchema.execute(server, database, ImageFunction.text(version * 10_000));
        try (Connection ours = RichSchema.connector(server, database).open(SessionSettings.source());
                Connection users = server.connect(database)) {
            try (Statement statement = users.createStatement()) {
                statement.execute("set timezone = 'Asia/Tokyo'; set quote_all_identifiers = on;"
                        + " set search_path = shop; set bytea_output = 'escape'; set intervalstyle = 'iso_8601'");
            }
            CatalogReader reader = new CatalogReader(ours);
            Catalog all = reader.read(ObjectSelection.EVERYTHING);
            List<Integer> tables =
                    all.tables().stream().map(TableDefinition::oid).toList();
            List<Integer> types = all.types().stream().map(TypeDefinition::oid).toList();

            assertThat(tables).isNotEmpty();
            assertThat(types).isNotEmpty();
            assertThat(reader.readTables(tables)).isEqualTo(all);
            assertThat(image(users, tables, List.of())).isEqualTo(all);
            assertThat(image(users, List.of(), types)).isEqualTo(reader.readTypes(types));
            assertThat(reader.readTypes(types).types()).containsAll(all.types());
            for (int table : tables) {
                assertThat(image(users, List.of(table), List.of())).isEqualTo(reader.readTables(List.of(table)));
            }
        }
    }

    private static Catalog image(Connection connection, List<Integer> tables, List<Integer> types) throws SQLException {
        String sql = "select penstock.describe('" + array(tables) + "', '" + array(types) + "')";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return CatalogImage.parse(row.getString(1));
        }
    }

    private static String array(List<Integer> oids) {
        return oids.stream().map(Integer::toUnsignedString).collect(Collectors.joining(",", "{", "}"));
    }
}
