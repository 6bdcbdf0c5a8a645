package dev.twotower.trainer.loss;

import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.cuda.Arguments;
import dev.twotower.trainer.cuda.Upload;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;

/**
 * The lists of overrides that the queries of a tile share, as {@link FusedLoss}'s kernel reads
 * them, sent in one transfer a tile. Its fields stand in the order of the kernel's.
 */
final class FusedOverrides {
  private final Upload upload;
  private final IntArrayList queryStart = new IntArrayList();
  private final IntArrayList queryList = new IntArrayList();
  private final IntArrayList used = new IntArrayList();
  private final IntArrayList start = new IntArrayList();
  private final IntArrayList column = new IntArrayList();
  private final FloatArrayList factor = new FloatArrayList();
  private final long[] fields = new long[5];
  private int[] place = new int[0];

  FusedOverrides(Upload upload) {
    this.upload = upload;
  }

  /** Sends the lists of queries [from, to), each once. */
  void send(NegativesPlan plan, int from, int to) {
    number(plan, from, to);
    start.clear();
    column.clear();
    factor.clear();
    NegativesPlan.OverrideSink sink =
        (at, left) -> {
          column.add(at);
          factor.add(left / plan.columnWeight(at));
        };
    for (int list = 0; list < used.size(); list++) {
      start.add(column.size());
      plan.overrideList(used.getInt(list), sink);
    }
    start.add(column.size());
    upload.begin();
    fields[0] = upload.add(queryStart.elements(), queryStart.size());
    fields[1] = upload.add(queryList.elements(), queryList.size());
    fields[2] = upload.add(start.elements(), start.size());
    fields[3] = upload.add(column.elements(), column.size());
    fields[4] = upload.add(factor.elements(), factor.size());
    long address = upload.send();
    for (int field = 0; field < fields.length; field++) {
      fields[field] += address;
    }
  }

  /** Numbers the lists that the tile needs from 0. */
  private void number(NegativesPlan plan, int from, int to) {
    if (place.length < plan.overrideLists()) {
      place = new int[plan.overrideLists()];
    }
    Arrays.fill(place, 0, plan.overrideLists(), -1);
    queryStart.clear();
    queryList.clear();
    used.clear();
    for (int query = from; query < to; query++) {
      queryStart.add(queryList.size());
      plan.overrideListsOf(
          query,
          list -> {
            if (place[list] < 0) {
              place[list] = used.size();
              used.add(list);
            }
            queryList.add(place[list]);
          });
    }
    queryStart.add(queryList.size());
  }

  /** Tells the kernel where everything lies. */
  void describe(Arguments arguments) {
    for (long field : fields) {
      arguments.add(field);
    }
  }
}
