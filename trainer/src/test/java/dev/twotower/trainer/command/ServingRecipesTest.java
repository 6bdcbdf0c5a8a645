package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of recipes names files that its own export command writes, and each recipe has the form
 * that scripts/check-serving runs. What the recipes find is checked by that script, which needs
 * Python.
 */
class ServingRecipesTest {
  private static final Path PAGE = Path.of("../docs/serving-recipes.md");
  private static final Pattern FORMATS = Pattern.compile("twotower export .*--format (\\S+)");
  private static final Pattern NAMED = Pattern.compile("\"serving/([^\"]+)\"");

  @Test
  void itsExportWritesTheFilesThatRecipesRead(@TempDir Path folder) throws IOException {
    String page = Files.readString(PAGE);
    String data = folder.resolve("data").toString();
    String run = folder.resolve("run").toString();
    Path serving = folder.resolve("serving");
    Invocation.of("generate", "--to=" + data, "--users=60", "--items=120", "--rows=900");
    Invocation train =
        Invocation.of(
            "train",
            "--data=" + data,
            "--out=" + run,
            "--device=cpu",
            "--set=batchSize=128",
            "--set=epochs=1",
            "--set=dim=4",
            "--set=evaluation.everyEpochs=0");
    assertThat(train.exitCode()).as(train.err()).isZero();
    String formats = FORMATS.matcher(page).results().findFirst().orElseThrow().group(1);
    Invocation export =
        Invocation.of("export", "--run=" + run, "--to=" + serving, "--format=" + formats);
    assertThat(export.exitCode()).as(export.err()).isZero();
    TreeSet<String> named =
        NAMED
            .matcher(page)
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).contains("items.npy", "items.ids.json", "user-tower.onnx");
    assertThat(named).allSatisfy(file -> assertThat(serving.resolve(file)).isRegularFile());
  }

  @Test
  void everyRecipeDefinesWhatTheScriptCalls() throws IOException {
    List<String> recipes =
        Pattern.compile("^### (.+)$(?s:.*?)(?=^##|\\z)", Pattern.MULTILINE)
            .matcher(Files.readString(PAGE))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(recipes).hasSizeGreaterThan(8);
    assertThat(recipes)
        .allSatisfy(recipe -> assertThat(recipe).contains("\n    def nearest(user, k):\n        "));
  }
}
