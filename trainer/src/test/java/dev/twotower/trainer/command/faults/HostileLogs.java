package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.HostileFile.Content;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Logs to import that are damaged, absurd or no logs at all. */
final class HostileLogs {
  private static final String HEAD = "user,item,time\n";
  private static final String ROWS =
      IntStream.range(0, 60)
          .mapToObj(row -> "u%d,i%d,%d%n".formatted(row % 6, row % 11, 1_600_000_000 + row))
          .collect(Collectors.joining());

  private HostileLogs() {}

  static List<HostileFile> all() {
    List<HostileFile> all = new ArrayList<>();
    csv(all, "empty", true, text(""));
    csv(all, "a header alone", true, text(HEAD));
    csv(all, "NUL bytes", false, text(HEAD + ROWS + "u\0,i\0,1600000000\n"));
    csv(all, "an open quote", true, text(HEAD + ROWS + "\"u1,i1,1600000000\n" + ROWS));
    csv(
        all,
        "a field of a million characters",
        false,
        text(HEAD + ROWS + "x".repeat(1_000_000) + ",i,1600000000\n"));
    csv(all, "random bytes", true, random(5000));
    csv(all, "UTF-16", false, text(HEAD + ROWS, StandardCharsets.UTF_16));
    csv(all, "a byte order mark", false, text("\ufeff" + HEAD + ROWS));
    csv(all, "a million empty lines", false, text(HEAD + "\n".repeat(1_000_000) + ROWS));
    csv(all, "4,000 columns", false, columns(4_000));
    csv(all, "100,000 columns", false, columns(100_000));
    csv(all, "rows of unlike length", true, text(HEAD + ROWS + "u1\nu1,i1,1600000000,4,5\n"));
    csv(all, "times out of range", true, text(HEAD + ROWS + "u1,i1,99999999999999999999\n"));
    csv(all, "control characters", false, text(HEAD + ROWS + "u\u001b[31m,i\u0007,1600000000\n"));
    for (Table table : Table.values()) {
      String kind = "import " + table.ending();
      String file = "log." + table.ending();
      all.add(new HostileFile(kind, "empty", file, text(""), HostileLogs::imports, true));
      all.add(
          new HostileFile(kind, "random bytes", file, random(5000), HostileLogs::imports, true));
      all.add(new HostileFile(kind, "a csv", file, text(HEAD + ROWS), HostileLogs::imports, true));
      for (Damage damage : new Damage[] {Damage.CUT_ONE, Damage.CUT, Damage.ZERO, Damage.FLIP}) {
        for (int time = 0; time < (damage == Damage.CUT_ONE ? 1 : 12); time++) {
          Content content =
              (path, random) -> {
                table.write(path);
                damage.apply(path, path, random);
              };
          all.add(
              new HostileFile(
                  kind, damage + " " + time, file, content, HostileLogs::imports, false));
        }
      }
    }
    for (int offset : new int[] {180, 100_000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      all.add(
          new HostileFile(
              "import arrow",
              "a text that ends at " + offset,
              "log.arrow",
              (path, random) -> Table.arrow(path, offset),
              HostileLogs::imports,
              true));
    }
    String row = "{\"user\":\"u1\",\"item\":\"i1\",\"time\":1600000000}\n";
    json(all, "cut short", row.repeat(20) + row.substring(0, 20));
    json(all, "100,000 brackets", "[".repeat(100_000));
    json(all, "numbers out of range", row.repeat(5) + row.replace("1600000000", "1e400"));
    json(all, "a list of numbers", "[1,2,3]");
    return all;
  }

  private static void csv(List<HostileFile> all, String name, boolean refuse, Content content) {
    all.add(new HostileFile("import csv", name, "log.csv", content, HostileLogs::imports, refuse));
  }

  private static void json(List<HostileFile> all, String name, String content) {
    all.add(
        new HostileFile(
            "import json", name, "log.json", text(content), HostileLogs::imports, true));
  }

  static List<String> imports(Path log) {
    return List.of(
        "import",
        "table",
        "--from=" + log,
        "--to=" + log.resolveSibling("data"),
        "--column=user=user",
        "--column=item=item",
        "--column=time=time");
  }

  static Content text(String content) {
    return text(content, StandardCharsets.UTF_8);
  }

  static Content text(String content, Charset charset) {
    return (file, random) -> Files.write(file, content.getBytes(charset));
  }

  static Content random(int length) {
    return (file, random) -> {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      Files.write(file, bytes);
    };
  }

  private static Content columns(int count) {
    return (file, random) -> {
      String more = IntStream.range(0, count).mapToObj(i -> ",c" + i).collect(Collectors.joining());
      String values = ",1".repeat(count);
      Files.writeString(
          file,
          "user,item,time"
              + more
              + "\n"
              + IntStream.range(0, 12)
                  .mapToObj(
                      row ->
                          "u%d,i%d,%d".formatted(row % 2, row % 5, 1_600_000_000 + row)
                              + values
                              + "\n")
                  .collect(Collectors.joining()));
    };
  }
}
