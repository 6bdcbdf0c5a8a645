package dev.twotower.data.imports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Writes a log as Arrow writes it: columns user, item, time, and nested ones beside them. */
final class ArrowFiles {
  /** How the file is written. */
  enum Form {
    FILE,
    STREAM,
    FEATHER_LZ4,
    FEATHER_ZSTD,
    DICTIONARY_FILE,
    DICTIONARY_STREAM
  }

  private ArrowFiles() {}

  /** Writes rows of user, item, time, in batches; a time of "" is missing. */
  static Path write(Path file, Form form, List<String[]> rows, int batch) {
    boolean encoded = form == Form.DICTIONARY_FILE || form == Form.DICTIONARY_STREAM;
    try (BufferAllocator allocator = new RootAllocator();
        VarCharVector users = new VarCharVector("user", allocator);
        VarCharVector items = new VarCharVector("item", allocator);
        BigIntVector times = new BigIntVector("time", allocator);
        ListVector list = ListVector.empty("list", allocator);
        StructVector struct = StructVector.empty("struct", allocator);
        VarCharVector names = new VarCharVector("item", allocator)) {
      MapDictionaryProvider dictionaries = new MapDictionaryProvider();
      List<FieldVector> columns = new ArrayList<>(List.of(users, items, times, list, struct));
      FieldVector codes = null;
      List<String> distinct = rows.stream().map(row -> row[1]).distinct().toList();
      if (encoded) {
        fill(names, distinct);
        Dictionary dictionary =
            new Dictionary(names, new DictionaryEncoding(7, false, new ArrowType.Int(8, true)));
        dictionaries.put(dictionary);
        fill(items, distinct.subList(0, 1));
        codes = (FieldVector) DictionaryEncoder.encode(items, dictionary);
        columns.set(1, codes);
      }
      list.addOrGetVector(FieldType.nullable(new ArrowType.Int(64, true)));
      BigIntVector inner =
          struct.addOrGet("a", FieldType.nullable(new ArrowType.Int(64, true)), BigIntVector.class);
      try (VectorSchemaRoot root = new VectorSchemaRoot(columns);
          FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE);
          ArrowWriter writer = writer(form, root, dictionaries, channel)) {
        writer.start();
        for (int from = 0; from < rows.size(); from += batch) {
          List<String[]> part = rows.subList(from, Math.min(rows.size(), from + batch));
          fill(users, part.stream().map(row -> row[0]).toList());
          if (encoded) {
            codes(codes, part.stream().map(row -> distinct.indexOf(row[1])).toList());
          } else {
            fill(items, part.stream().map(row -> row[1]).toList());
          }
          times.reset();
          UnionListWriter lists = list.getWriter();
          for (int row = 0; row < part.size(); row++) {
            String time = part.get(row)[2];
            if (time.isEmpty()) {
              times.setNull(row);
            } else {
              times.setSafe(row, Long.parseLong(time));
            }
            lists.setPosition(row);
            lists.startList();
            for (int v = 0; v < row % 3; v++) {
              lists.writeBigInt(v);
            }
            lists.endList();
            inner.setSafe(row, row);
            struct.setIndexDefined(row);
          }
          times.setValueCount(part.size());
          list.setValueCount(part.size());
          struct.setValueCount(part.size());
          root.setRowCount(part.size());
          writer.writeBatch();
        }
        writer.end();
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fill(VarCharVector vector, List<String> texts) {
    vector.reset();
    for (int row = 0; row < texts.size(); row++) {
      vector.setSafe(row, texts.get(row).getBytes(StandardCharsets.UTF_8));
    }
    vector.setValueCount(texts.size());
  }

  private static void codes(FieldVector vector, List<Integer> codes) {
    org.apache.arrow.vector.TinyIntVector bytes = (org.apache.arrow.vector.TinyIntVector) vector;
    bytes.reset();
    for (int row = 0; row < codes.size(); row++) {
      bytes.setSafe(row, codes.get(row));
    }
    bytes.setValueCount(codes.size());
  }

  private static ArrowWriter writer(
      Form form, VectorSchemaRoot root, MapDictionaryProvider dictionaries, FileChannel channel) {
    return switch (form) {
      case FILE, DICTIONARY_FILE -> new ArrowFileWriter(root, dictionaries, channel);
      case STREAM, DICTIONARY_STREAM -> new ArrowStreamWriter(root, dictionaries, channel);
      case FEATHER_LZ4, FEATHER_ZSTD ->
          new ArrowFileWriter(
              root,
              dictionaries,
              channel,
              Map.of(),
              IpcOption.DEFAULT,
              codecs(),
              form == Form.FEATHER_LZ4 ? CodecType.LZ4_FRAME : CodecType.ZSTD);
    };
  }

  private static CompressionCodec.Factory codecs() {
    return CommonsCompressionFactory.INSTANCE;
  }
}
