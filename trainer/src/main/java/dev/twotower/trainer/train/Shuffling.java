package dev.twotower.trainer.train;

import com.sun.management.OperatingSystemMXBean;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import dev.twotower.data.sampling.DiskShuffle;
import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.Mask;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.Shuffle;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Decides whether the layout {@code iid} reads the log or a copy on disk (setting shuffle). */
final class Shuffling {
  private final Dataset data;
  private final RunConfig config;
  private final DiskShuffle.Columns columns;
  private final long memory;

  /**
   * @param memory bytes that the machine, or the container, has
   */
  Shuffling(Dataset data, RunConfig config, long memory) {
    this.data = data;
    this.config = config;
    this.memory = memory;
    this.columns =
        new DiskShuffle.Columns(
            data.interactions(Split.TRAIN),
            data.weighted(),
            config.masks().contexts().stream()
                .map(Mask.Context::column)
                .collect(Collectors.toSet()));
  }

  /** With the memory there is. */
  static Shuffling of(Dataset data, RunConfig config) {
    return new Shuffling(
        data,
        config,
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : Long.MAX_VALUE);
  }

  /**
   * The copy to read from, in a folder; empty to read the log.
   *
   * @param own what a program adds: its own sampler reads the log
   * @param told hears what the copy takes, or why there is none
   * @throws IOException where {@code disk} is asked for and the folder has not the room
   */
  Optional<DiskShuffle> open(Path folder, Extensions own, Consumer<String> told)
      throws IOException {
    boolean iid = config.layout() instanceof Layout.Iid;
    if (!iid && config.shuffle() == Shuffle.DISK) {
      told.accept(
          "shuffle=disk changes nothing under layout %s, which reads the log in order"
              .formatted(config.layout()));
    }
    boolean applies = iid && own.sampler().isEmpty();
    if (!applies || config.shuffle() == Shuffle.MEMORY) {
      return Optional.empty();
    }
    if (config.shuffle() == Shuffle.AUTO) {
      if (columns.bytesInLog() <= memory / 2) {
        return Optional.empty();
      }
      long room = Files.getFileStore(folder).getUsableSpace();
      if (room < columns.bytesOfCopy()) {
        told.accept(
            "rows are read at random places of the log, which is large for the memory there is (%s of %s): shuffling through the disk would take %s, and %s has %s left"
                .formatted(
                    megabytes(columns.bytesInLog()),
                    megabytes(memory),
                    megabytes(columns.bytesOfCopy()),
                    folder,
                    megabytes(room)));
        return Optional.empty();
      }
    }
    DiskShuffle shuffle = DiskShuffle.create(columns, config.batchSize(), config.seed(), folder);
    told.accept(
        "rows are shuffled through the disk: %s in %s, written once an epoch, gone at the end"
                .formatted(megabytes(columns.bytesOfCopy()), folder)
            + atRandom());
    return Optional.of(shuffle);
  }

  /** What is still read at random places. */
  private String atRandom() {
    boolean history = config.user().historyLength() > 0;
    List<String> readers = new ArrayList<>();
    if (config.masks().engaged()) {
      readers.add("mask engaged");
    }
    if (config.loss().correction() == LossConfig.Correction.LEAVE_USER_OUT) {
      readers.add("loss.correction=leave-user-out");
    }
    if (history) {
      readers.add("histories");
    }
    long ofRequests =
        config.user().features().stream()
            .filter(feature -> RequestFeatures.names(feature.name(), data.userTable()))
            .count();
    if (ofRequests > 0) {
      readers.add("features of requests");
    }
    if (readers.isEmpty()) {
      return "";
    }
    long bytes =
        data.interactions(Split.TRAIN).rows() * ((history ? 12 : 4) + 8 * ofRequests)
            + data.users() * 8L;
    return "; %s still %s what users did at random places, so keep %s of memory free for it"
        .formatted(
            String.join(" and ", readers),
            readers.size() > 1 || history || ofRequests > 0 ? "read" : "reads",
            megabytes(bytes));
  }

  private static String megabytes(long bytes) {
    return Amount.number((bytes + 999_999) / 1_000_000) + " MB";
  }
}
