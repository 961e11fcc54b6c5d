package dev.mien.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.io.LockFile;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The folder of one run: {@code run.json}, {@code metrics.csv}, TensorBoard's event files, and what the trainer puts beside them
 * (checkpoints, {@code model.safetensors}, {@code report.html}). Open it is locked against a second writer; the lock ends with
 * the process.
 *
 * <pre>{@code
 * try (var run = RunFolder.create(RunFolder.defaultPath("age", seed), RunRecord.of("age", plan, dataHash));
 *     var metrics = MetricsCsv.create(run.file("metrics.csv"), List.of("step", "epoch", "trainLoss"))) {
 *   metrics.append(step, epoch, loss);
 * }
 * }</pre>
 */
public final class RunFolder implements AutoCloseable {
  /** Version of the folder's layout that this code writes and reads. */
  public static final int FORMAT = 1;

  private static final String RECORD = "run.json";
  private static final String LOCK = ".lock";
  private static final long MAX_RECORD_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path path;
  private final RunRecord record;
  private final LockFile lock;

  private RunFolder(Path path, RunRecord record, LockFile lock) {
    this.path = path;
    this.record = record;
    this.lock = lock;
  }

  /** {@code runs/TASK-TIME-SEED} below the working directory, not yet taken. */
  public static Path defaultPath(String task, long seed) {
    String time = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    Path path = Path.of("runs", task + "-" + time + "-" + seed);
    for (int i = 2; Files.exists(path); i++) {
      path = Path.of("runs", task + "-" + time + "-" + seed + "-" + i);
    }
    return path;
  }

  /**
   * Makes the folder and its {@code run.json}, and locks it. Call it when every input has been checked: a mistake writes nothing.
   *
   * @throws MienException when the folder holds anything already, or cannot be made
   */
  public static RunFolder create(Path path, RunRecord record) {
    requireFree(path);
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new MienException("cannot make the run folder " + path + ": " + reason(e) + "; give another with --out", e);
    }
    var lock = lock(path);
    try {
      writeJson(path.resolve(RECORD), record);
      return new RunFolder(path, record, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Refuses a path that is a file, or a folder that holds anything but a lock; for checking before long work. */
  public static void requireFree(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.isDirectory(path)) {
      throw new MienException("the run folder " + path + " is a file; give another with --out");
    }
    try (var entries = Files.list(path)) {
      if (entries.anyMatch(p -> !p.getFileName().toString().equals(LOCK))) {
        throw new MienException("the run folder " + path
            + " exists already and is not empty; give another with --out, or go on with it: "
            + "--resume " + path);
      }
    } catch (IOException e) {
      throw new MienException("cannot read the run folder " + path + ": " + reason(e), e);
    }
  }

  /**
   * Opens a run to go on with it, and locks it.
   *
   * @throws FormatException when it is no run folder, is damaged, or is of another version
   * @throws MienException when another process writes it
   */
  public static RunFolder resume(Path path) {
    var record = read(path);
    var lock = lock(path);
    DurableFiles.cleanStale(path);
    return new RunFolder(path, record, lock);
  }

  /** Whether there is a run in this folder. */
  public static boolean isRun(Path path) {
    return Files.exists(path.resolve(RECORD));
  }

  /**
   * Reads what a run was made from, without locking it.
   *
   * @throws FormatException when it is no run folder, is damaged, or is of another version
   */
  public static RunRecord read(Path path) {
    Path file = path.resolve(RECORD);
    if (!Files.isDirectory(path)) {
      throw new FormatException("no run folder at " + path + "; `./mien train age` writes them below runs/");
    }
    if (!Files.isRegularFile(file)) {
      throw new FormatException(path + " is no run folder: it has no " + RECORD);
    }
    JsonNode tree = parse(file);
    var format = tree.get("format");
    if (format == null || !format.isInt()) {
      throw new FormatException(file + " tells no format version; expected \"format\": " + FORMAT);
    }
    if (format.intValue() != FORMAT) {
      throw new FormatException("the run folder " + path + " is of version " + format.intValue() + ", this code reads version "
          + FORMAT
          + "; use the code that wrote it" + (tree.hasNonNull("codeVersion") ? ": " + tree.get("codeVersion").asText() : ""));
    }
    try {
      return JSON.treeToValue(tree, RunRecord.class);
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      throw new FormatException(file + " is not a run record: " + firstLine(e), e);
    }
  }

  private static JsonNode parse(Path file) {
    try {
      if (Files.size(file) > MAX_RECORD_BYTES) {
        throw new FormatException(file + " has " + Files.size(file) + " bytes; a run record has at most " + MAX_RECORD_BYTES);
      }
      JsonNode tree = JSON.readTree(Files.readAllBytes(file));
      if (!tree.isObject()) {
        throw new FormatException(file + " is no JSON object");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new FormatException(file + " is damaged: " + firstLine(e), e);
    } catch (IOException e) {
      throw new MienException("cannot read " + file + ": " + reason(e), e);
    }
  }

  private static LockFile lock(Path path) {
    return LockFile.take(path.resolve(LOCK)).orElseThrow(() -> inUse(path));
  }

  private static MienException inUse(Path path) {
    return new MienException("another process writes the run folder " + path
        + "; wait for it to end, or give another with --out");
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** What the run was made from. */
  public RunRecord record() {
    return record;
  }

  /** A file of the run. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** Writes a record or a map as JSON into the run, whole or not at all: {@code result.json} and the like. */
  public void write(String name, Object value) {
    writeJson(file(name), value);
  }

  /** All event files and metrics of the run up to this step; what a lost process wrote later is cut away. */
  public Logs logs(List<String> columns, long lastStep) {
    return Logs.open(this, columns, lastStep);
  }

  private static void writeJson(Path file, Object value) {
    try {
      DurableFiles.writeString(file, JSON.writeValueAsString(value) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(value.getClass().getName() + " cannot be written as JSON", e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException ? "permission denied"
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage()).lines()
        .findFirst()
        .orElse("unreadable");
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    lock.close();
  }
}
