package dev.mien.bench.worker;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A contestant's process as seen from outside. Between commands it waits for input and uses no processor. */
public final class WorkerProcess implements AutoCloseable {
  private static final int LAST_LINES = 3;

  private final Process process;
  private final BufferedReader answers;
  private final Path errors;
  private final String title;

  private WorkerProcess(Process process, Path errors) throws Failed {
    this.process = process;
    this.errors = errors;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.title = expect("ready");
  }

  /** Why a contestant has no number. */
  public static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String reason) {
      super(reason);
    }
  }

  /** A sample: nanoseconds of one run, and how many runs it was made of. */
  public record Sample(double nanos, int runs) {}

  /**
   * Starts a process and waits until its engine is loaded.
   *
   * @param java options for the JVM, the class path among them
   * @throws Failed when the engine cannot be loaded; the message says why
   */
  public static WorkerProcess start(String contestant, int threads, List<String> java) throws Failed {
    var command = new ArrayList<>(Pinning.prefix(threads));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java);
    command.addAll(List.of(WorkerMain.class.getName(), contestant, String.valueOf(threads)));
    try {
      var errors = Files.createTempFile("mien-bench-", ".err");
      errors.toFile().deleteOnExit();
      var builder = new ProcessBuilder(command).redirectError(new File(errors.toString()));
      builder.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
      builder.environment().put("MKL_NUM_THREADS", String.valueOf(threads));
      var process = builder.start();
      try {
        return new WorkerProcess(process, errors);
      } catch (Failed e) {
        process.destroyForcibly();
        throw e;
      }
    } catch (IOException e) {
      throw new Failed("the process could not be started: " + e.getMessage());
    }
  }

  /** The engine's name and version. */
  public String title() {
    return title;
  }

  /** Makes the operands of a work. */
  public void prepare(String work) throws Failed {
    tell("prepare " + work);
    expect("ok");
  }

  /** Runs the prepared work until it gets no faster. */
  public Sample warmUp() throws Failed {
    tell("warm");
    return sample();
  }

  /** One sample of about so many nanoseconds. */
  public Sample sample(double nanos) throws Failed {
    tell("sample " + nanos);
    return sample();
  }

  /** One number: {@code flops}, {@code resident}, {@code peak SECONDS}. */
  public double value(String question) throws Failed {
    tell(question);
    return Double.parseDouble(expect("value"));
  }

  /** Drops the prepared work. */
  public void release() throws Failed {
    tell("release");
    expect("ok");
  }

  private Sample sample() throws Failed {
    var words = expect("sample").split(" ");
    return new Sample(Double.parseDouble(words[0]), Integer.parseInt(words[1]));
  }

  private void tell(String command) throws Failed {
    try {
      process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new Failed("the process has ended" + lastErrors());
    }
  }

  /** The rest of the next answer, which must begin with a word; what else the process prints is skipped. */
  private String expect(String word) throws Failed {
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith(WorkerMain.MARK + word)) {
          return line.substring((WorkerMain.MARK + word).length()).strip();
        }
        if (line.startsWith(WorkerMain.MARK)) {
          throw new Failed(line.substring(WorkerMain.MARK.length()).replaceFirst("^(failed|unsupported) ", ""));
        }
      }
    } catch (IOException e) {
      throw new Failed("the process cannot be read: " + e.getMessage());
    }
    throw new Failed("the process ended with code " + exitCode() + lastErrors());
  }

  private int exitCode() {
    try {
      return process.waitFor(1, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private String lastErrors() {
    try {
      var lines = Files.readAllLines(errors).stream().filter(l -> !l.isBlank() && !l.startsWith("WARNING:")).toList();
      return lines.isEmpty() ? "" : ": " + String.join(" ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close(); // the end of its input is its order to go
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    errors.toFile().delete();
  }
}
