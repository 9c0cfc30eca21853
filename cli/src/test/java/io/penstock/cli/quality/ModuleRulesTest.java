package io.penstock.cli.quality;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Which way imports go, and words that name nothing. An empty package passes, because modules grow one after the other. */
@AnalyzeClasses(packages = "io.penstock", importOptions = ModuleRulesTest.ProductionOnly.class)
class ModuleRulesTest {
    /** ArchUnit's own option does not know the folder of the quick build. */
    static final class ProductionOnly implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes");
        }
    }

    private static final String CORE = "io.penstock.core..";
    private static final String POSTGRES = "io.penstock.postgres..";
    private static final String SOURCE = "io.penstock.source..";
    private static final String DESTINATION = "io.penstock.destination..";
    private static final String ENGINE = "io.penstock.engine..";
    private static final String CLI = "io.penstock.cli..";
    private static final String TESTKIT = "io.penstock.testkit..";

    @ArchTest
    static final ArchRule core_imports_only_the_jdk = classes()
            .that()
            .resideInAPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(CORE, "java..", "javax.crypto..", "org.jspecify..")
            .andShould()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("java.sql..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule postgres_knows_only_core = noClasses()
            .that()
            .resideInAPackage(POSTGRES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SOURCE, DESTINATION, ENGINE, CLI, TESTKIT)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule source_knows_neither_destination_nor_engine = noClasses()
            .that()
            .resideInAPackage(SOURCE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DESTINATION, ENGINE, CLI, TESTKIT)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule destination_knows_neither_source_nor_engine = noClasses()
            .that()
            .resideInAPackage(DESTINATION)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SOURCE, ENGINE, CLI, TESTKIT)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule engine_knows_ports_and_no_database = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    POSTGRES, SOURCE, DESTINATION, CLI, TESTKIT, "java.sql..", "javax.sql..", "org.postgresql..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_wiring_brings_both_ends_to_the_command_line = noClasses()
            .that()
            .resideInAPackage(CLI)
            .and()
            .doNotHaveFullyQualifiedName("io.penstock.cli.Wiring")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SOURCE, DESTINATION)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packages_are_named_after_the_domain = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..misc..");

    @ArchTest
    static final ArchRule class_names_say_what_a_class_is = classes()
            .that()
            .areTopLevelClasses()
            .or()
            .areMemberClasses()
            .should(new ArchCondition<JavaClass>("be named after what they are") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    if (type.getSimpleName()
                            .matches("(Abstract|Base)[A-Z].*|.*(Manager|Helper|Utils?|Handler|Processor|Impl)")) {
                        events.add(
                                SimpleConditionEvent.violated(type, type.getName() + " says too little with its name"));
                    }
                }
            });
}
