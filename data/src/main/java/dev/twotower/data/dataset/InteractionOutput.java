package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Writes interactions/part-* and requests.arrow, and keeps the users' offsets. */
final class InteractionOutput implements AutoCloseable {
  static final String DIRECTORY = "interactions";
  static final String REQUESTS = "requests.arrow";

  /** Batches in a part: 2^24 rows at the default batch size, some 450 MB. */
  private static final int BATCHES_PER_PART = 16;

  private static final Split[] SPLITS = Split.values();

  private final DatasetSchema schema;
  private final OutputFiles output;
  private final ArrowFileOutput requests;
  private final Part[] parts = new Part[SPLITS.length];
  private final int[] partNumbers = new int[SPLITS.length];
  private final long[] rows = new long[SPLITS.length];
  private final long[] lastTime = new long[SPLITS.length];
  private final long[][] userStart = new long[SPLITS.length][16];
  private final List<Manifest.DataFile> files = new ArrayList<>();
  private final OverlapCounter overlaps;
  private int lastUser = -1;
  private int lastRequest = -1;
  private int maxItem = -1;

  InteractionOutput(DatasetSchema schema, OutputFiles output) throws IOException {
    this.schema = schema;
    this.output = output;
    this.overlaps = new OverlapCounter(schema.time() != Manifest.TimeUnit.ORDINAL);
    this.requests = output.open(REQUESTS, null, FileColumns.requests(), schema.rowsPerBatch());
  }

  /** The column of users.arrow and requests.arrow that holds the first row in a split. */
  static String startColumn(Split split) {
    return split + "_start";
  }

  int request(int user) throws IOException {
    if (user < lastUser || user < 0) {
      throw new IllegalArgumentException(
          "request of user %d after one of user %d; requests must come in ascending order of user"
              .formatted(user, lastUser));
    }
    if (lastRequest == Integer.MAX_VALUE - 1) {
      throw new BadDataException("more than 2^31 - 2 requests; use fewer, longer requests");
    }
    if (user > lastUser) {
      overlaps.endUser();
    }
    startUsersUpTo(user);
    ((IntVector) requests.vector("user")).setSafe(requests.slot(), user);
    for (Split split : SPLITS) {
      ((BigIntVector) requests.vector(startColumn(split)))
          .setSafe(requests.slot(), rows[split.index()]);
    }
    requests.endRow();
    Arrays.fill(lastTime, Long.MIN_VALUE);
    return ++lastRequest;
  }

  private void startUsersUpTo(int user) {
    for (int each = lastUser + 1; each <= user; each++) {
      for (int split = 0; split < SPLITS.length; split++) {
        if (each == userStart[split].length) {
          userStart[split] = Arrays.copyOf(userStart[split], each + (each >> 1) + 1);
        }
        userStart[split][each] = rows[split];
      }
    }
    lastUser = Math.max(lastUser, user);
  }

  void row(Split split, int item, long time, float weight, double[] context) throws IOException {
    int index = split.index();
    if (lastRequest < 0) {
      throw new IllegalStateException("a row before the first request");
    }
    if (item < 0) {
      throw new IllegalArgumentException("item " + item + "; allowed: 0 and up");
    }
    if (time < lastTime[index]) {
      throw new IllegalArgumentException(
          "row of time %d after one of time %d in request %d; rows must come in order of time"
              .formatted(time, lastTime[index], lastRequest));
    }
    if (!Float.isFinite(weight)) {
      throw new IllegalArgumentException("weight " + weight + "; allowed: a finite number");
    }
    if (context.length != schema.contexts().size()) {
      throw new IllegalArgumentException(
          "%d context values for the %d columns %s"
              .formatted(context.length, schema.contexts().size(), schema.contexts()));
    }
    lastTime[index] = time;
    maxItem = Math.max(maxItem, item);
    part(split).add(lastUser, item, lastRequest, time, weight, context);
    overlaps.add(split, item, lastRequest, time);
    rows[index]++;
  }

