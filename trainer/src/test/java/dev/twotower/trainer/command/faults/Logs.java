package dev.twotower.trainer.command.faults;

import dev.twotower.data.random.Streams;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** Logs to import, the same at every call. */
final class Logs {
  private Logs() {}

  /** A csv with the columns user, item, request, time. */
  static Path csv(Path file, int rows) throws IOException {
    UniformRandomProvider random = Streams.stream(1, "faults.log");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("user,item,request,time\n");
      for (int row = 0; row < rows; row++) {
        int user = random.nextInt(Math.max(3, rows / 30));
        int visit = random.nextInt(5);
        out.write("u" + user + ",i" + random.nextInt(Math.max(20, rows / 50)));
        out.write(
            ",r"
                + user
                + "-"
                + visit
                + ","
                + (1_600_000_000L + visit * 100_000L + row % 50)
                + "\n");
      }
    }
    return file;
  }

  static List<String> imports(Path from, Path to) {
    return List.of(
        "import",
        "table",
        "--from=" + from,
        "--to=" + to,
        "--column=user=user",
        "--column=item=item",
        "--column=request=request",
        "--column=time=time");
  }
}
