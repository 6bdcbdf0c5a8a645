package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.CategoryFeatures;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.message.Suggestion;
import dev.twotower.eval.topk.GroupLimit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** {@code --max-per COLUMN=N}: at most N items of a list share a value of a column. */
public final class CategoryLimit {
  private static final Pattern FORM = Pattern.compile("(.+)=([1-9][0-9]{0,8})");

  private CategoryLimit() {}

  /**
   * Reads a limit; items without a value are not limited.
   *
   * @throws IllegalArgumentException naming the columns there are
   */
  public static GroupLimit parse(Dataset data, String text) {
    Matcher matcher = FORM.matcher(text);
    List<FeatureColumn> columns =
        CategoryFeatures.of(data).features().stream()
            .filter(column -> column.kind() == FeatureKind.CATEGORICAL)
            .toList();
    OwnNames names = new OwnNames(data);
    FeatureColumn found =
        !matcher.matches()
            ? null
            : find(columns, matcher.group(1))
                .or(() -> names.column(matcher.group(1)).flatMap(own -> find(columns, own)))
                .orElse(null);
    if (found == null) {
      throw new IllegalArgumentException(
          "--max-per: received '%s'; allowed: COLUMN=N, N from 1, with a column of the items that has one text each: %s%s"
              .formatted(
                  text,
                  columns.stream()
                      .map(
                          column ->
                              names
                                  .own(column.name())
                                  .map(own -> column.name() + " (or " + own + ")")
                                  .orElse(column.name()))
                      .toList(),
                  matcher.matches()
                      ? Suggestion.hint(
                          matcher.group(1),
                          columns.stream()
                              .map(FeatureColumn::name)
                              .flatMap(
                                  name -> Stream.concat(Stream.of(name), names.own(name).stream()))
                              .toList())
                      : ""));
    }
    int[] groupOf = IntStream.range(0, data.items()).map(item -> found.code(item) - 1).toArray();
    return new GroupLimit(groupOf, found.cardinality(), Integer.parseInt(matcher.group(2)));
  }

  private static Optional<FeatureColumn> find(List<FeatureColumn> columns, String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** The limit by place among some items. */
  public static GroupLimit among(GroupLimit limit, int[] items) {
    int[] groupOf = Arrays.stream(items).map(item -> limit.groupOf()[item]).toArray();
    return new GroupLimit(groupOf, limit.groups(), limit.most());
  }
}
