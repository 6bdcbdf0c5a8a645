package dev.twotower.trainer.script;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A program of engine operations; theory in the package description. Programs live as long as the
 * process. Methods may be run by several threads at once, and record no gradients.
 */
public final class Script {
  private final PtSymbolBlock program;

  private Script(PtSymbolBlock program) {
    this.program = program;
  }

  /**
   * Reads a program.
   *
   * @param beside a class; the program is the resource {@code TYPE.py} of its package
   * @param type the name of the program's class
   */
  public static Script load(Class<?> beside, String type) {
    String resource = type + ".py";
    try (InputStream code = beside.getResourceAsStream(resource)) {
      if (code == null) {
        throw new IllegalStateException(
            "the resource %s is missing beside %s; install the program again"
                .formatted(resource, beside.getName()));
      }
      String text = new String(code.readAllBytes(), StandardCharsets.UTF_8);
      PtNDManager manager = (PtNDManager) Engine.getInstance().newBaseManager();
      byte[] archive = ScriptArchive.of(type, text);
      return new Script(
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a method for what it writes into its arguments: arrays that it made itself could not be
   * changed any more.
   *
   * @param arguments arrays, lists of arrays, whole numbers or lists of them, other numbers, or
   *     truths
   */
  public void run(String method, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i]);
      }
      IValueUtils.runMethod(program, method, values).close();
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    }
    if (argument instanceof List<?> arrays) {
      return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
    }
    if (argument instanceof long[] wholes) {
      return IValue.listFrom(wholes);
    }
    if (argument instanceof Integer whole) {
      return IValue.from(whole.longValue());
    }
    if (argument instanceof Double number) {
      return IValue.from(number);
    }
    if (argument instanceof Float number) {
      return IValue.from(number.doubleValue());
    }
    if (argument instanceof Boolean truth) {
      return IValue.from(truth);
    }
    throw new IllegalArgumentException(
        "a program takes no "
            + argument.getClass().getName()
            + "; allowed: arrays, lists of arrays, long[], Integer, Double, Float, Boolean");
  }
}
