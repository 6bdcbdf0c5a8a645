package dev.twotower.trainer.vectorfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.Database;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.Amount;
import dev.twotower.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Vectors read back from a file, those of an export and others like them.
 *
 * @param ids the external id of each row; empty where the file has none and rows are in the data
 *     set's order
 * @param values rows x dimension
 */
public record VectorFile(Optional<List<String>> ids, float[][] values) {
  /** Numbers up to 2 to this power, and down to its inverse, are taken as they are. */
  private static final int USUAL_EXPONENT = 16;

  /**
   * Reads a file: Parquet with the columns id and vector (a list of numbers), npy, or safetensors
   * with a tensor of the given name. Beside npy and safetensors, {@code NAME.ids.json} lists ids.
   *
   * <p>The numbers are those of {@link #nearOne}.
   *
   * @param set the vectors' name, {@code items} or {@code users}
   * @throws IllegalArgumentException when the file is of another kind or absent
   * @throws BadDataException when it does not hold what it should, or lies in an export and is not
   *     as that wrote it
   */
  public static VectorFile read(Path file, String set) throws IOException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(
          "no file at '"
              + file
              + "'; allowed: a .parquet, .npy or .safetensors file, such as 'twotower export'"
              + " writes");
    }
    try {
      VectorFile read = unchecked(file, set);
      read.check(file);
      return new VectorFile(read.ids, nearOne(read.values));
    } catch (FileSystemException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  /**
   * Divides vectors by one power of two where their largest number is far from 1, so that products
   * and squares stay within 32 bits: no ranking, cosine or share of an error changes.
   *
   * @param values rows x dimension, finite; changed in place
   * @return the same array
   */
  public static float[][] nearOne(float[][] values) {
    float largest = 0;
    for (float[] row : values) {
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    // Of a number without the full precision, the exponent is that of the smallest with it.
    int exponent = largest < Float.MIN_NORMAL ? Float.MIN_EXPONENT : Math.getExponent(largest);
    if (largest == 0 || Math.abs(exponent) <= USUAL_EXPONENT) {
      return values;
    }
    for (float[] row : values) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Math.scalb(row[i], -exponent);
      }
    }
    return values;
  }

  private static VectorFile unchecked(Path file, String set) throws IOException {
    // A directory cannot be read like this either, and the message says why.
    FileChannel.open(file).close();
    String name = file.getFileName().toString();
    if (name.endsWith(".parquet")) {
      ExportSeal.check(file);
      return parquet(file);
    }
    boolean npy = name.endsWith(".npy");
    if (!npy && !name.endsWith(".safetensors")) {
      throw new IllegalArgumentException(
          "'" + file + "' has an unknown ending; allowed: .parquet, .npy, .safetensors");
    }
    String stem = npy ? name.substring(0, name.length() - ".npy".length()) : set;
    Path ids = file.resolveSibling(stem + ".ids.json");
    ExportSeal.check(file, ids);
    VectorFile read =
        new VectorFile(ids(ids), npy ? NpyReader.read(file) : SafetensorsFile.read(file, set));
    int named = read.ids.map(List::size).orElse(read.values.length);
    if (named != read.values.length) {
      throw new BadDataException(
          "%s holds %s, but %s holds %s"
              .formatted(
                  ids, Amount.of(named, "id"), file, Amount.of(read.values.length, "vector")));
    }
    return read;
  }

  private void check(Path file) {
    if (values.length == 0 || values[0].length == 0) {
      throw new BadDataException(file + " holds no vectors");
    }
    for (int row = 0; row < values.length; row++) {
      if (values[row].length != values[0].length) {
        throw new BadDataException(
            "%s: row %d has %d numbers, row 0 has %d"
                .formatted(file, row, values[row].length, values[0].length));
      }
      for (float value : values[row]) {
        if (!Float.isFinite(value)) {
          throw new BadDataException("%s: row %d holds %s".formatted(file, row, value));
        }
      }
    }
  }

  private static Optional<List<String>> ids(Path file) {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      List<String> ids = Json.PLAIN.readValue(file.toFile(), new TypeReference<>() {});
      if (ids == null || ids.contains(null)) {
        throw new BadDataException(file + " holds null; allowed: a list of texts");
      }
      return Optional.of(ids);
    } catch (MismatchedInputException e) {
      throw new BadDataException(
          file + " holds JSON, but no list of texts; allowed: [\"id\", \"id\", ..]", e);
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "%s is not a list of ids in JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  private static VectorFile parquet(Path file) throws IOException {
    String source = "read_parquet(" + SqlPath.of(file) + ", hive_partitioning = false)";
    try (Connection connection = Database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT CAST(id AS VARCHAR), CAST(vector AS FLOAT[]) FROM " + source)) {
      List<String> ids = new ArrayList<>();
      List<float[]> values = new ArrayList<>();
      while (rows.next()) {
        Array list = rows.getArray(2);
        if (rows.getString(1) == null || list == null) {
          throw new BadDataException(
              "%s: row %d has no %s".formatted(file, ids.size(), list == null ? "vector" : "id"));
        }
        ids.add(rows.getString(1));
        Object[] numbers = (Object[]) list.getArray();
        float[] vector = new float[numbers.length];
        for (int i = 0; i < vector.length; i++) {
          vector[i] = numbers[i] == null ? Float.NaN : ((Number) numbers[i]).floatValue();
        }
        values.add(vector);
      }
      return new VectorFile(Optional.of(ids), values.toArray(float[][]::new));
    } catch (SQLException refused) {
      throw new BadDataException(
          "%s cannot be read as vectors (columns needed: id, vector): %s"
              .formatted(file, refused.getMessage()),
          refused);
    }
  }
}
