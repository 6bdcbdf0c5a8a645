package dev.twotower.data.imports;

/** Receives the progress of an import. Called from the importing thread. */
@FunctionalInterface
public interface ImportProgress {
  /** Ignores it. */
  ImportProgress NONE = (stage, done, total) -> {};

  /**
   * @param stage what is being done: {@code read}, {@code number}, {@code sort}, {@code write}
   * @param done units of it that are done, such as rows
   * @param total all units, or -1 where that is not known
   */
  void at(String stage, long done, long total);
}
