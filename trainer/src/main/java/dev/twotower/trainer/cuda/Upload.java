package dev.twotower.trainer.cuda;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes many small arrays to the device in one transfer: they are placed one after the other in
 * page-locked memory and sent together. Used by one thread.
 */
public final class Upload {
  private static final int ALIGNMENT = 16;

  private static final Cleaner CLEANER = Cleaner.create();

  private final CudaDevice device;
  private final NDManager owner;
  private final long event;
  private final Host host;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private NDArray there;
  private boolean sent;

  Upload(CudaDevice device, NDManager owner) {
    this.device = device;
    this.owner = owner;
    this.event = device.newEvent();
    this.host = new Host(device);
    CLEANER.register(this, host);
  }

  /** Page-locked memory; given back when nobody can reach its upload any more. */
  private static final class Host implements Runnable {
    private final CudaDevice device;
    private Pointer memory = Pointer.NULL;

    Host(CudaDevice device) {
      this.device = device;
    }

    @Override
    public void run() {
      device.freePageLocked(memory);
      memory = Pointer.NULL;
    }
  }

  /** Begins anew, when what was sent last has left. */
  public void begin() {
    if (sent) {
      CudaDevice.check(
          "cuEventSynchronize", DriverCalls.cuEventSynchronize(event)); // long since, as a rule
      sent = false;
    }
    buffer.clear();
  }

  private int room(int bytes) {
    int at = (buffer.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    long needed = (long) at + bytes;
    if (needed > buffer.capacity()) {
      grow(Math.toIntExact(needed));
    }
    buffer.position(at);
    return at;
  }

  private void grow(int needed) {
    int capacity = (int) Math.min(Integer.MAX_VALUE - 64L, Math.max(1 << 16, needed * 3L / 2));
    Pointer larger = device.pageLocked(capacity);
    ByteBuffer copy = larger.getByteBuffer(0, capacity).order(ByteOrder.nativeOrder());
    copy.put(buffer.flip());
    host.run();
    host.memory = larger;
    buffer = copy;
  }

  /**
   * Adds whole numbers.
   *
   * @return where they begin, in bytes
   */
  public int add(int[] values, int count) {
    int at = room(Math.multiplyExact(count, Integer.BYTES));
    buffer.asIntBuffer().put(values, 0, count);
    buffer.position(at + count * Integer.BYTES);
    return at;
  }

  /**
   * Adds numbers.
   *
   * @return where they begin, in bytes
   */
  public int add(float[] values, int count) {
    int at = room(Math.multiplyExact(count, Float.BYTES));
    buffer.asFloatBuffer().put(values, 0, count);
    buffer.position(at + count * Float.BYTES);
    return at;
  }

  /**
   * Sends all that was added.
   *
   * @return where it lies on the device, until the next time
   */
  public long send() {
    int bytes = buffer.position();
    if (there == null || there.size() * Float.BYTES < bytes) {
      if (there != null) {
        there.close();
      }
      there = owner.create(new Shape(buffer.capacity() / Float.BYTES + 1), DataType.FLOAT32);
    }
    Transfer.countSent();
    long address = CudaDevice.address(there);
    CudaDevice.check(
        "cuMemcpyHtoDAsync",
        DriverCalls.cuMemcpyHtoDAsync_v2(address, Pointer.nativeValue(host.memory), bytes, 0));
    CudaDevice.check("cuEventRecord", DriverCalls.cuEventRecord(event, 0));
    sent = true;
    return address;
  }
}
