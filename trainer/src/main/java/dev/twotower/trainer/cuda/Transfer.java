package dev.twotower.trainer.cuda;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Transfers in training: small arrays of a batch go to the device, numbers come back. Counts both.
 * Arrays are put into page-locked memory, from which the device copies them in its turn, so nothing
 * waits; reading a number back waits for all work before it. Used by one thread.
 */
public final class Transfer {
  private static final int ALIGNMENT = 16;
  private static final AtomicLong SENT = new AtomicLong();
  private static final AtomicLong READ = new AtomicLong();

  private final CudaDevice device;
  private final Half[] halves = {new Half(), new Half()};
  private int current;

  /** Half of the memory: while one is filled, the device empties the other. */
  private static final class Half {
    private Pointer memory = Pointer.NULL;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long event;
    private boolean leaving;
  }

  Transfer(CudaDevice device) {
    this.device = device;
    for (Half half : halves) {
      half.event = device.newEvent();
    }
  }

  /** Transfers to a device since the process began. */
  public static long sent() {
    return SENT.get();
  }

  static void countSent() {
    SENT.incrementAndGet();
  }

  /** Times that this process has waited for numbers from a device. */
  public static long read() {
    return READ.get();
  }

  /**
   * Copies whole numbers to the manager's device.
   *
   * @return int64, values.length
   */
  public static NDArray longs(NDManager owner, long[] values) {
    Shape shape = new Shape(values.length);
    countSent();
    CudaDevice device = CudaDevice.of(owner.getDevice()).orElse(null);
    if (device == null) {
      return owner.create(values, shape);
    }
    try (CudaDevice.Entered entered = device.enter()) {
      Transfer transfer = device.transfer();
      int bytes = Math.multiplyExact(values.length, Long.BYTES);
      int at = transfer.room(bytes);
      transfer.buffer().asLongBuffer().put(values);
      return transfer.send(owner, at, bytes, shape, DataType.INT64);
    }
  }

  /**
   * Copies numbers to the manager's device.
   *
   * @return float32, of the shape
   */
  public static NDArray floats(NDManager owner, float[] values, Shape shape) {
    countSent();
    CudaDevice device = CudaDevice.of(owner.getDevice()).orElse(null);
    if (device == null) {
      return owner.create(values, shape);
    }
    try (CudaDevice.Entered entered = device.enter()) {
      Transfer transfer = device.transfer();
      int bytes = Math.multiplyExact(values.length, Float.BYTES);
      int at = transfer.room(bytes);
      transfer.buffer().asFloatBuffer().put(values);
      return transfer.send(owner, at, bytes, shape, DataType.FLOAT32);
    }
  }

  /**
   * Copies whole numbers to the manager's device.
   *
   * @param count how many of them
   * @return int32, count
   */
  public static NDArray ints(NDManager owner, int[] values, int count) {
    Shape shape = new Shape(count);
    countSent();
    CudaDevice device = CudaDevice.of(owner.getDevice()).orElse(null);
    if (device == null) {
      return owner.create(values.length == count ? values : Arrays.copyOf(values, count), shape);
    }
    try (CudaDevice.Entered entered = device.enter()) {
      Transfer transfer = device.transfer();
      int bytes = Math.multiplyExact(count, Integer.BYTES);
      int at = transfer.room(bytes);
      transfer.buffer().asIntBuffer().put(values, 0, count);
      return transfer.send(owner, at, bytes, shape, DataType.INT32);
    }
  }

  /** Waits for the device, and reads an array of float32. */
  public static float[] read(NDArray array) {
    READ.incrementAndGet();
    return array.toFloatArray();
  }

  private ByteBuffer buffer() {
    return halves[current].buffer;
  }

  private int room(int bytes) {
    int at = aligned(buffer().position());
    if (bytes > buffer().capacity() - at) {
      turn(bytes);
      at = 0;
    }
    buffer().position(at);
    return at;
  }

  private static int aligned(int position) {
    return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Goes on in the other half, once the device has fetched what lies there. */
  private void turn(int bytes) {
    Half full = halves[current];
    if (full.buffer.capacity() > 0) {
      CudaDevice.check("cuEventRecord", DriverCalls.cuEventRecord(full.event, 0));
      full.leaving = true;
    }
    current = 1 - current;
    Half next = halves[current];
    if (next.leaving) {
      CudaDevice.check("cuEventSynchronize", DriverCalls.cuEventSynchronize(next.event));
      next.leaving = false;
    }
    if (bytes > next.buffer.capacity()) {
      int capacity = Math.max(1 << 22, aligned(bytes));
      device.freePageLocked(next.memory);
      next.memory = device.pageLocked(capacity);
      next.buffer = next.memory.getByteBuffer(0, capacity).order(ByteOrder.nativeOrder());
    }
    next.buffer.clear();
  }

  private NDArray send(NDManager owner, int at, int bytes, Shape shape, DataType type) {
    NDArray there = owner.create(shape, type);
    buffer().position(at + bytes);
    if (bytes > 0) {
      long from = Pointer.nativeValue(halves[current].memory) + at;
      CudaDevice.check(
          "cuMemcpyHtoDAsync",
          DriverCalls.cuMemcpyHtoDAsync_v2(CudaDevice.address(there), from, bytes, 0));
    }
    return there;
  }
}
