package io.penstock.destination.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.name.QualifiedName;
import io.penstock.core.relation.ReplicaIdentity;
import io.penstock.core.relation.RowPolicy;
import io.penstock.core.relation.TableMapping;
import io.penstock.core.relation.TableMapping.MappedColumn;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptRowsTest {
    private static TableMapping table() {
        QualifiedName name = new QualifiedName("s", "T");
        List<MappedColumn> columns = List.of(
                new MappedColumn("id", 23, true, "id", "integer", 'N', true),
                new MappedColumn("v", 25, false, "V", "text", 'S', true));
        return new TableMapping(1, name, name, ReplicaIdentity.DEFAULT, true, columns, false, RowPolicy.EVERYTHING);
    }

    @Test
    void only_keys_that_are_free_are_taken() {
        assertThat(KeptRows.insertFree(table(), true))
                .isEqualTo("insert into s.\"T\" (id, \"V\") overriding system value select s.id, s.\"V\""
                        + " from penstock_copied s where not exists (select 1 from s.\"T\" t where t.id = s.id)");
    }

    @Test
    void a_server_of_9_4_gets_nothing_that_came_with_identity_columns() {
        assertThat(KeptRows.insertFree(table(), false))
                .isEqualTo("insert into s.\"T\" (id, \"V\") select s.id, s.\"V\""
                        + " from penstock_copied s where not exists (select 1 from s.\"T\" t where t.id = s.id)");
        assertThat(KeptRows.stage(table()))
                .isEqualTo("create temporary table penstock_copied on commit drop as select id, \"V\""
                        + " from only s.\"T\" with no data");
    }
}
