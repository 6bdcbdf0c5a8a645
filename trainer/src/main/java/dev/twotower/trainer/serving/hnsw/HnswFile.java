package dev.twotower.trainer.serving.hnsw;

import dev.twotower.data.BadDataException;
import dev.twotower.trainer.tensor.FloatRows;
import dev.twotower.trainer.vectorfile.ExportSeal;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The file of an index, little-endian, as {@code HierarchicalNSW::saveIndex} of hnswlib 0.8 writes
 * it: a header of 96 bytes; for each node its links on the lowest level, its vector and its label;
 * for each node the size of its links above and these. Lists of links have their count before them
 * and are padded to their full length.
 */
public final class HnswFile {
  private static final int HEADER = 96;

  private HnswFile() {}

  /** Builds an index of the rows that are not zeros, and writes it. */
  public static void write(Vectors rows, Path file) throws IOException {
    write(rows, file, linked -> {});
  }

  /**
   * Builds an index of the rows that are not zeros, and writes it.
   *
   * @param linked receives the rows that are in the index so far; a number may come again
   */
  public static void write(Vectors rows, Path file, IntConsumer linked) throws IOException {
    List<float[]> vectors = new ArrayList<>();
    int[] labels = new int[rows.rows()];
    int dimension = rows.dimension();
    int block = FloatRows.block(rows);
    float[] values = new float[block * dimension];
    for (int from = 0; from < rows.rows(); from += block) {
      int count = Math.min(block, rows.rows() - from);
      rows.read(from, count, values);
      for (int i = 0; i < count; i++) {
        float[] vector = Arrays.copyOfRange(values, i * dimension, (i + 1) * dimension);
        if (HnswGraph.product(vector, vector) > 0) {
          labels[vectors.size()] = from + i;
          vectors.add(vector);
        }
      }
    }
    HnswGraph graph =
        HnswGraph.build(
            Arrays.copyOf(labels, vectors.size()), vectors.toArray(float[][]::new), linked);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      write(graph, dimension, out);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void write(HnswGraph graph, int dimension, OutputStream out) throws IOException {
    int neighbours = graph.neighbours();
    int linkBytes = 4 + 4 * HnswGraph.most(neighbours, 0);
    int nodeBytes = linkBytes + 4 * dimension + 8;
    ByteBuffer header = buffer(HEADER);
    header.putLong(0).putLong(graph.size()).putLong(graph.size()).putLong(nodeBytes);
    header.putLong(nodeBytes - 8).putLong(linkBytes);
    header.putInt(graph.size() == 0 ? -1 : graph.links().length - 1).putInt(graph.entry());
    header.putLong(neighbours).putLong(HnswGraph.most(neighbours, 0)).putLong(neighbours);
    header.putDouble(1 / Math.log(neighbours)).putLong(graph.breadth());
    out.write(header.array());
    ByteBuffer node = buffer(nodeBytes);
    for (int i = 0; i < graph.size(); i++) {
      node.clear();
      put(node, graph.links()[0][i], HnswGraph.most(neighbours, 0));
      for (float value : graph.vectors()[i]) {
        node.putFloat(value);
      }
      node.putLong(graph.labels()[i]);
      out.write(node.array());
    }
    for (int i = 0; i < graph.size(); i++) {
      int levels = graph.level(i);
      ByteBuffer above = buffer(4 + levels * (4 + 4 * neighbours));
      above.putInt(above.capacity() - 4);
      for (int level = 1; level <= levels; level++) {
        put(above, graph.links()[level][i], neighbours);
      }
      out.write(above.array());
    }
  }

  private static void put(ByteBuffer into, int[] links, int most) {
    into.putInt(links.length);
    for (int i = 0; i < most; i++) {
      into.putInt(i < links.length ? links[i] : 0);
    }
  }

  /**
   * Reads a file, comparing it with its checksum where it lies in an export.
   *
   * @throws BadDataException when it is not as the export wrote it, or no such index
   */
  static HnswGraph read(Path file) {
    ExportSeal.check(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
      HnswGraph graph = read(in, Files.size(file));
      if (in.read() >= 0) {
        throw new EOFException("it is longer than its header says");
      }
      return graph;
    } catch (EOFException | IllegalArgumentException damaged) {
      throw new BadDataException(
          "%s is no index of hnswlib, or it was cut short or altered (%s); export again"
              .formatted(file, damaged.getMessage()),
          damaged);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  private static ByteBuffer bytes(InputStream in, int count) throws IOException {
    byte[] read = in.readNBytes(count);
    if (read.length < count) {
      throw new EOFException("it ends too early");
    }
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static HnswGraph read(InputStream in, long size) throws IOException {
    ByteBuffer header = bytes(in, HEADER);
    long nodes = header.getLong(16);
    long nodeBytes = header.getLong(24);
    int linkBytes = (int) header.getLong(40);
    int maxLevel = header.getInt(48);
    int entry = header.getInt(52);
    long neighbours = header.getLong(56);
    long dimension = (nodeBytes - linkBytes - 8) / 4;
    require(nodes >= 0 && nodeBytes > 0 && nodes <= size / nodeBytes, "nodes", nodes);
    require(neighbours > 0 && neighbours <= 10_000, "neighbours", neighbours);
    require(linkBytes == 4 + 8 * neighbours, "bytes of links", linkBytes);
    require(
        dimension > 0 && nodeBytes == linkBytes + 4 * dimension + 8, "bytes of a node", nodeBytes);
    require(maxLevel >= -1 && maxLevel < 64, "levels", maxLevel);
    require(nodes == 0 || entry >= 0 && entry < nodes, "entry", entry);
    int count = (int) nodes;
    int[] labels = new int[count];
    float[][] vectors = new float[count][(int) dimension];
    int[][][] links = new int[Math.max(1, maxLevel + 1)][count][];
    for (int node = 0; node < count; node++) {
      ByteBuffer bytes = bytes(in, (int) nodeBytes);
      links[0][node] = links(bytes, (int) (2 * neighbours), count);
      bytes.position(linkBytes);
      bytes.asFloatBuffer().get(vectors[node]);
      labels[node] = (int) bytes.getLong((int) nodeBytes - 8);
    }
    int levelBytes = (int) (4 + 4 * neighbours);
    for (int node = 0; node < count; node++) {
      int above = bytes(in, 4).getInt();
      require(
          above >= 0 && above % levelBytes == 0 && above / levelBytes <= maxLevel,
          "bytes above",
          above);
      for (int level = 1; level <= above / levelBytes; level++) {
        links[level][node] = links(bytes(in, levelBytes), (int) neighbours, count);
      }
    }
    return new HnswGraph(labels, vectors, (int) neighbours, (int) header.getLong(88), entry, links);
  }

  private static int[] links(ByteBuffer bytes, int most, int nodes) {
    int count = bytes.getInt();
    require(count >= 0 && count <= most, "links", count);
    int[] links = new int[count];
    for (int i = 0; i < count; i++) {
      links[i] = bytes.getInt();
      require(links[i] >= 0 && links[i] < nodes, "a link", links[i]);
    }
    return links;
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new IllegalArgumentException(what + ": " + value);
    }
  }
}
