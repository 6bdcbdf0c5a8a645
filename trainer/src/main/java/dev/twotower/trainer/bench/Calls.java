package dev.twotower.trainer.bench;

import dev.twotower.trainer.cuda.CudaDevice;
import dev.twotower.trainer.cuda.Transfer;
import java.io.IOException;

/**
 * What a piece of work asks of its device.
 *
 * @param engine operations that the engine runs
 * @param kernels kernels and products that the project hands to a GPU itself
 * @param sent times that something goes to the device
 * @param read times that the work waits for numbers from it
 */
record Calls(int engine, long kernels, long sent, long read) {
  static Calls of(Runnable work) throws IOException {
    long kernels = CudaDevice.calls();
    long sent = Transfer.sent();
    long read = Transfer.read();
    int engine = EngineCalls.count(work);
    return new Calls(
        engine, CudaDevice.calls() - kernels, Transfer.sent() - sent, Transfer.read() - read);
  }
}
