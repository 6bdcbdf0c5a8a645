package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainSplits;
import dev.twotower.data.generate.GenerateRequest;
import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.RemoteAddress;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Received;
import dev.twotower.data.message.Suggestion;
import dev.twotower.data.message.Words;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.MaskWords;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.bench.BenchSettings;
import dev.twotower.trainer.compare.AskedArm;
import dev.twotower.trainer.compare.GivenArm;
import dev.twotower.trainer.compare.Grid;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.TreeConfig;
import dev.twotower.trainer.serving.export.ExportFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options whose values the library parses; its messages are passed on. */
final class Converters {
  private Converters() {}

  static CommandLine register(CommandLine line) {
    return line.registerConverter(Layout.class, parsing(Layout::parse))
        .registerConverter(MaskSet.class, parsing(MaskWords::parse))
        .registerConverter(Split.class, parsing(Split::parse))
        .registerConverter(TrainSplits.class, parsing(TrainSplits::parse))
        .registerConverter(AskedLayout.class, parsing(AskedLayout::parse))
        .registerConverter(AskedArm.class, parsing(AskedArm::parse))
        .registerConverter(Requirement.class, parsing(Requirement::parse))
        .registerConverter(FromOptions.Optimizer.class, oneOf(FromOptions.Optimizer.values()))
        .registerConverter(GenerateRequest.HeldOut.class, oneOf(GenerateRequest.HeldOut.values()))
        .registerConverter(GivenArm.class, parsing(GivenArm::parse))
        .registerConverter(Grid.class, parsing(Grid::parse))
        .registerConverter(JudgeCommand.Asked.class, parsing(JudgeCommand.Asked::parse))
        .registerConverter(Metric.Kind.class, parsing(Metric.Kind::onRequest))
        .registerConverter(Metric.class, parsing(Metric::parse))
        .registerConverter(ImportFormat.class, parsing(ImportFormat::parse))
        .registerConverter(SplitRule.class, parsing(SplitRule::parse))
        .registerConverter(Duplicates.class, parsing(Duplicates::parse))
        .registerConverter(ExportFormat.class, parsing(ExportFormat::parse))
        .registerConverter(RunConfig.Engine.class, oneOf(RunConfig.Engine.values()))
        .registerConverter(LossConfig.Form.class, oneOf(LossConfig.Form.values()))
        .registerConverter(TreeConfig.Batches.class, oneOf(TreeConfig.Batches.values()))
        .registerConverter(int.class, number(Integer::valueOf, "a whole number"))
        .registerConverter(Integer.class, number(Integer::valueOf, "a whole number"))
        .registerConverter(long.class, number(Long::valueOf, "a whole number"))
        .registerConverter(Long.class, number(Long::valueOf, "a whole number"))
        .registerConverter(double.class, number(Double::valueOf, "a number"))
        .registerConverter(Double.class, number(Double::valueOf, "a number"))
        .registerConverter(Path.class, parsing(Converters::path))
        .registerConverter(BenchSettings.Part.class, parsing(BenchSettings.Part::parse));
  }

  /** Nothing, as an unset variable of a shell leaves it, would be the folder one stands in. */
  private static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "received " + Received.quoted(text) + "; allowed: the name of a file or folder");
    }
    RemoteAddress.refuse(text);
    return Path.of(text);
  }

  private static <T> ITypeConverter<T> number(Function<String, T> parser, String allowed) {
    return text -> {
      try {
        return parser.apply(text.strip());
      } catch (NumberFormatException none) {
        throw new TypeConversionException(
            "received %s; allowed: %s".formatted(Received.quoted(text), allowed));
      }
    };
  }

  private static <E extends Enum<E>> ITypeConverter<E> oneOf(E[] constants) {
    List<String> names = Arrays.stream(constants).map(Words::of).toList();
    return text -> {
      int found = names.indexOf(text.toLowerCase(Locale.ROOT));
      if (found < 0) {
        throw new TypeConversionException(
            "received %s; allowed: %s"
                .formatted(Received.quoted(text), Suggestion.among(text, names)));
      }
      return constants[found];
    };
  }

  private static <T> ITypeConverter<T> parsing(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException refused) {
        throw new TypeConversionException(refused.getMessage());
      }
    };
  }
}
