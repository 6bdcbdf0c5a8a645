package dev.twotower.data.dataset;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** Opens the Arrow files of a data set being written. */
interface OutputFiles {
  /**
   * @param path relative to the data set
   * @param split the split whose rows the file holds, null for other files
   * @param rowsPerBatch a power of two
   */
  ArrowFileOutput open(String path, Split split, List<Field> fields, int rowsPerBatch)
      throws IOException;
}
