package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Received;
import dev.twotower.data.message.Suggestion;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --split SPLIT}: the held-out rows by which models are judged. */
final class SplitOption {
  @Option(
      names = "--split",
      order = 4,
      paramLabel = "SPLIT",
      defaultValue = "test",
      converter = HeldOut.class,
      description = "The rows to judge by: validation or test.")
  private Split split;

  Split split() {
    return split;
  }

  /** Models are judged by rows that were held out. */
  static final class HeldOut implements ITypeConverter<Split> {
    @Override
    public Split convert(String text) {
      List<Split> allowed = List.of(Split.VALIDATION, Split.TEST);
      return allowed.stream()
          .filter(split -> split.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "received %s; allowed: %s"
                          .formatted(
                              Received.quoted(text),
                              Suggestion.among(
                                  text, allowed.stream().map(Split::toString).toList()))));
    }
  }
}
