package io.penstock.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointSpecTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://sync:hunter2@db1:5432/shop",
                "postgresql://sync:p@hunter2@db1/shop",
                "postgresql://sync:hun/hunter2@db1/shop?sslmode=require",
                "postgres://:hunter2@db1/shop",
                "postgresql://db1/shop?user=sync&password=hunter2&sslmode=require",
                "postgresql://db1/shop?sslpassword=hunter2",
                "host=db1 password=hunter2 dbname=shop",
                "host=db1 password = 'a hunter2' dbname=shop",
                "host=db1 password='it\\'s hunter2' dbname=shop",
            })
    void never_shows_a_password_inside_the_url(String url) {
        EndpointSpec endpoint = new EndpointSpec(url, Optional.of(new Secret("hunter2")), DestinationKind.AUTO);
        assertThat(endpoint.toString()).doesNotContain("hunter2").contains("db1").contains("shop");
        assertThat(endpoint.password()).get().extracting(Secret::value).isEqualTo("hunter2");
    }

    @Test
    void shows_a_url_without_password_as_it_is() {
        String url = "postgresql://sync@db1:5432,db2:5433/shop?sslmode=require&application_name=a@b";
        assertThat(new EndpointSpec(url, Optional.empty(), DestinationKind.AUTO).maskedUrl()).isEqualTo(url);
    }
}
