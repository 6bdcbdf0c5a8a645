package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.SplitRule;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.bench.BenchSettings;
import dev.twotower.trainer.compare.ArmSpec;
import dev.twotower.trainer.compare.Grid;
import dev.twotower.trainer.export.ExportFormat;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options whose values the library parses; its messages are passed on. */
final class Converters {
  private Converters() {}

  static CommandLine register(CommandLine line) {
    return line.registerConverter(Layout.class, parsing(Layout::parse))
        .registerConverter(MaskSet.class, parsing(MaskSet::parse))
        .registerConverter(Split.class, parsing(Split::parse))
        .registerConverter(ArmSpec.class, parsing(ArmSpec::parse))
        .registerConverter(Grid.class, parsing(Grid::parse))
        .registerConverter(Metric.class, parsing(Metric::parse))
        .registerConverter(ImportFormat.class, parsing(ImportFormat::parse))
        .registerConverter(SplitRule.class, parsing(SplitRule::parse))
        .registerConverter(Duplicates.class, parsing(Duplicates::parse))
        .registerConverter(ExportFormat.class, parsing(ExportFormat::parse))
        .registerConverter(BenchSettings.Part.class, parsing(BenchSettings.Part::parse));
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
