package dev.mien.training.recognition;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.io.LockFile;
import dev.mien.engine.io.SafeTensors;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.data.SplitRule;
import dev.mien.training.face.Skipped;
import dev.mien.training.facedata.NpyFile;
import dev.mien.training.recognition.Embedding.Done;
import dev.mien.training.recognition.Pictures.Picture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * What {@code mien embed} has done so far: parts of {@value #PART} pictures, each a file that is whole or absent, from which a stopped command
 * goes on. At the end the results are written from the parts, and these go.
 */
final class EmbedJournal implements AutoCloseable {
  static final String EMBEDDINGS = "embeddings.npy";
  static final String NORMS = "norms.npy";
  static final String INDEX = "index.csv";
  static final String UNFINISHED = "unfinished";

  /** Pictures of a part. */
  private static final int PART = 2048;

  private final Path folder;
  private final Task task;
  private final LockFile lock;
  private final List<Path> parts = new ArrayList<>();
  private final List<Done> waiting = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();
  /** Positions of pictures without a row. */
  private final BitSet gaps = new BitSet();
  private int pictures;

  /** What must be the same when it is resumed. */
  record Task(String fingerprint, int features, List<Picture> pictures) {
    private String hash() {
      var digest = SplitRule.digest("SHA-256");
      digest.update((fingerprint + features).getBytes(StandardCharsets.UTF_8));
      pictures.forEach(p -> digest.update(("\n" + p.source()).getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }
  }

  private EmbedJournal(Path folder, Task task, LockFile lock) {
    this.folder = folder;
    this.task = task;
    this.lock = lock;
  }

  /**
   * @throws MienException when the folder holds results or unfinished work and neither is asked for, or it is of other pictures or another model
   */
  static EmbedJournal open(Path folder, Task task, boolean resume, boolean force) {
    var unfinished = folder.resolve(UNFINISHED);
    boolean begun = !list(unfinished).isEmpty();
    if (begun && !resume && !force) {
      throw new MienException(folder + " holds embeddings that were stopped; go on with --resume, or begin anew with --force");
    }
    if (resume && !begun) {
      throw new MienException(folder + " holds nothing to go on with; leave out --resume");
    }
    if (!resume && !force && Files.exists(folder.resolve(EMBEDDINGS))) {
      throw new MienException(folder + " holds embeddings already; give another folder with --out, or replace them with --force");
    }
    try {
      Files.createDirectories(unfinished);
    } catch (IOException e) {
      throw new MienException("[embed] " + folder + " cannot be made: " + e.getMessage(), e);
    }
    var lock = LockFile.take(folder.resolve(".lock")).orElseThrow(() -> new MienException("another process is embedding into " + folder
        + "; wait for it, or give another folder with --out"));
    var journal = new EmbedJournal(folder, task, lock);
    try {
      DurableFiles.cleanStale(unfinished);
      for (var part : list(unfinished)) {
        if (resume) {
          journal.read(part);
        } else {
          DurableFiles.delete(part);
        }
      }
      return journal;
    } catch (RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().endsWith(".safetensors")).sorted().toList();
    } catch (IOException e) {
      throw new MienException("[embed] " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private void read(Path part) {
    var metadata = SafeTensors.readMetadata(part);
    if (!task.hash().equals(metadata.get("task"))) {
      throw new MienException(folder + " was begun with other pictures or another model; begin anew with --force");
    }
    if (!Integer.toString(pictures).equals(metadata.get("first"))) {
      throw new FormatException("[embed] " + part + " does not follow picture " + pictures + ": a part is missing; begin anew with --force");
    }
    var reasons = new String(SafeTensors.read(part).tensors().get("reasons").bytes(), StandardCharsets.UTF_8).split("\n", -1);
    for (int i = 0; i < reasons.length; i++) {
      note(pictures + i, reasons[i]);
    }
    pictures += reasons.length;
    parts.add(part);
  }

  private void note(int picture, String reason) {
    if (!reason.isEmpty()) {
      gaps.set(picture);
      skipped.add(new Skipped(task.pictures.get(picture).source(), reason));
    }
  }

  /** Pictures that were taken, those without a row too. */
  int pictures() {
    return pictures + waiting.size();
  }

  int rows() {
    return pictures() - skipped.size();
  }

  List<Skipped> skipped() {
    return skipped;
  }

  /** Takes a batch over. */
  void append(List<Done> batch) {
    for (var done : batch) {
      note(pictures(), reason(done));
      waiting.add(done);
    }
    if (waiting.size() >= PART) {
      save();
    }
  }

  /** Why there is no row, in one line; empty where there is one. */
  private static String reason(Done done) {
    return done.embedding() == null ? done.why().replaceAll("\\s+", " ") : "";
  }

  /** Writes what is not yet in a file. */
  void save() {
    if (waiting.isEmpty()) {
      return;
    }
    var kept = waiting.stream().filter(d -> d.embedding() != null).toList();
    var directions = new float[kept.size() * task.features];
    var norms = new float[kept.size()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = (float) kept.get(i).embedding().norm();
      System.arraycopy(kept.get(i).embedding().direction(), 0, directions, i * task.features, task.features);
    }
    byte[] reasons = String.join("\n", waiting.stream().map(EmbedJournal::reason).toList()).getBytes(StandardCharsets.UTF_8);
    var part = folder.resolve(UNFINISHED).resolve(String.format(Locale.ROOT, "%09d.safetensors", pictures));
    SafeTensors.write(part, Map.of("directions", HostTensor.of(directions, norms.length, task.features), "norms", HostTensor.of(norms, norms.length),
        "reasons", HostTensor.of(reasons, reasons.length)), Map.of("task", task.hash(), "first", Integer.toString(pictures)));
    parts.add(part);
    pictures += waiting.size();
    waiting.clear();
  }

  /** Writes the results, each whole or not at all; the matrix comes last, for its being there says that all is. */
  void finish() {
    save();
    var norms = new float[rows()];
    int at = 0;
    for (var part : parts) {
      float[] some = SafeTensors.read(part).tensors().get("norms").floats();
      System.arraycopy(some, 0, norms, at, some.length);
      at += some.length;
    }
    NpyFile.write(folder.resolve(NORMS), NpyFile.Type.FLOAT32, out -> out.floats(norms), norms.length);
    writeIndex(norms);
    NpyFile.write(folder.resolve(EMBEDDINGS), NpyFile.Type.FLOAT32, out -> {
      for (var part : parts) {
        out.floats(SafeTensors.read(part).tensors().get("directions").floats());
      }
    }, norms.length, task.features);
    parts.forEach(DurableFiles::delete);
    DurableFiles.delete(folder.resolve(UNFINISHED));
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
    lock.close();
  }
}
