package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user who came after the rows that were learned from. */
class HeldOutHistoryTest {
  @TempDir Path folder;

  @Test
  void aUserWhoseRowsAreAllHeldOutIsToldOfAsSuch() throws IOException {
    StringBuilder rows = new StringBuilder("user,item,time\n");
    for (int at = 0; at < 200; at++) {
      // The last tenth of the time is for testing, the tenth before it for validation.
      boolean late = at >= 165 && at < 175;
      rows.append(late ? "late" : "u" + at % 8).append(",i" + at * 7 % 11 + "," + at + "\n");
    }
    Path csv = Files.writeString(folder.resolve("log.csv"), rows);
    String data = folder.resolve("data").toString();
    Invocation.done(
        ("import table --from "
                + csv
                + " --to "
                + data
                + " --split time:0.1"
                + " --column user=user --column item=item --column time=time")
            .split(" "));
    String run = folder.resolve("run").toString();
    Invocation.done(
        ("train --data " + data + " --out " + run + " --set epochs=1 --dim 4 --device cpu")
            .split(" "));
    assertThat(Invocation.done("recommend", "--run", run, "--user", "late").out())
        .contains(
            "all of these rows are held out for validation, so nothing is learned of the user",
            "train --on train+validation learns from them");
    assertThat(Invocation.done("recommend", "--run", run, "--user", "u1").out())
        .doesNotContain("held out");
  }
}
