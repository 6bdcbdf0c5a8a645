package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A log in which nothing but a request's device and hour decides what is liked: each of three
 * devices has 20 items of its own, of which mornings see the first ten and evenings the others.
 * Every user is in nine requests, at random devices and hours: seven for training, one for
 * validation, one for the test.
 */
public final class DeviceLog {
  public static final int USERS = 60;
  public static final int ITEMS = 60;
  public static final List<String> DEVICES = List.of("web", "ios", "tv");

  private DeviceLog() {}

  /** Writes it to a directory that does not exist yet. */
  public static Dataset write(Path folder) {
    return write(folder, DEVICES);
  }

  /**
   * The same log with other codes.
   *
   * @param codes the devices, in the order of their codes from 1
   */
  static Dataset write(Path folder, List<String> codes) {
    UniformRandomProvider random = Streams.stream(3, "device-log");
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("device", codes)
            .numericContext("hour")
            .items(ITEMS);
    for (int user = 0; user < USERS; user++) {
      for (int nth = 0; nth < 9; nth++) {
        int device = random.nextInt(DEVICES.size());
        boolean evening = random.nextBoolean();
        double hour = evening ? 19 : 8;
        Split split = nth < 7 ? Split.TRAIN : nth == 7 ? Split.VALIDATION : Split.TEST;
        for (int row = 0; row < 2; row++) {
          builder.row(
              split,
              user,
              item(device, evening, random.nextInt(10)),
              user * 9 + nth,
              (nth * 100L + row) * 1_000_000,
              1f,
              codes.indexOf(DEVICES.get(device)) + 1,
              hour);
        }
      }
    }
    return builder.write(folder);
  }

  private static int item(int device, boolean evening, int which) {
    return device * 20 + (evening ? 10 : 0) + which;
  }

  /** Whether items of a device and a part of the day are those of an item. */
  public static boolean fits(int item, int device, boolean evening) {
    return item / 10 == item(device, evening, 0) / 10;
  }

  /** Small and quick. */
  public static RunConfig config(String... settings) {
    Stream<String> base =
        Stream.of(
            "device=cpu",
            "threads=1",
            "layout=requests:64",
            "batchSize=60",
            "dim=8",
            "user.embedding=8",
            "item.embedding=8",
            "epochs=12",
            "evaluation.everyEpochs=0",
            "evaluation.metrics=[recall@10]",
            "evaluation.stopMetric=recall@10");
    return RunConfig.defaults()
        .with(Stream.concat(base, Stream.of(settings)).toArray(String[]::new));
  }
}
