package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.EachOnce;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.data.SplitRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * People to learn from in {@code train.rec} and {@code train.idx}, and the verification sets ({@code .bin}) that lie beside them: with two or more,
 * the first by name (agedb_30, as a rule) chooses the epoch and the others test; a single one tests. Pictures are decoded when they are drawn, so
 * that millions open in seconds; a broken one stops the training with its number. Those that are not square are squared by their edge.
 */
public final class RecordFaces implements FaceSource {
  /** More identities than so many times the pictures are a damaged label, not a data set. */
  private static final int MOST_EMPTY = 10;

  private final FaceRecords records;
  private final Path location;
  private final AlignedPairs pairs;
  private final int[] labels;
  private final int identities;
  private final List<String> findings = new ArrayList<>();
  private final String hash;

  private RecordFaces(FaceRecords records, Path location, AlignedPairs pairs, BiConsumer<Integer, Integer> progress) {
    this.records = records;
    this.location = location;
    this.pairs = pairs;
    labels = new int[records.size()];
    EachOnce.run("reading labels", labels.length, OpenOptions.defaults().threads(), progress::accept, i -> labels[i] = records.label(i));
    identities = records.property().map(FaceProperty::numClasses).orElse(Arrays.stream(labels).max().orElse(-1) + 1);
    if (identities > (long) MOST_EMPTY * labels.length) {
      throw new FormatException("[facedata] " + location + " names " + identities + " identities for " + labels.length
          + " pictures; expected several pictures of each. Is a label or the file property damaged?");
    }
    var seen = new BitSet();
    for (int label : labels) {
      seen.set(label);
    }
    if (seen.cardinality() < identities) {
      findings.add(String.format(Locale.ROOT, "%,d of %,d identities have no picture", identities - seen.cardinality(), identities));
    }
    if (pairs != null) {
      findings.addAll(pairs.findings());
    }
    hash = hash();
  }

  /**
   * Opens a folder with {@code train.rec}, or a {@code .rec} file.
   *
   * @throws MienException when a file is missing
   * @throws FormatException when one is malformed, see {@link FaceRecords} and {@link VerificationBin}
   */
  public static RecordFaces open(Path path, BiConsumer<Integer, Integer> progress) {
    var records = FaceRecords.open(path);
    try {
      var bins = Files.isDirectory(path) ? bins(path) : List.<Path>of();
      return new RecordFaces(records, path, bins.isEmpty() ? null : AlignedPairs.bins(bins, progress), progress);
    } catch (RuntimeException | Error e) {
      records.close();
      throw e;
    }
  }

  private static List<Path> bins(Path folder) {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().endsWith(".bin")).sorted().toList();
    } catch (IOException e) {
      throw new MienException("[facedata] " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Of numbers, places and labels of all records, not of their gigabytes of pixels; of the pairs whole. */
  private String hash() {
    var digest = SplitRule.digest("SHA-256");
    var line = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
    for (int i = 0; i < labels.length; i++) {
      digest.update(line.clear().putLong(records.key(i)).putLong(records.offset(i)).putInt(labels[i]).flip());
    }
    if (pairs != null) {
      digest.update(pairs.contentHash().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public String name() {
    return "records";
  }

  @Override
  public String describe() {
    return String.format(Locale.ROOT, "records at %s: %,d pictures of %,d people to learn from; %s to validate, %s to test", location, labels.length,
        identities, names(validation()), names(test()));
  }

  private static String names(List<PairSet> sets) {
    return sets.isEmpty() ? "nothing" : String.join(", ", sets.stream().map(PairSet::name).toList());
  }

  @Override
  public List<FaceSample> samples() {
    return new AbstractList<>() {
      @Override
      public FaceSample get(int index) {
        return new FaceSample("record " + records.key(index), labels[index]);
      }

      @Override
      public int size() {
        return labels.length;
      }
    };
  }

  @Override
  public int identities() {
    return identities;
  }

  @Override
  public RgbImage read(int index) {
    return ImageTransforms.squared(RgbImage.read(records.read(index).image(), location + " record " + records.key(index)));
  }

  @Override
  public List<PairSet> validation() {
    return pairs == null || pairs.test().size() < 2 ? List.of() : List.of(pairs.test().getFirst());
  }

  @Override
  public List<PairSet> test() {
    return pairs == null ? List.of() : pairs.test().size() < 2 ? pairs.test() : pairs.test().subList(1, pairs.test().size());
  }

  @Override
  public List<String> findings() {
    return List.copyOf(findings);
  }

  @Override
  public String cropPolicy() {
    return records.property().map(p -> p.width() == FaceCuts.ALIGNED && p.height() == FaceCuts.ALIGNED).orElse(true) ? ALIGNED_112
        : "records, whole picture";
  }

  @Override
  public String contentHash() {
    return hash;
  }

  @Override
  public void close() {
    records.close();
  }
}