  /** What the held-out splits share with the rows before them; call after the last row. */
  List<SplitOverlap> overlaps() {
    overlaps.endUser();
    return overlaps.heldOut();
  }

  private Part part(Split split) throws IOException {
    int index = split.index();
    if (parts[index] != null
        && parts[index].file.rows() == (long) BATCHES_PER_PART * schema.rowsPerBatch()) {
      files.add(parts[index].file.finish());
      parts[index].file.close();
      parts[index] = null;
    }
    if (parts[index] == null) {
      parts[index] = new Part(split, partNumbers[index]++);
    }
    return parts[index];
  }

  long rows(Split split) {
    return rows[split.index()];
  }

  int requests() {
    return lastRequest + 1;
  }

  /** First row of a user in a split; users after the last one seen start at the end. */
  long userStart(Split split, int user) {
    return user <= lastUser ? userStart[split.index()][user] : rows(split);
  }

  void requireUsersBelow(int users) {
    if (lastUser >= users) {
      throw new IllegalArgumentException(
          "rows name user %d, but the user table has %d".formatted(lastUser, users));
    }
  }

  void requireItemsBelow(int items) {
    if (maxItem >= items) {
      throw new IllegalArgumentException(
          "rows name item %d, but the item table has %d".formatted(maxItem, items));
    }
  }

  List<Manifest.DataFile> finish() throws IOException {
    for (Part part : parts) {
      if (part != null) {
        files.add(part.file.finish());
      }
    }
    // Parts of different splits fill up at different moments; the manifest lists them by split.
    files.sort(Comparator.comparing(Manifest.DataFile::split));
    files.add(requests.finish());
    return files;
  }

  @Override
  public void close() throws IOException {
    try (requests) {
      for (Part part : parts) {
        if (part != null) {
          part.file.close();
        }
      }
    }
  }

  /** One open part file and its vectors. */
  private final class Part {
    private final ArrowFileOutput file;
    private final IntVector user;
    private final IntVector item;
    private final IntVector request;
    private final BigIntVector time;
    private final Float4Vector weight;
    private final FieldVector[] context;

    Part(Split split, int number) throws IOException {
      List<Field> contexts =
          schema.contexts().stream()
              .map(column -> FileColumns.context(column.name(), column.isNumeric()))
              .toList();
      file =
          output.open(
              "%s/part-%s-%d.arrow".formatted(DIRECTORY, split, number),
              split,
              FileColumns.interactions(schema.weighted(), contexts),
              schema.rowsPerBatch());
      user = (IntVector) file.vector("user");
      item = (IntVector) file.vector("item");
      request = (IntVector) file.vector("request");
      time = (BigIntVector) file.vector("time");
      weight = (Float4Vector) file.vector("weight");
      context =
          schema.contexts().stream()
              .map(column -> file.vector(contextColumn(column.name())))
              .toArray(FieldVector[]::new);
    }

    void add(int rowUser, int rowItem, int rowRequest, long rowTime, float w, double[] values)
        throws IOException {
      int slot = file.slot();
      user.setSafe(slot, rowUser);
      item.setSafe(slot, rowItem);
      request.setSafe(slot, rowRequest);
      time.setSafe(slot, rowTime);
      if (weight != null) {
        weight.setSafe(slot, w);
      }
      for (int c = 0; c < values.length; c++) {
        if (context[c] instanceof Float8Vector numbers) {
          numbers.setSafe(slot, values[c]);
        } else {
          ((IntVector) context[c]).setSafe(slot, code(c, values[c]));
        }
      }
      file.endRow();
    }

    private int code(int column, double value) {
      DatasetSchema.ContextSpec spec = schema.contexts().get(column);
      int code = (int) value;
      if (code != value || code < 0 || code > spec.vocabulary().size()) {
        throw new IllegalArgumentException(
            "code %s of context column '%s'; allowed: whole numbers 0 to %d"
                .formatted(value, spec.name(), spec.vocabulary().size()));
      }
      return code;
    }
  }

  static String contextColumn(String name) {
    return "context." + name;
  }
}
