package dev.twotower.trainer.serving.export;

import dev.twotower.trainer.vectorfile.Vectors;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongConsumer;

/** Counts the vectors that an export reads, and those that it links into an index. */
public final class ExportWork {
  private final LongConsumer done;
  private long read;
  private long linked;

  ExportWork(LongConsumer done) {
    this.done = done;
  }

  /**
   * Vectors to read and to link in all: those of users and items for each file that holds both;
   * those of the items twice for an index.
   */
  public static long total(Set<ExportFormat> formats, int users, int items) {
    long vectors = 0;
    for (ExportFormat format : formats) {
      vectors +=
          switch (format) {
            case PARQUET, NPY, SAFETENSORS -> (long) users + items;
            case HNSW -> 2L * items;
            case ONNX -> 0;
          };
    }
    return vectors;
  }

  /** The same vectors, counted as they are read. */
  Counted counted(Vectors vectors) {
    return new Counted(vectors);
  }

  /** The index holds so many rows now. */
  void linked(int rows) {
    if (rows > linked) {
      linked = rows;
      done.accept(read + linked);
    }
  }

  /** Vectors that are counted as they are read. */
  final class Counted implements Vectors {
    private final Vectors vectors;
    private final BitSet met = new BitSet();
    private final BitSet some = new BitSet();

    private Counted(Vectors vectors) {
      this.vectors = vectors;
    }

    @Override
    public String name() {
      return vectors.name();
    }

    @Override
    public int rows() {
      return vectors.rows();
    }

    @Override
    public int dimension() {
      return vectors.dimension();
    }

    @Override
    public String id(int row) {
      return vectors.id(row);
    }

    @Override
    public boolean named() {
      return vectors.named();
    }

    @Override
    public String label(int row) {
      return vectors.label(row);
    }

    @Override
    public boolean counted() {
      return vectors.counted();
    }

    @Override
    public int popularity(int row) {
      return vectors.popularity(row);
    }

    /** How many rows are zeros; empty before all of them have been read. */
    OptionalInt zeros() {
      return met.cardinality() == rows()
          ? OptionalInt.of(rows() - some.cardinality())
          : OptionalInt.empty();
    }

    @Override
    public void read(int from, int count, float[] into) {
      vectors.read(from, count, into);
      met.set(from, from + count);
      for (int at = 0; at < count * dimension(); at++) {
        if (into[at] != 0) {
          some.set(from + at / dimension());
        }
      }
      read += count;
      done.accept(read + linked);
    }
  }
}
