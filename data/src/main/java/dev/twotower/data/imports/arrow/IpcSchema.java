package dev.twotower.data.imports.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The schema of a file, of known types and without metadata that could change their meaning. */
final class IpcSchema {
  private static final int DEEPEST = 32;
  private static final int MOST_FIELDS = 100_000;
  private static final String EXTENSION = "ARROW:extension:name";
  private static final String UUID = "arrow.uuid";

  private final long bytes;
  private int fields;
  private long text;

  private IpcSchema(long bytes) {
    this.bytes = bytes;
  }

  static Schema of(org.apache.arrow.flatbuf.Schema found) throws IOException {
    if (found.endianness() != org.apache.arrow.flatbuf.Endianness.Little) {
      throw new IOException("it is written in big-endian order, which is not read");
    }
    ByteBuffer buffer = found.getByteBuffer();
    IpcSchema bounds = new IpcSchema(buffer.capacity());
    for (int i = 0; i < found.customMetadataLength(); i++) {
      bounds.count(found.customMetadata(i));
    }
    for (int i = 0; i < found.fieldsLength(); i++) {
      bounds.walk(found.fields(i), 1);
    }
    Schema schema = Schema.convertSchema(found);
    if (schema.getFields().isEmpty()) {
      throw new IOException("it has no columns");
    }
    return new Schema(plain(schema.getFields()));
  }

  /** Counts before anything is built: offsets in the metadata may lead anywhere, in circles too. */
  private void walk(org.apache.arrow.flatbuf.Field field, int depth) throws IOException {
    fields++;
    if (depth > DEEPEST || fields > MOST_FIELDS) {
      throw new IOException(
          "its schema has more than %d fields, or more than %d within each other"
              .formatted(MOST_FIELDS, DEEPEST));
    }
    add(field.nameAsByteBuffer());
    for (int i = 0; i < field.customMetadataLength(); i++) {
      count(field.customMetadata(i));
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      walk(field.children(i), depth + 1);
    }
  }

  private void count(KeyValue pair) throws IOException {
    add(pair.keyAsByteBuffer());
    add(pair.valueAsByteBuffer());
  }

  private void add(ByteBuffer part) throws IOException {
    text += part == null ? 16 : 16 + part.remaining();
    if (text > 16 * bytes) {
      throw new IOException("its schema holds more text than the file has room for");
    }
  }

  private static List<Field> plain(List<Field> fields) throws IOException {
    List<Field> plain = new ArrayList<>();
    for (Field field : fields) {
      plain.add(plain(field));
    }
    return plain;
  }

  /**
   * A field without metadata, but for that of UUIDs: DuckDB takes the names of extension types for
   * promises about a layout.
   */
  private static Field plain(Field field) throws IOException {
    ArrowType type = field.getType();
    if (IpcLayout.of(type) == null && !(type instanceof ArrowType.Null)) {
      throw new IOException(
          "column '%s' is of type %s, which is not read; cast it, or leave it out"
              .formatted(field.getName(), type));
    }
    boolean uuid =
        UUID.equals(field.getMetadata().get(EXTENSION))
            && type.equals(new ArrowType.FixedSizeBinary(16));
    DictionaryEncoding dictionary = field.getDictionary();
    return new Field(
        field.getName() == null ? "" : field.getName(),
        new FieldType(
            field.isNullable(), type, dictionary, uuid ? Map.of(EXTENSION, UUID) : Map.of()),
        plain(field.getChildren()));
  }
}
