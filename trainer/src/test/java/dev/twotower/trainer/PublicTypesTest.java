package dev.twotower.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What other programs may build on is a decision, not what compiled at the time. */
class PublicTypesTest {
  private static final String LIST = "public-types.txt";

  @Test
  void aTypeBecomesPublicOnPurpose() throws IOException {
    List<String> allowed;
    try (var list = PublicTypesTest.class.getResourceAsStream(LIST)) {
      allowed = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    TreeSet<String> found =
        new ClassFileImporter()
            .withImportOption(new MainClasses()).importPackages("dev.twotower").stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found)
        .as(
            """
            public top-level types. Make a type package-private unless another package needs it; \
            where one does, give it Javadoc with shapes, units and errors, and add its name to \
            trainer/src/test/resources/dev/twotower/trainer/%s, in order. A name whose type is \
            public no more goes from there."""
                .formatted(LIST))
        .containsExactlyElementsOf(allowed);
  }
}
