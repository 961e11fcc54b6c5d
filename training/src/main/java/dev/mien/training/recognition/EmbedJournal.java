package dev.mien.training.recognition;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.data.SplitRule;
import dev.mien.training.facedata.NpyFile;
import dev.mien.training.recognition.Embedding.Done;
import dev.mien.training.recognition.Embedding.Skipped;
import dev.mien.training.recognition.Pictures.Picture;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * What {@code mien embed} has done so far: rows of numbers in one file, a line for each picture in another, appended batch by batch. A process
 * that was killed in between left at most a row without its line, which is written again. At the end the results are written whole, and these
 * two files go.
 */
final class EmbedJournal implements AutoCloseable {
  static final String EMBEDDINGS = "embeddings.npy";
  static final String NORMS = "norms.npy";
  static final String INDEX = "index.csv";

  private static final String ROWS = "unfinished.rows";
  private static final String LINES = "unfinished.lines";
  private static final int COPIED_ROWS = 1024;

  private final Path folder;
  private final Task task;
  private final RandomAccessFile rowsFile;
  private final RandomAccessFile linesFile;
  private final List<Skipped> skipped = new ArrayList<>();
  /** Positions of pictures without a row. */
  private final BitSet gaps = new BitSet();
  private int pictures;
  private int rows;

  /** What must be the same when it is resumed. */
  record Task(String fingerprint, int features, List<Picture> pictures) {
    /** The first line of the journal. */
    private String line() {
      var digest = SplitRule.digest("SHA-256");
      pictures.forEach(p -> digest.update((p.source() + "\n").getBytes(StandardCharsets.UTF_8)));
      return "mien-embed/1 " + fingerprint + " " + features + " " + pictures.size() + " " + HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private int rowBytes() {
      return Float.BYTES * (features + 1);
    }
  }

  private EmbedJournal(Path folder, Task task) throws IOException {
    this.folder = folder;
    this.task = task;
    rowsFile = new RandomAccessFile(folder.resolve(ROWS).toFile(), "rw");
    linesFile = new RandomAccessFile(folder.resolve(LINES).toFile(), "rw");
    if (linesFile.getChannel().tryLock() == null) {
      close();
      throw new MienException("another process is embedding into " + folder + "; wait for it, or give another folder with --out");
    }
  }

