package io.penstock.destination.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.core.schema.DestinationNames;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionJsonTest {
    @Test
    void names_are_read_as_they_were_written() {
        DestinationNames names = DestinationNames.SAME.withColumn(7, 2, "there").withDistribution(7, List.of(3, 1));

        assertThat(DefinitionJson.read(DestinationNames.class, DefinitionJson.write(DestinationNames.class, names)))
                .isEqualTo(names);
    }

    @Test
    void names_that_an_older_release_wrote_have_no_choice_of_columns() {
        DestinationNames names = DestinationNames.SAME.withColumn(7, 2, "there");
        String older = DefinitionJson.write(DestinationNames.class, names).replace("\"distributions\":{},", "");

        assertThat(older).doesNotContain("distributions");
        assertThat(DefinitionJson.read(DestinationNames.class, older)).isEqualTo(names);
    }
}
