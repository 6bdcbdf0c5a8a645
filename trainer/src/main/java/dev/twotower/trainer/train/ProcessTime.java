package dev.twotower.trainer.train;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Processor time, which other programs on the machine do not lengthen. */
final class ProcessTime {
  private ProcessTime() {}

  /** Of all threads of this process since its start; 0 where the platform does not tell. */
  static long nanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean platform
        ? Math.max(0, platform.getProcessCpuTime())
        : 0;
  }
}
