package dev.twotower.trainer.command;

import dev.twotower.trainer.compare.OtherSettings;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@link ConfigOptions} of commands that train, with {@code --events} as others have it. */
class KindOptions extends ConfigOptions {
  @Option(
      names = EventsOption.NAME,
      order = 22,
      split = ",",
      paramLabel = "KIND=USE",
      showDefaultValue = Visibility.NEVER,
      description =
          "What each kind of feedback stands for: a weight (a positive), shown, never or ignore;"
              + " short for --set events.KIND=USE.")
  private List<String> kinds = List.of();

  @Override
  Map<String, Setting> shortForms() {
    Map<String, Setting> all = super.shortForms();
    EventsOption.uses(kinds)
        .forEach(
            (kind, use) ->
                all.put(
                    OtherSettings.EVENTS + "." + kind,
                    new Setting(
                        EventsOption.NAME,
                        kind + "=" + use,
                        EventsOption.NAME + " " + kind,
                        EventsOption.setting(kind, use))));
    return all;
  }
}
