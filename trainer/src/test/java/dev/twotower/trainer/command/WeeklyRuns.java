package dev.twotower.trainer.command;

import com.sun.management.OperatingSystemMXBean;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.OwnMetric;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.UserRanking;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Runs the commands that {@code scripts/weeks} plans, all in one process, so that their processor
 * time is that of a program whose start is behind it. Each line of standard input is a step, its
 * words separated by tabs; what it makes is in a file, and a step whose file exists is done:
 *
 * <ul>
 *   <li>{@code run FILE COMMAND..}: the command's JSON; {@code FILE.cpu} has its processor seconds
 *   <li>{@code judge FILE RUN OTHER BEFORE}: a line a user of the test split, with the recall@20 of
 *       both runs, over all items, over those with training rows that the data set BEFORE has
 *       training rows of as well, and over those that it has none of; NaN where the user has none
 * </ul>
 */
public final class WeeklyRuns {
  private static final Metric RECALL = new Metric(Metric.Kind.RECALL, 20);

  private WeeklyRuns() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    List<String> steps =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
            .lines()
            .toList();
    for (String step : steps) {
      String[] words = step.split("\t");
      Path file = Path.of(words[1]);
      if (!Files.exists(file)) {
        String[] rest = Arrays.copyOfRange(words, 2, words.length);
        write(file, words[0].equals("run") ? command(file, rest) : judge(rest));
      }
    }
    System.exit(0);
  }

  private static String command(Path file, String[] words) throws IOException {
    StringWriter out = new StringWriter();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long before = system.getProcessCpuTime();
    int code = Main.run(Console.to(new PrintWriter(out, true), System.err), words);
    long nanos = system.getProcessCpuTime() - before;
    if (code != ExitCode.DONE) {
      throw new IllegalStateException("exit code " + code + " of " + String.join(" ", words));
    }
    write(Path.of(file + ".cpu"), "%.3f%n".formatted(nanos / 1e9));
    return out.toString();
  }

  private static String judge(String[] words) throws IOException {
    try (TrainedRun run = open(words[0]);
        TrainedRun other = open(words[1]);
        Dataset before = Dataset.open(Path.of(words[2]))) {
      Dataset data = run.data();
      IntPredicate known = known(before, data.itemTable());
      TrainCounts counts = data.trainCounts();
      Interactions rows = data.interactions(Split.TEST);
      RankingEvaluator evaluator =
          new RankingEvaluator(
              Training.rankingData(data),
              RankingOptions.defaults(Split.TEST)
                  .withCutoffs(List.of(RECALL.k()))
                  .withReplicates(0)
                  .withRankSeen(true)
                  .withOwn(recall("old", rows, item -> counts.rows(item) > 0 && known.test(item)))
                  .withOwn(
                      recall("new", rows, item -> counts.rows(item) > 0 && !known.test(item))));
      EvaluationResult one = run.evaluate(evaluator, Split.TEST);
      EvaluationResult two = other.evaluate(evaluator, Split.TEST);
      List<double[]> columns = new ArrayList<>();
      for (String metric : List.of(RECALL.toString(), "old", "new")) {
        columns.add(one.ofUsers().values(metric));
        columns.add(two.ofUsers().values(metric));
      }
      StringBuilder lines = new StringBuilder();
      int[] users = evaluator.users();
      for (int position = 0; position < users.length; position++) {
        lines.append(data.userTable().id(users[position]));
        for (double[] column : columns) {
          lines.append('\t').append(column[position]);
        }
        lines.append('\n');
      }
      return lines.toString();
    }
  }

  private static TrainedRun open(String run) throws IOException {
    return TrainedRun.load(Path.of(run), Optional.empty(), Optional.empty());
  }

  /** Whether an item of one data set has training rows in another. */
  private static IntPredicate known(Dataset before, EntityTable items) {
    TrainCounts counts = before.trainCounts();
    return item -> {
      OptionalInt there = before.itemTable().index(items.id(item));
      return there.isPresent() && counts.rows(there.getAsInt()) > 0;
    };
  }

  /** Recall over some of the items, all of which are ranked. */
  private static OwnMetric recall(String name, Interactions rows, IntPredicate included) {
    return new OwnMetric() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double of(UserRanking ranking) {
        long relevant =
            LongStream.range(rows.userStart(ranking.user()), rows.userEnd(ranking.user()))
                .mapToInt(rows::item)
                .distinct()
                .filter(included)
                .count();
        long hits =
            IntStream.range(0, ranking.size())
                .filter(place -> ranking.relevant(place) && included.test(ranking.item(place)))
                .count();
        return relevant == 0 ? Double.NaN : (double) hits / relevant;
      }
    };
  }

  private static void write(Path file, String text) throws IOException {
    Path partial = Files.writeString(Path.of(file + ".part"), text);
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
