package io.penstock.bench.quality;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which way imports go in this module; the other modules' rules are the command line's test. */
@AnalyzeClasses(packages = "io.penstock", importOptions = ImportOption.DoNotIncludeTests.class)
class BenchRulesTest {
    private static final String BENCH = "io.penstock.bench..";

    @ArchTest
    static final ArchRule only_wiring_brings_both_ends_together = noClasses()
            .that()
            .resideInAPackage(BENCH)
            .and()
            .doNotHaveFullyQualifiedName("io.penstock.bench.Wiring")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.penstock.source..", "io.penstock.destination..");

    @ArchTest
    static final ArchRule nobody_knows_the_benchmark = noClasses()
            .that()
            .resideOutsideOfPackage(BENCH)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(BENCH);

    @ArchTest
    static final ArchRule only_its_own_contender_knows_a_peer = noClasses()
            .that()
            .resideOutsideOfPackage("io.penstock.bench.contender..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.debezium..", "org.apache.kafka..");
}
