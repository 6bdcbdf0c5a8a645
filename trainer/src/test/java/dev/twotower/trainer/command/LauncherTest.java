package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.twotower.data.message.LocaleEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher on a tree whose Maven writes the number of the build into every jar, and whose Java
 * shows what it was started with and, where it is told to wait, reads its class path late.
 */
@Timeout(60)
class LauncherTest {
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      set -e
      number=$(($(cat builds-done 2>/dev/null || echo 0) + 1))
      [ ! -f broken ] || exit 1
      if [[ " $* " = *" test-compile "* ]]; then
        [[ "$*" =~ -Dbuild.folder=([^ ]*) ]]
        for module in data trainer; do
          mkdir -p "$module/${BASH_REMATCH[1]}/test-classes"
          echo "tests of $module" > "$module/${BASH_REMATCH[1]}/test-classes/$module"
        done
        exit
      fi
      echo "[INFO] Building twotower eval 1.0 [3/4]"
      while [ -f hold ]; do sleep 0.02; done
      sleep 0.3
      echo "$number" > builds-done
      echo "$*" > asked
      out=trainer/target/launcher
      mkdir -p "$out/lib" "$out/native"
      for jar in trainer.jar lib/a.jar native/n.jar; do echo "$number" > "$out/$jar"; done
      """;
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      if [ "$1" = -version ]; then echo 'openjdk version "17.0.1"' >&2; exit 0; fi
      while [ "$1" != -cp ]; do echo "option $1"; shift; done
      path=$2
      shift 3
      echo "locale ${LC_ALL:-none}"
      for word in "$@"; do echo "word $word"; done
      if [ "$1" = wait ]; then
        echo started
        while [ ! -f "$2" ]; do sleep 0.02; done
      fi
      IFS=: read -ra parts <<< "$path"
      for part in "${parts[@]}"; do cat ${part%\\*}$([ "$part" = "${part%\\*}" ] || echo '*.jar'); done
      """;

  @TempDir Path root;

