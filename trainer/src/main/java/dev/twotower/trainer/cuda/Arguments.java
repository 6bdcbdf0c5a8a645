package dev.twotower.trainer.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The arguments of a kernel that takes one structure by value, each of whose fields has eight
 * bytes. Filled anew for each launch, which copies them.
 */
public final class Arguments {
  private final Memory fields;
  private final Memory list;
  private int used;

  /**
   * @param fields how many there are
   */
  public Arguments(int fields) {
    this.fields = new Memory(8L * fields);
    this.list = new Memory(Native.POINTER_SIZE);
    list.setPointer(0, this.fields);
  }

  /** Begins with the first field again. */
  public Arguments begin() {
    used = 0;
    return this;
  }

  /** The next field: a whole number, or an address. */
  public Arguments add(long value) {
    fields.setLong(8L * used++, value);
    return this;
  }

  /** The next field. */
  public Arguments add(double value) {
    fields.setDouble(8L * used++, value);
    return this;
  }

  Pointer list() {
    return list;
  }
}
