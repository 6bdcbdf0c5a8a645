package dev.twotower.trainer.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;

/** Counts native arrays, to see that steps leave none behind. */
public final class LiveArrays {
  private LiveArrays() {}

  /** Arrays of all managers; the engine has no public count. */
  public static long count() {
    return count(Engine.getInstance().newBaseManager().getParentManager());
  }

  private static long count(NDManager manager) {
    try {
      Field resources = BaseNDManager.class.getDeclaredField("resources");
      resources.setAccessible(true);
      long count = 0;
      for (Object resource : ((Map<?, ?>) resources.get(manager)).values()) {
        if (resource instanceof NDManager child) {
          count += count(child);
        } else if (resource instanceof NDArray) {
          count++;
        }
      }
      return count;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
