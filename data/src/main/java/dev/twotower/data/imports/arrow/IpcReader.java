package dev.twotower.data.imports.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads an Arrow IPC file or stream; what it gives may be handed to native code (see the package).
 * Its memory is the caller's, so that whoever exports a batch can release it after the reader.
 */
final class IpcReader extends ArrowReader {
  private static final long LEAST = 256L << 20;
  private static final long TIMES = 256;
  private static final int CHUNK = 1 << 24;

  private final FileChannel channel;
  private final IpcMessages messages;
  private IOException failure;

  private IpcReader(FileChannel channel, IpcMessages messages, BufferAllocator allocator) {
    super(allocator);
    this.channel = channel;
    this.messages = messages;
  }

  /** Memory for a file: at most 256 bytes for each of the file's, and 256 MiB more. */
  static BufferAllocator memory(Path file) throws IOException {
    return new RootAllocator(LEAST + TIMES * Files.size(file));
  }

  /**
   * Opens a file.
   *
   * @throws IOException when it cannot be read, or is not an Arrow file or stream; the message says
   *     what is wrong, without the file's name
   */
  static IpcReader open(Path file, BufferAllocator allocator) throws IOException {
    FileChannel channel = FileChannel.open(file);
    try {
      IpcMessages messages = checked(() -> new IpcMessages(channel));
      IpcReader reader = new IpcReader(channel, messages, allocator);
      checked(
          () -> {
            reader.ensureInitialized();
            return reader;
          });
      return reader;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Why reading ended early; null where it did not. */
  IOException failure() {
    return failure;
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  /** Whatever Arrow or the metadata's own offsets throw is damage of the file. */
  private static <T> T checked(Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (OutOfMemoryException e) {
      throw new IOException("it asks for more memory than a file of its size can", e);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IOException("its metadata is damaged (%s)".formatted(e), e);
    }
  }

  @Override
  protected Schema readSchema() throws IOException {
    return checked(() -> IpcSchema.of(messages.schema()));
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      prepareLoadNextBatch();
      return checked(this::next);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private boolean next() throws IOException {
    IpcMessages.Found found;
    while ((found = messages.next()) != null) {
      switch (found.message().headerType()) {
        case MessageHeader.DictionaryBatch -> dictionary(found);
        case MessageHeader.RecordBatch -> {
          batch(found);
          return true;
        }
        default ->
            throw new IOException(
                "it holds a message of unknown kind " + found.message().headerType());
      }
    }
    return false;
  }

  private void batch(IpcMessages.Found found) throws IOException {
    RecordBatch header = (RecordBatch) found.message().header(new RecordBatch());
    try (ArrowBuf body = body(found);
        IpcBatch batch = IpcBatch.of(header, body, allocator)) {
      IpcColumns.check(batch, getVectorSchemaRoot().getSchema().getFields(), this::dictionarySize);
      loadRecordBatch(batch.toArrow());
    }
  }

  private void dictionary(IpcMessages.Found found) throws IOException {
    DictionaryBatch header = (DictionaryBatch) found.message().header(new DictionaryBatch());
    Dictionary dictionary = header == null ? null : lookup(header.id());
    if (dictionary == null) {
      throw new IOException("it holds a dictionary that no column has");
    }
    try (ArrowBuf body = body(found);
        IpcBatch batch = IpcBatch.of(header.data(), body, allocator)) {
      IpcColumns.check(batch, List.of(dictionary.getVector().getField()), this::dictionarySize);
      loadDictionary(new ArrowDictionaryBatch(header.id(), batch.toArrow(), header.isDelta()));
    }
  }

  private long dictionarySize(long id) {
    Dictionary dictionary = lookup(id);
    return dictionary == null ? -1 : dictionary.getVector().getValueCount();
  }

  private ArrowBuf body(IpcMessages.Found found) throws IOException {
    long length = found.message().bodyLength();
    ArrowBuf body = allocator.buffer(length);
    try {
      for (long at = 0; at < length; at += CHUNK) {
        ByteBuffer part = body.nioBuffer(at, (int) Math.min(CHUNK, length - at));
        messages.fill(part, found.offset() + at);
      }
      return body.writerIndex(length);
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
  }

  @Override
  public long bytesRead() {
    return messages.position();
  }

  @Override
  protected void closeReadSource() throws IOException {
    channel.close();
  }
}
