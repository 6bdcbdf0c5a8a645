package dev.twotower.trainer.serving.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.generate.GenerateRequest;
import dev.twotower.data.generate.Generator;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportProgress;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.Importers;
import dev.twotower.eval.topk.GroupLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnNamesTest {
  @TempDir private static Path folder;
  private static Dataset data;

  @BeforeAll
  static void shop() throws IOException {
    Path log = folder.resolve("log.csv");
    Files.writeString(
        log,
        """
        user,item,time,Abteilung,Regal Nr,Farbe
        u,a,1,x,x1,rot
        u,b,2,x,x2,blau
        u,c,3,y,y1,rot
        """);
    Importers.run(
        ImportRequest.builder(ImportFormat.TABLE, log, folder.resolve("data"))
            .column("user", "user")
            .column("item", "item")
            .column("time", "time")
            .tree("Abteilung > Regal Nr")
            .itemFeature("colour=categorical:Farbe")
            .build(),
        ImportProgress.NONE);
    data = Dataset.open(folder.resolve("data"));
  }

  @AfterAll
  static void close() {
    data.close();
  }

  @Test
  void aLimitTakesTheNamesOfTheFile() {
    assertThat(CategoryLimit.parse(data, "Abteilung=1"))
        .usingRecursiveComparison()
        .isEqualTo(CategoryLimit.parse(data, "category.1=1"));
    assertThat(CategoryLimit.parse(data, "regal nr=2"))
        .usingRecursiveComparison()
        .isEqualTo(CategoryLimit.parse(data, "category.2=2"));
    GroupLimit colour = CategoryLimit.parse(data, "Farbe=1");
    assertThat(colour.groupOf()[0])
        .isEqualTo(colour.groupOf()[2])
        .isNotEqualTo(colour.groupOf()[1]);
  }

  /** Its option tree, [2, 2, 2], has numbers of children. */
  @Test
  void aGeneratedLogHasNoFilesWhoseNamesThereAre() {
    Path target = folder.resolve("generated");
    Generator.generate(GenerateRequest.of(20, 40, 100, 1), target);
    try (Dataset generated = Dataset.open(target)) {
      assertThat(new OwnNames(generated).columns()).isEmpty();
    }
  }

  @Test
  void aRefusalNamesBoth() {
    assertThatThrownBy(() -> CategoryLimit.parse(data, "Lager=1"))
        .hasMessageContaining("received 'Lager=1'")
        .hasMessageContaining("category.1 (or Abteilung)")
        .hasMessageContaining("colour (or Farbe)");
    assertThatThrownBy(() -> CategoryLimit.parse(data, "Abteilnug=1"))
        .hasMessageEndingWith("(did you mean 'Abteilung'?)");
  }

  @Test
  void conditionsTakeThemToo() throws IOException {
    assertThat(
            ItemChoice.of(
                    data,
                    Optional.of("Abteilung = 'x' AND Farbe = 'rot'"),
                    Optional.of("\"Regal Nr\" = 'x2'"))
                .items())
        .containsExactly(0);
  }
}
