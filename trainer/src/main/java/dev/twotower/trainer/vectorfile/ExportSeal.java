package dev.twotower.trainer.vectorfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether files are as an export wrote them, where they lie in one. */
public final class ExportSeal {
  /** Says what an export holds, and makes a directory one. */
  public static final String SUMMARY = "export.json";

  public static final String VERSION = "formatVersion";

  /** Of which split's moment the users are: {@link #OF_TEST} or {@link #OF_ANY}. */
  public static final String USERS_AS_OF = "usersAsOf";

  public static final String OF_TEST = "test";

  /** What the vectors are made from does not change with the moment. */
  public static final String OF_ANY = "any";

  /** In which request users are, where a model reads values of requests. */
  public static final String USERS_IN = "usersIn";

  /** How many vectors of a set are zeros, where it was read. */
  public static final String ZEROS = "zeros";

  /** The first version that seals its directory. */
  public static final int SEALED = 2;

  private static final String REMEDY = "export again";

  private static final Logger LOG = LoggerFactory.getLogger(ExportSeal.class);

  private ExportSeal() {}

  /**
   * Compares a file with its checksum where an export's summary lies beside it.
   *
   * @param companions files that are read with it where they are there
   * @throws BadDataException when one of them is not as the export wrote it
   */
  public static void check(Path file, Path... companions) {
    Path folder = file.toAbsolutePath().getParent();
    Path summary = folder.resolve(SUMMARY);
    if (Files.notExists(summary, LinkOption.NOFOLLOW_LINKS) && !sealsExport(folder)) {
      return;
    }
    if (!Seal.on(folder) && version(summary) < SEALED) {
      LOG.warn(
          "{} was written by an earlier version of twotower, which kept no checksums of exports:"
              + " whether it was changed since cannot be checked",
          file);
      return;
    }
    Seal seal = Seal.of(folder, REMEDY).check(SUMMARY, file.getFileName().toString());
    for (Path companion : companions) {
      String name = companion.getFileName().toString();
      if (seal.lists(name) || Files.exists(companion, LinkOption.NOFOLLOW_LINKS)) {
        seal.check(name);
      }
    }
  }

  /** Whether there is a seal that lists a summary; one of another kind is none of ours. */
  private static boolean sealsExport(Path folder) {
    try {
      return Seal.on(folder) && Seal.of(folder, REMEDY).lists(SUMMARY);
    } catch (BadDataException other) {
      return false;
    }
  }

  /**
   * Whether the folder is an export whose users may have seen their validation rows. An earlier
   * version did not say whether they have a history.
   */
  static boolean maySeeValidation(Path folder) {
    Path summary = folder.resolve(SUMMARY);
    return Files.exists(summary) && !read(summary).path(USERS_AS_OF).asText().equals(OF_ANY);
  }

  /**
   * How many vectors of users and of items are zeros, by {@code users} and {@code items}, as far as
   * an export read them.
   *
   * @param folder an export
   */
  public static Map<String, Integer> zeros(Path folder) {
    JsonNode summary = read(folder.resolve(SUMMARY));
    Map<String, Integer> zeros = new LinkedHashMap<>();
    for (String set : List.of("users", "items")) {
      if (summary.path(set).has(ZEROS)) {
        zeros.put(set, summary.path(set).path(ZEROS).intValue());
      }
    }
    return zeros;
  }

  private static int version(Path summary) {
    return read(summary).path(VERSION).asInt();
  }

  private static JsonNode read(Path summary) {
    try {
      return Json.PLAIN.readTree(summary.toFile());
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "%s cannot be read: it was cut short or altered (%s); %s"
              .formatted(summary, e.getOriginalMessage(), REMEDY),
          e);
    } catch (IOException e) {
      throw BadDataException.unreadable(summary, e);
    }
  }
}
