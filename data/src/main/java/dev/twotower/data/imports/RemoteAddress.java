package dev.twotower.data.imports;

import dev.twotower.data.message.Received;
import dev.twotower.data.message.ShellWord;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses such as {@code s3://bucket/log.parquet} where a path is needed. Nothing is fetched:
 * what a data set was made from lies on this machine and has a checksum.
 */
public final class RemoteAddress {
  private static final Pattern ADDRESS = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://?(.*)");

  private RemoteAddress() {}

  /**
   * Refuses an address.
   *
   * @param text what was given as the path of a file or folder
   * @throws IllegalArgumentException saying what to do instead, to follow the option's name
   */
  public static void refuse(String text) {
    Matcher address = ADDRESS.matcher(text.strip());
    if (!address.matches() || !text.contains("://")) {
      return;
    }
    String scheme = address.group(1).toLowerCase(Locale.ROOT);
    String received = "received " + Received.quoted(text) + "; ";
    if (scheme.equals("file")) {
      throw new IllegalArgumentException(
          received + "a path is given without file://, as " + text.replaceFirst("^[^:]*://", ""));
    }
    throw new IllegalArgumentException(
        received
            + "allowed: files and folders of this machine, to read from and to write to; what lies"
            + " elsewhere is not fetched: "
            + remedy(scheme, text));
  }

  private static String remedy(String scheme, String text) {
    String name = ShellWord.of(text);
    String spark =
        ". Spark reads such tables where they lie: 'twotower-spark prepare' (--packages has what"
            + " its file system needs)";
    return switch (scheme) {
      case "http", "https", "ftp" -> "download it first, as with: curl -L -O " + name;
      case "s3", "s3a", "s3n" ->
          "copy it first, as with: aws s3 cp --recursive " + name + " log" + spark;
      case "gs", "gcs" -> "copy it first, as with: gcloud storage cp -r " + name + " log" + spark;
      case "hdfs" -> "copy it first, as with: hdfs dfs -get " + name + spark;
      default -> "copy it to this machine first" + spark;
    };
  }
}