  /**
   * @throws MienException when the folder holds results or an unfinished journal and neither is asked for, or it is of other pictures or
   *     another model
   */
  static EmbedJournal open(Path folder, Task task, boolean resume, boolean force) {
    boolean unfinished = Files.exists(folder.resolve(LINES));
    if (unfinished && !resume && !force) {
      throw new MienException(folder + " holds embeddings that were stopped; go on with --resume, or begin anew with --force");
    }
    if (resume && !unfinished) {
      throw new MienException(folder + " holds nothing to go on with; leave out --resume");
    }
    if (!resume && !force && Files.exists(folder.resolve(EMBEDDINGS))) {
      throw new MienException(folder + " holds embeddings already; give another folder with --out, or replace them with --force");
    }
    try {
      Files.createDirectories(folder);
      var journal = new EmbedJournal(folder, task);
      try {
        journal.begin(resume);
        return journal;
      } catch (RuntimeException | IOException | Error e) {
        journal.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  private static MienException failure(Path folder, IOException e) {
    return new MienException("[embed] " + folder + " cannot be written: " + e.getMessage(), e);
  }

  private void begin(boolean resume) throws IOException {
    if (!resume) {
      rowsFile.setLength(0);
      linesFile.setLength(0);
      linesFile.write((task.line() + "\n").getBytes(StandardCharsets.UTF_8));
      return;
    }
    var text = new String(Files.readAllBytes(folder.resolve(LINES)), StandardCharsets.UTF_8);
    var whole = text.substring(0, text.lastIndexOf('\n') + 1);
    var lines = whole.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(task.line())) {
      throw new MienException(folder + " was begun with other pictures or another model; begin anew with --force");
    }
    for (var line : lines.subList(1, lines.size())) {
      read(line);
    }
    if (rowsFile.length() < (long) rows * task.rowBytes()) {
      throw new FormatException(folder.resolve(ROWS) + " is shorter than its " + rows + " rows; begin anew with --force");
    }
    rowsFile.setLength((long) rows * task.rowBytes());
    rowsFile.seek(rowsFile.length());
    linesFile.setLength(whole.getBytes(StandardCharsets.UTF_8).length);
    linesFile.seek(linesFile.length());
  }

  private void read(String line) {
    if (pictures == task.pictures.size() || !line.startsWith("+") && !line.startsWith("-")) {
      throw new FormatException(folder.resolve(LINES) + " is damaged at picture " + (pictures + 1) + "; begin anew with --force");
    }
    if (line.startsWith("+")) {
      rows++;
    } else {
      skipped.add(new Skipped(task.pictures.get(pictures).source(), line.substring(1)));
      gaps.set(pictures);
    }
    pictures++;
  }

  /** Pictures that were taken, those without a row too. */
  int pictures() {
    return pictures;
  }

  int rows() {
    return rows;
  }

  List<Skipped> skipped() {
    return skipped;
  }

  /** Appends a batch: its rows, and then its lines. */
  void append(List<Done> batch) {
    var bytes = ByteBuffer.allocate(batch.size() * task.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
    var lines = new StringBuilder();
    for (int i = 0; i < batch.size(); i++) {
      var done = batch.get(i);
      if (done.embedding() == null) {
        gaps.set(pictures + i);
        lines.append('-').append(done.why().replaceAll("\\s+", " ")).append('\n');
        skipped.add(done.skipped());
        continue;
      }
      bytes.putFloat((float) done.embedding().norm());
      for (float x : done.embedding().direction()) {
        bytes.putFloat(x);
      }
      lines.append("+\n");
      rows++;
    }
    try {
      rowsFile.write(bytes.array(), 0, bytes.position());
      linesFile.write(lines.toString().getBytes(StandardCharsets.UTF_8));
      pictures += batch.size();
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  /** Writes the results, each whole or not at all; the matrix comes last, for its being there says that all is. */
  void finish() {
    var norms = new float[rows];
    for (int r = 0; r < rows; r++) {
      norms[r] = row(r, 1, 1)[0];
    }
    NpyFile.write(folder.resolve(NORMS), NpyFile.Type.FLOAT32, out -> out.floats(norms), rows);
    writeIndex(norms);
    NpyFile.write(folder.resolve(EMBEDDINGS), NpyFile.Type.FLOAT32, out -> {
      for (int r = 0; r < rows; r += COPIED_ROWS) {
        int n = Math.min(COPIED_ROWS, rows - r);
        float[] read = row(r, n, task.features + 1);
        var directions = new float[n * task.features];
        for (int i = 0; i < n; i++) {
          System.arraycopy(read, i * (task.features + 1) + 1, directions, i * task.features, task.features);
        }
        out.floats(directions);
      }
    }, rows, task.features);
    close();
    try {
      Files.delete(folder.resolve(LINES));
      Files.delete(folder.resolve(ROWS));
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  /** The first numbers of a row, or several whole rows. */
  private float[] row(int first, int count, int floats) {
    try {
      var bytes = new byte[Float.BYTES * count * floats];
      rowsFile.seek((long) first * task.rowBytes());
      rowsFile.readFully(bytes);
      var values = new float[count * floats];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  private void writeIndex(float[] norms) {
    DurableFiles.write(folder.resolve(INDEX), out -> {
      var text = new StringBuilder();
      try (var csv = new CSVPrinter(text, CSVFormat.DEFAULT.builder().setRecordSeparator("\n").build())) {
        csv.printRecord("row", "file", "norm");
        int r = 0;
        for (int i = 0; i < task.pictures.size(); i++) {
          if (!gaps.get(i)) {
            csv.printRecord(r, task.pictures.get(i).source(), norms[r]);
            r++;
          }
          if (text.length() > 1 << 16) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            text.setLength(0);
          }
        }
      }
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    });
  }

  @Override
  public void close() {
    try {
      rowsFile.close();
      linesFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the journal in " + folder + " could not be closed", e);
    }
  }
}
