package dev.twotower.trainer.command.faults;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.command.Invocation;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs one command line after the other. One that crashes or hangs is replaced, and
 * that is the answer.
 */
final class Worker implements AutoCloseable {
  private static final int PATIENCE_SECONDS = Integer.getInteger("twotower.faults.patience", 90);

  /** Begins a reply; a virtual machine that crashes writes to the same stream. */
  private static final String MARK = "reply ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private Process process;
  private BufferedWriter requests;
  private BlockingQueue<String> answers;

  Worker(Path folder) {
    this.folder = folder;
  }

  /** The other side: command lines as JSON on standard input, replies on standard output. */
  static final class Loop {
    private Loop() {}

    public static void main(String[] args) throws IOException {
      PrintStream answers =
          new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
      System.setOut(System.err); // nothing else may write between the replies
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] command = JSON.readValue(line, String[].class);
        answers.println(MARK + JSON.writeValueAsString(reply(command)));
      }
    }

    private static Reply reply(String[] command) {
      try {
        Invocation done = Invocation.of(command);
        return new Reply(done.exitCode(), done.out(), done.err());
      } catch (Throwable escaped) {
        // As the launcher would show it.
        StringWriter trace = new StringWriter();
        escaped.printStackTrace(new PrintWriter(trace));
        return new Reply(1, "", "Exception in thread \"main\" " + trace);
      }
    }
  }

  Reply run(List<String> command) {
    try {
      if (process == null || !process.isAlive()) {
        start();
      }
      requests.write(JSON.writeValueAsString(command));
      requests.newLine();
      requests.flush();
      String answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answer == null) {
        process.destroyForcibly().waitFor();
        return new Reply(Reply.HUNG, "", "no end after " + PATIENCE_SECONDS + " s");
      }
      if (answer.isEmpty()) {
        int code = process.waitFor();
        return new Reply(Reply.CRASHED, "", "the process ended with " + code);
      }
      return JSON.readValue(answer, new TypeReference<Reply>() {});
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private void start() throws IOException {
    Process started =
        Jvm.builder(folder.resolve("worker"), folder.resolve("worker-tmp"), Loop.class, List.of())
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("worker.log").toFile()))
            .start();
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  if (line.startsWith(MARK)) {
                    queue.add(line.substring(MARK.length()));
                  }
                }
              } catch (IOException ended) {
                // As the end of the stream.
              }
              queue.add("");
            },
            "replies");
    reader.setDaemon(true);
    reader.start();
    process = started;
    answers = queue;
    requests =
        new BufferedWriter(
            new OutputStreamWriter(started.getOutputStream(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