  @BeforeEach
  void tree() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    Files.createDirectories(root.resolve("scripts"));
    Files.createDirectories(root.resolve(".mvn"));
    Files.createDirectories(root.resolve("jdk/bin"));
    for (String module : List.of("masking", "data", "eval", "trainer")) {
      Files.createDirectories(root.resolve(module + "/src/main"));
      Files.writeString(root.resolve(module + "/pom.xml"), "");
    }
    Files.writeString(root.resolve("pom.xml"), "");
    script("mvnw", MAVEN);
    script("jdk/bin/java", JAVA);
    for (String name : List.of("twotower", "launch", "terminal")) {
      Files.copy(
          repository().resolve("scripts").resolve(name),
          root.resolve("scripts").resolve(name),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("scripts/twotower"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  private void script(String name, String text) throws IOException {
    assertThat(Files.writeString(root.resolve(name), text).toFile().setExecutable(true)).isTrue();
  }

  private void changeASource() throws IOException {
    Path source = Files.writeString(root.resolve("data/src/main/A.java"), "changed");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusMillis(50)));
  }

  private Process start(String log, Map<String, String> environment, String... words)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(root.resolve("scripts/twotower").toString()), Stream.of(words))
                .toList());
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().put("TWOTOWER_NATIVE", "bundled");
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(root.resolve(log).toFile()).start();
  }

  private String run(int code, String... words) throws Exception {
    return end(start("run.log", Map.of(), words), code, "run.log");
  }

  private String end(Process process, int code, String log) throws Exception {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(root.resolve(log));
    assertThat(process.exitValue()).as(said).isEqualTo(code);
    return said;
  }

  private long folders() throws IOException {
    try (Stream<Path> all = Files.list(root.resolve(".builds"))) {
      return all.filter(Files::isDirectory).count();
    }
  }

  /** Faults, fuzzing and other programs of the test tree run beside what the launcher built. */
  @Test
  void programsOfTheTestTreeHaveTheirClasses() throws Exception {
    Files.copy(
        repository().resolve("scripts/test-classpath"), root.resolve("scripts/test-classpath"));
    script("program", "set -e; root=$PWD; . scripts/test-classpath; cat ${classpath%%:*}/*");
    ProcessBuilder program = new ProcessBuilder("/bin/bash", "program").directory(root.toFile());
    program.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    program.environment().put("TWOTOWER_NATIVE", "bundled");
    program.redirectErrorStream(true).redirectOutput(root.resolve("program.log").toFile());
    assertThat(end(program.start(), 0, "program.log"))
        .endsWith("tests of data\ntests of trainer\n");
  }

  @Test
  void aRebuildChangesNothingForWhatIsRunning() throws Exception {
    Path go = root.resolve("go");
    assertThat(run(0, "one").lines()).contains("word one").endsWith("1", "1", "1");
    Process running = start("running.log", Map.of(), "wait", go.toString());
    while (!Files.readString(root.resolve("running.log")).contains("started")) {
      Thread.sleep(20);
    }
    changeASource();
    assertThat(run(0, "two")).contains("building").endsWith("2\n2\n2\n");
    changeASource();
    assertThat(run(0, "three")).endsWith("3\n3\n3\n");
    assertThat(folders()).as("the one in use and the newest").isEqualTo(2);
    Files.writeString(go, "");
    assertThat(end(running, 0, "running.log")).endsWith("1\n1\n1\n");
    changeASource();
    run(0, "four");
    assertThat(folders()).as("nobody uses an older one").isEqualTo(1);
  }

  /** Compiling the tests takes longer than all else, and nothing that runs needs them. */
  @Test
  void aBuildLeavesTestsOut() throws Exception {
    run(0, "one");
    assertThat(Files.readString(root.resolve("asked")))
        .contains("-DskipTests -Dtest.compile.skip=true")
        .endsWith(" package\n");
    assertThat(Files.readString(repository().resolve("pom.xml")))
        .contains("<skip>${test.compile.skip}</skip>", "<test.compile.skip>false<");
  }

  @Test
  void commandsOfMessagesBeginAsTheProgramWasCalled() throws Exception {
    Path scripts = root.resolve("scripts");
    assertThat(run(0, "x")).contains("option -Dtwotower.program=" + scripts.resolve("twotower"));
    ProcessBuilder found = new ProcessBuilder("/bin/bash", "-c", "twotower x");
    found.environment().put("PATH", scripts + ":" + System.getenv("PATH"));
    found.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    found.environment().put("TWOTOWER_NATIVE", "bundled");
    found.redirectErrorStream(true).redirectOutput(root.resolve("found.log").toFile());
    assertThat(end(found.start(), 0, "found.log").lines())
        .contains("option -Dtwotower.program=twotower");
    found.command("/bin/bash", "twotower", "x").directory(scripts.toFile());
    found.environment().put("PATH", System.getenv("PATH"));
    assertThat(end(found.start(), 0, "found.log").lines())
        .as("bash reads a file of the folder that it is in, where a command needs a path")
        .contains("option -Dtwotower.program=./twotower");
  }

  @Test
  void launchersAtOnceBuildOnce() throws Exception {
    Process first = start("first.log", Map.of(), "x");
    Process second = start("second.log", Map.of(), "y");
    assertThat(end(first, 0, "first.log")).endsWith("1\n1\n1\n");
    assertThat(end(second, 0, "second.log")).endsWith("1\n1\n1\n");
    assertThat(run(0, "z")).doesNotContain("building").endsWith("1\n1\n1\n");
  }

  /** In a line; on a terminal also how far that build is. */
  @Test
  void whoWaitsForABuildSaysForWhat() throws Exception {
    Path hold = Files.writeString(root.resolve("hold"), "");
    Process first = start("first.log", Map.of(), "x");
    await(".builds/build.log", "[3/4]");
    assertThat(root.resolve("first.log")).content().contains("two to six", "/.builds/build.log");
    Process second = start("second.log", Map.of(), "y");
    await("second.log", "waiting for another build, which began at ");
    boolean terminal = Files.isExecutable(Path.of("/usr/bin/script"));
    Process third = terminal ? terminal("third.log", "") : null;
    if (terminal) {
      await("third.log", " s, at eval [3/4]");
    }
    Files.delete(hold);
    assertThat(end(first, 0, "first.log")).endsWith("1\n1\n1\n");
    assertThat(end(second, 0, "second.log").lines().filter(line -> line.startsWith("twotower:")))
        .singleElement()
        .asString()
        .containsPattern("began at [0-9:]{8} and takes about a minute, or two to six ")
        .endsWith("/.builds/build.log");
    if (terminal) {
      end(third, 0, "third.log");
    }
  }

  private void await(String log, String words) throws Exception {
    while (!Files.exists(root.resolve(log))
        || !Files.readString(root.resolve(log)).contains(words)) {
      Thread.sleep(20);
    }
  }

  @Test
  void aFailedBuildLeavesTheLastOne() throws Exception {
    run(0, "one");
    Path broken = Files.writeString(root.resolve("broken"), "");
    changeASource();
    assertThat(run(1, "two")).contains("the build failed");
    Files.delete(broken);
    assertThat(run(0, "three")).endsWith("2\n2\n2\n");
  }

  @Test
  void theLocaleIsOneWithAllLetters() throws Exception {
    assumeTrue(LocaleEncoding.isComplete()); // for this test's own words
    for (Map<String, String> poor :
        List.of(Map.of("LANG", "C", "LC_ALL", "C"), Map.of("LC_ALL", "xx_XX.UTF-8"))) {
      String said = end(start("run.log", poor, "é1"), 0, "run.log");
      assertThat(said.lines()).contains("word é1", "option -Dfile.encoding=UTF-8");
      assertThat(said).containsPattern("locale [A-Za-z_]+\\.(?i)utf-?8\n");
    }
  }

  /** Text is folded to the terminal, and to the usual width where the terminal tells none. */
  @Test
  void tellsHowWideTheTerminalIs() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")));
    assertThat(onTerminal("stty cols 100; ")).contains("option -Dtwotower.columns=100");
    assertThat(onTerminal("stty cols 0; ")).contains("option -Dtwotower.columns=80");
    assertThat(onTerminal("stty cols 0; COLUMNS=66 "))
        .contains("option -Dtwotower.columns=66", "option -Dtwotower.terminal=true");
    assertThat(run(0, "plain")).doesNotContain("twotower.columns");
  }

  private String onTerminal(String before) throws Exception {
    return end(terminal("terminal.log", before), 0, "terminal.log");
  }

  private Process terminal(String log, String before) throws IOException {
    Path out = root.resolve(log);
    ProcessBuilder builder =
        new ProcessBuilder(
            "/usr/bin/script", "-qec", before + root.resolve("scripts/twotower"), "/dev/null");
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().put("TWOTOWER_NATIVE", "bundled");
    builder.environment().remove("COLUMNS");
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    return process;
  }
}
