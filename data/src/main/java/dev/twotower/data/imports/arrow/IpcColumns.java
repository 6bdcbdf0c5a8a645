package dev.twotower.data.imports.arrow;

import java.io.IOException;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/** Checks the columns of a batch, in the order in which its nodes and buffers lie. */
final class IpcColumns {
  /** How many values the dictionary of an id has; -1 for none. */
  private final LongUnaryOperator dictionaries;

  private final IpcBatch batch;

  /** Bits of all buffers: no column can have more values, for each value takes a bit somewhere. */
  private final long most;

  private int node;
  private int buffer;
  private int variadic;

  private IpcColumns(IpcBatch batch, LongUnaryOperator dictionaries) {
    this.batch = batch;
    this.dictionaries = dictionaries;
    this.most = 8 * batch.buffers.stream().mapToLong(ArrowBuf::capacity).sum();
  }

  /** Checks every column of a batch, in full. */
  static void check(IpcBatch batch, List<Field> fields, LongUnaryOperator dictionaries)
      throws IOException {
    IpcColumns columns = new IpcColumns(batch, dictionaries);
    for (Field field : fields) {
      columns.column(field, batch.rows);
    }
    if (columns.node != batch.nodes.size()
        || columns.buffer != batch.buffers.size()
        || columns.variadic != batch.variadic.size()) {
      throw new IOException("a batch has other columns than the schema");
    }
  }

  /**
   * Checks a column and those within it.
   *
   * @param length how many values it must have; -1 for any number
   */
  private void column(Field field, long length) throws IOException {
    if (node == batch.nodes.size()) {
      throw new IOException("a batch has fewer columns than the schema");
    }
    ArrowFieldNode found = batch.nodes.get(node++);
    long values = found.getLength();
    if (values < 0 || values > most || length >= 0 && values != length) {
      throw damaged(field, "it has %d values; allowed: %d".formatted(values, Math.max(length, 0)));
    }
    if (found.getNullCount() < 0 || found.getNullCount() > values) {
      throw damaged(
          field, "%d of its %d values are missing".formatted(found.getNullCount(), values));
    }
    ArrowType type = field.getType();
    if (type instanceof ArrowType.Null) {
      return;
    }
    IpcLayout layout = IpcLayout.of(type); // of a type that the schema was let through with
    ArrowBuf validity = validity(field, found);
    long inner = -1;
    switch (layout.kind()) {
      case FIXED -> fixed(field, validity, values, layout.bits());
      case TEXT, BYTES, LIST -> {
        ArrowBuf offsets = next(field);
        long end = IpcValues.offsets(offsets, values, layout.bits() == 64);
        if (end < 0) {
          throw damaged(field, "its offsets do not rise, or end beyond their buffer");
        }
        inner = end;
        if (layout.kind() != IpcLayout.Kind.LIST) {
          text(field, validity, values, layout, offsets, end);
        }
      }
      case VIEW -> views(field, validity, values, type instanceof ArrowType.Utf8View);
      case REPEATED -> inner = Math.multiplyExact(values, layout.bits());
      case STRUCT -> inner = values;
    }
    children(field, layout, inner);
  }

  private void children(Field field, IpcLayout layout, long inner) throws IOException {
    List<Field> children = field.getChildren();
    switch (layout.kind()) {
      case STRUCT -> {
        for (Field child : children) {
          column(child, inner);
        }
      }
      case REPEATED -> column(children.get(0), inner);
      case LIST -> {
        int at = node;
        column(children.get(0), -1);
        long values = batch.nodes.get(at).getLength();
        if (values < inner) {
          throw damaged(field, "its lists end at %d of %d values".formatted(inner, values));
        }
      }
      case FIXED, TEXT, BYTES, VIEW -> {}
    }
  }

  private ArrowBuf validity(Field field, ArrowFieldNode found) throws IOException {
    ArrowBuf validity = next(field);
    long values = found.getLength();
    if (validity.capacity() == 0) {
      if (found.getNullCount() > 0) {
        throw damaged(field, "values are missing, and nothing says which");
      }
      return null;
    }
    if (validity.capacity() < (values + 7) / 8) {
      throw damaged(
          field,
          "%d bytes cannot say which of %d values are missing"
              .formatted(validity.capacity(), values));
    }
    long nulls = values - IpcValues.ones(validity, values);
    if (nulls != found.getNullCount()) {
      throw damaged(
          field, "%d values are missing; %d are said to be".formatted(nulls, found.getNullCount()));
    }
    return nulls == 0 ? null : validity;
  }

  private void fixed(Field field, ArrowBuf validity, long values, long bits) throws IOException {
    ArrowBuf data = next(field);
    if (data.capacity() < (Math.multiplyExact(values, bits) + 7) / 8) {
      throw damaged(field, "%d bytes are too few for %d values".formatted(data.capacity(), values));
    }
    DictionaryEncoding dictionary = field.getDictionary();
    if (dictionary != null) {
      long size = dictionaries.applyAsLong(dictionary.getId());
      if (!(field.getType() instanceof ArrowType.Int type)
          || !IpcValues.within(data, validity, values, type, size)) {
        throw damaged(field, "an index is beyond its dictionary of %d values".formatted(size));
      }
    }
  }

  private void text(
      Field field, ArrowBuf validity, long values, IpcLayout layout, ArrowBuf offsets, long end)
      throws IOException {
    ArrowBuf data = next(field);
    if (end > data.capacity()) {
      throw damaged(field, "its texts end at %d of %d bytes".formatted(end, data.capacity()));
    }
    long bad =
        layout.kind() == IpcLayout.Kind.TEXT
            ? IpcValues.notUtf8(offsets, data, validity, values, layout.bits() == 64)
            : -1;
    if (bad >= 0) {
      throw damaged(field, "the text of value %d is not UTF-8".formatted(bad));
    }
  }

  private void views(Field field, ArrowBuf validity, long values, boolean text) throws IOException {
    ArrowBuf views = next(field);
    long parts = variadic < batch.variadic.size() ? batch.variadic.get(variadic++) : -1;
    if (parts < 0 || parts > batch.buffers.size() - buffer) {
      throw damaged(field, "it is said to have %d parts".formatted(parts));
    }
    List<ArrowBuf> data = batch.buffers.subList(buffer, buffer + (int) parts);
    buffer += (int) parts;
    long bad = IpcValues.badView(views, data, validity, values, text);
    if (bad >= 0) {
      throw damaged(field, "value %d lies outside its buffers, or is not UTF-8".formatted(bad));
    }
  }

  private ArrowBuf next(Field field) throws IOException {
    if (buffer == batch.buffers.size()) {
      throw damaged(field, "a buffer is missing");
    }
    return batch.buffers.get(buffer++);
  }

  private static IOException damaged(Field field, String what) {
    return new IOException("column '%s': %s".formatted(field.getName(), what));
  }
}
