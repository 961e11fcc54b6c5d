package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.EachOnce;
import dev.mien.training.data.OpenOptions;
import dev.mien.training.data.SplitRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** Sets of pairs of aligned faces, without anybody to learn from: InsightFace's {@code .bin} files and AdaFace's memory-mapped sets. */
public final class AlignedPairs implements FaceSource {
  /** The protocol of all these sets. */
  private static final int FOLDS = 10;
  private static final String LABELS = "_list.npy";
  private static final String CONCATENATED = "concat_validation_memfile";

  private final String name;
  private final String location;
  private final List<PairSet> sets;
  private final List<String> findings;
  private final String hash;
  private final List<MemFileSet> open;

  private AlignedPairs(String name, String location, List<PairSet> sets, String hash, List<MemFileSet> open) {
    this.name = name;
    this.location = location;
    this.sets = sets;
    this.hash = hash;
    this.open = open;
    findings = new ArrayList<>();
    for (var set : sets) {
      if (!set.missing().isEmpty()) {
        findings.add(Gathered.named("pairs of " + set.name() + " left out, a picture is broken", set.missing()));
      }
    }
  }

  /**
   * Reads {@code .bin} files, each a set, and decodes every picture once.
   *
   * @throws FormatException when one is malformed, see {@link VerificationBin}, or no pair of it can be read
   */
  public static AlignedPairs bins(List<Path> files, BiConsumer<Integer, Integer> progress) {
    var bins = new ArrayList<VerificationBin>();
    var digest = SplitRule.digest("SHA-256");
    for (var file : files) {
      var bin = VerificationBin.read(file);
      bins.add(bin);
      for (int i = 0; i < bin.images(); i++) {
        digest.update(bin.image(i));
        digest.update((byte) (bin.same(i / 2) ? 1 : 0));
      }
    }
    int[] first = new int[bins.size() + 1];
    for (int b = 0; b < bins.size(); b++) {
      first[b + 1] = Math.addExact(first[b], bins.get(b).images());
    }
    var good = new BitSet();
    EachOnce.run("reading faces", first[bins.size()], OpenOptions.defaults().threads(), progress::accept, i -> {
      int b = 0;
      while (first[b + 1] <= i) {
        b++;
      }
      if (decodes(bins.get(b), i - first[b])) {
        synchronized (good) {
          good.set(i);
        }
      }
    });
    var sets = new ArrayList<PairSet>();
    for (int b = 0; b < bins.size(); b++) {
      var bin = bins.get(b);
      int from = first[b];
      var stem = files.get(b).getFileName().toString().replaceFirst("\\.bin$", "");
      sets.add(PairSet.consecutive(stem, bin.pairs(), FOLDS, bin::same, i -> good.get(from + i), i -> image(bin, i)));
    }
    return new AlignedPairs("bin", String.join(", ", files.stream().map(Path::toString).toList()), sets, HexFormat.of().formatHex(digest.digest()),
        List.of());
  }

  private static RgbImage image(VerificationBin bin, int index) {
    return RgbImage.read(bin.image(index), bin.name() + " image " + index);
  }

  private static boolean decodes(VerificationBin bin, int index) {
    try {
      image(bin, index);
      return true;
    } catch (FormatException e) {
      return false;
    }
  }

  /**
   * Opens the sets {@code NAME/memfile/mem_file.dat} with {@code NAME_list.npy} of a folder, or else the five of its
   * {@code concat_validation_memfile}. The content hash is of labels, shapes and the first and last picture of each set: the files have gigabytes.
   *
   * @throws MienException when the folder holds neither
   * @throws FormatException when a file is malformed
   */
  public static AlignedPairs memFiles(Path folder) {
    var open = new ArrayList<MemFileSet>();
    try {
      for (var name : named(folder)) {
        open.add(MemFileSet.open(folder, name));
      }
      if (open.isEmpty()) {
        if (!Files.exists(folder.resolve(CONCATENATED))) {
          throw new MienException("[memfile] " + folder + " holds no validation set of AdaFace; expected NAME/memfile/mem_file.dat with NAME" + LABELS
              + ", or " + CONCATENATED);
        }
        open.addAll(MemFileSet.openConcatenated(folder));
      }
      var digest = SplitRule.digest("SHA-256");
      var sets = new ArrayList<PairSet>();
      for (var set : open) {
        sets.add(PairSet.consecutive(set.name(), set.pairs(), FOLDS, set::same, i -> true, set::image));
        digest.update((sets.getLast().pairs() + " " + set.height() + " " + set.width()).getBytes(StandardCharsets.UTF_8));
        digest.update(set.image(0).toBytes());
        digest.update(set.image(set.images() - 1).toBytes());
      }
      return new AlignedPairs("memfile", folder.toString(), sets, HexFormat.of().formatHex(digest.digest()), open);
    } catch (RuntimeException e) {
      open.forEach(MemFileSet::close);
      throw e;
    }
  }

  /** Names of the sets that have labels and a file of their own. */
  private static List<String> named(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new MienException("[memfile] " + folder + " is no folder; expected one with validation sets of AdaFace");
    }
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(LABELS)).map(f -> f.substring(0, f.length() - LABELS.length()))
          .filter(n -> Files.exists(folder.resolve(n).resolve("memfile"))).sorted().toList();
    } catch (IOException e) {
      throw new MienException("[memfile] " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String describe() {
    int pairs = sets.stream().mapToInt(s -> s.pairs().size()).sum();
    return String.format(Locale.ROOT, "%s at %s: %,d pairs to test in %d sets, nobody to learn from", name, location, pairs, sets.size());
  }

  @Override
  public List<FaceSample> samples() {
    return List.of();
  }

  @Override
  public int identities() {
    return 0;
  }

  @Override
  public RgbImage read(int index) {
    throw new IndexOutOfBoundsException("picture " + index + " of 0 to learn from");
  }

  @Override
  public List<PairSet> validation() {
    return List.of();
  }

  @Override
  public List<PairSet> test() {
    return sets;
  }

  @Override
  public List<String> findings() {
    return List.copyOf(findings);
  }

  @Override
  public String cropPolicy() {
    return ALIGNED_112;
  }

  @Override
  public String contentHash() {
    return hash;
  }

  @Override
  public void close() {
    open.forEach(MemFileSet::close);
  }
}
