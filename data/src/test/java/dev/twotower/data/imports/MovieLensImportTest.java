package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovieLensImportTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private ImportRequest.Builder request(String from) {
    return ImportRequest.builder(ImportFormat.MOVIELENS, temp.resolve(from), folder.target());
  }

  @Test
  void ml100k() throws IOException {
    folder.file("ml/u.data", "1\t10\t5\t300", "1\t2\t3\t100", "1\t3\t1\t200", "2\t2\t4\t50");
    Files.write(
        folder.file("ml/u.item", ""),
        (item("2", "Amélie (2001)", "01-Jan-1999", 5, 14)
                + item("3", "Untitled", "01-Jan-1994", 0)
                + item("10", "unknown", ""))
            .getBytes(StandardCharsets.ISO_8859_1));
    folder.file("ml/u.user", "1|24|M|technician|85711", "2|17|F|writer|0");
    try (Dataset data = folder.open(request("ml"))) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train 1 2 0 100 1.0",
              "train 2 2 1 50 1.0",
              "validation 1 3 0 200 1.0",
              "test 1 10 0 300 1.0");
      EntityTable items = data.itemTable();
      assertThat(items.name(0)).isEqualTo("Amélie (2001)");
      assertThat(texts(items, "genres", 0)).containsExactly("Comedy", "Romance");
      assertThat(texts(items, "genres", 1)).containsExactly("unknown");
      assertThat(text(items, "year", 0)).isEqualTo("2001");
      assertThat(text(items, "year", 1)).isEqualTo("1994");
      assertThat(text(items, "year", 2)).isEmpty();
      EntityTable users = data.userTable();
      assertThat(users.feature("age").value(0)).isEqualTo(24f);
      assertThat(text(users, "age_group", 0)).isEqualTo("18-24");
      assertThat(text(users, "age_group", 1)).isEqualTo("under 18");
      assertThat(text(users, "gender", 1)).isEqualTo("F");
      assertThat(text(users, "occupation", 0)).isEqualTo("technician");
      assertThat(data.manifest().provenance().sources().stream().map(source -> source.name()))
          .containsExactly("u.data", "u.user", "u.item");
    }
  }

  private static String item(String id, String title, String release, int... genres) {
    StringBuilder line = new StringBuilder(id + "|" + title + "|" + release + "||http://x");
    for (int genre = 0; genre < 19; genre++) {
      int flag = genre;
      line.append(Arrays.stream(genres).anyMatch(g -> g == flag) ? "|1" : "|0");
    }
    return line + "\n";
  }

  @Test
  void ml1m() {
    folder.file("ml/ratings.dat", "1::10::5::300", "1::2::3::100", "1::3::1::200");
    folder.file("ml/movies.dat", "2::Alien: the one (1979)::Horror|Sci-Fi", "3::X (2000)::Drama");
    folder.file("ml/users.dat", "1::F::56::16::70072");
    try (Dataset data = folder.open(request("ml"))) {
      assertThat(data.itemTable().name(0)).isEqualTo("Alien: the one (1979)");
      assertThat(texts(data.itemTable(), "genres", 0)).containsExactly("Horror", "Sci-Fi");
      assertThat(text(data.itemTable(), "year", 1)).isEqualTo("2000");
      assertThat(text(data.userTable(), "age_group", 0)).isEqualTo("56+");
      // Movie 10 is not in movies.dat.
      assertThat(data.itemTable().name(2)).isEqualTo("10");
    }
  }

  @Test
  void csvWithConditionsAndWeights() {
    folder.file(
        "ml/ratings.csv",
        "userId,movieId,rating,timestamp",
        "1,2,4.5,100",
        "1,3,0.5,200",
        "1,4,5.0,300",
        "1,5,4.0,400");
    folder.file(
        "ml/movies.csv",
        "movieId,title,genres",
        "2,\"Lost, The (1995)\",Comedy|Drama",
        "3,X,(no genres listed)");
    try (Dataset data =
        folder.open(request("ml/ratings.csv").where("rating >= 4").column("weight", "rating"))) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly("train 1 2 0 100 4.5", "validation 1 4 0 300 5.0", "test 1 5 0 400 4.0");
      assertThat(data.itemTable().name(0)).isEqualTo("Lost, The (1995)");
      assertThat(data.itemTable().index("3")).hasValue(1);
      assertThat(texts(data.itemTable(), "genres", 1)).isEmpty();
      assertThat(data.manifest().provenance().dropped())
          .containsEntry("fails --where rating >= 4", 1L);
    }
  }

  @Test
  void theHeaderSaysWhichColumnIsWhich() {
    folder.file(
        "ml/ratings.csv",
        "timestamp,userId,movieId,rating,tag",
        "300,1,4,5.0,x",
        "100,1,2,4.5,y",
        "400,1,5,4.0,z");
    folder.file("ml/movies.csv", "genres,movieId,title", "Comedy,2,Two (1995)", "Drama,4,Four");
    try (Dataset data = folder.open(request("ml").column("weight", "rating"))) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly("train 1 2 0 100 4.5", "validation 1 4 0 300 5.0", "test 1 5 0 400 4.0");
      assertThat(data.itemTable().name(0)).isEqualTo("Two (1995)");
      assertThat(texts(data.itemTable(), "genres", 1)).containsExactly("Drama");
    }
    folder.file("other/ratings.csv", "userId,movieId,stars,timestamp", "1,4,5.0,300");
    ImportRequest other =
        ImportRequest.builder(ImportFormat.MOVIELENS, temp.resolve("other"), temp.resolve("to"))
            .build();
    assertThatThrownBy(() -> Importers.run(other, ImportProgress.NONE))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("ratings.csv has no column 'rating'")
        .hasMessageContaining("[movieId, rating, timestamp, userId], in any order");
  }

  @Test
  void aLogAloneHasNoFeatures() {
    folder.file("ml/u.data", "1\t10\t5\t300", "1\t2\t3\t100", "1\t3\t1\t200");
    try (Dataset data = folder.open(request("ml").sessionGap(100))) {
      assertThat(data.itemTable().features()).isEmpty();
      assertThat(data.requests()).isEqualTo(1);
      assertThat(ImportFolder.rows(data, Split.TEST)).containsExactly("1 10 0 300 1.0");
    }
  }

  static String text(EntityTable table, String feature, int index) {
    FeatureColumn column = table.feature(feature);
    return column.text(column.code(index));
  }

  private static List<String> texts(EntityTable table, String feature, int index) {
    FeatureColumn column = table.feature(feature);
    return Arrays.stream(column.codes(index)).mapToObj(column::text).toList();
  }
}
