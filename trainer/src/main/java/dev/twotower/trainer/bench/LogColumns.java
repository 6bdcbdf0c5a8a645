package dev.twotower.trainer.bench;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.tower.Histories;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The log's columns as raw little-endian int32 files, for other programs to train on: {@code user},
 * {@code item} and {@code request} (numbered from 0) by row, and {@code history} by request, each
 * padded to the same length by repeating its items.
 */
final class LogColumns implements AutoCloseable {
  private static final String SUFFIX = ".i32";

  private final Path folder;
  private final DataOutputStream users;
  private final DataOutputStream items;
  private final DataOutputStream requests;
  private final DataOutputStream histories;

  private LogColumns(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.users = open("user");
    this.items = open("item");
    this.requests = open("request");
    this.histories = open("history");
  }

  /**
   * Writes the training rows' columns, replacing what is there.
   *
   * @param histories where histories are read
   * @param length places of a history; 0 for none
   */
  static void write(Dataset data, Histories histories, int length, Path folder) throws IOException {
    try (LogColumns columns = new LogColumns(folder)) {
      columns.write(data.interactions(Split.TRAIN), histories, length);
    }
  }

  private void write(Interactions train, Histories source, int length) throws IOException {
    int[] history = new int[length];
    int request = -1;
    for (long row = 0; row < train.rows(); row++) {
      if (row == train.requestStart(train.request(row))) {
        request++;
        int count = source.read(train.user(row), train.time(row), history);
        for (int i = 0; i < length; i++) {
          put(histories, history[i % Math.max(1, count)]);
        }
      }
      put(users, train.user(row));
      put(items, train.item(row));
      put(requests, request);
    }
  }

  private DataOutputStream open(String name) throws IOException {
    Path file = folder.resolve(name + SUFFIX);
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  private static void put(DataOutputStream out, int value) throws IOException {
    out.writeInt(Integer.reverseBytes(value));
  }

  @Override
  public void close() throws IOException {
    try (users;
        items;
        requests) {
      histories.close();
    }
  }
}
