package dev.twotower.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules and packages (design 11). */
@AnalyzeClasses(packages = "dev.twotower", importOptions = MainClasses.class)
class ModuleArrowsTest {
  @ArchTest
  static final ArchRule MASKING_STANDS_ALONE =
      noClasses()
          .that()
          .resideInAPackage("dev.twotower.masking..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.twotower.data..", "dev.twotower.eval..", "dev.twotower.trainer..");

  @ArchTest
  static final ArchRule MASKING_KNOWS_NO_ENGINE_AND_NO_FILES =
      noClasses()
          .that()
          .resideInAPackage("dev.twotower.masking..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", "org.apache.arrow..", "java.io..", "java.nio.file..");

  @ArchTest
  static final ArchRule DATA_STANDS_ALONE =
      noClasses()
          .that()
          .resideInAPackage("dev.twotower.data..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.twotower.masking..", "dev.twotower.eval..", "dev.twotower.trainer..");

  @ArchTest
  static final ArchRule EVAL_USES_DATA_AND_MASKING_ONLY =
      noClasses()
          .that()
          .resideInAPackage("dev.twotower.eval..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.twotower.trainer..", "ai.djl..");

  @ArchTest
  static final ArchRule NOTHING_DEPENDS_ON_THE_COMMANDS =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.twotower.trainer.command..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.twotower.trainer.command..");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLES =
      slices().matching("dev.twotower.(**)").should().beFreeOfCycles();
}
