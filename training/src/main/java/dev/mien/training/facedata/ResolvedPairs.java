package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pairs whose pictures were found. Each picture has one number, however many pairs it stands in. Safe for many threads. */
public final class ResolvedPairs implements AutoCloseable {
  private static final int SHOWN = 5;

  private final String source;
  private final DataFiles files;
  private final List<DataFile> images = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final List<Pair> pairs = new ArrayList<>();
  private final int folds;
  private final int skippedPairs;

  /** Two pictures by their numbers. */
  public record Pair(int first, int second, boolean same, int fold) {}

  ResolvedPairs(LfwPairs wanted, DataFiles files) {
    this.source = wanted.source();
    this.files = files;
    folds = wanted.folds();
    var byStem = byStem(files);
    var numbers = new LinkedHashMap<String, Integer>();
    for (var pair : wanted.pairs()) {
      int first = numbers.computeIfAbsent(pair.first(), name -> number(byStem, name));
      int second = numbers.computeIfAbsent(pair.second(), name -> number(byStem, name));
      if (first >= 0 && second >= 0) {
        pairs.add(new Pair(first, second, pair.same(), pair.fold()));
      }
    }
    skippedPairs = wanted.pairs().size() - pairs.size();
  }

  /** Pictures by their base name without its ending: few share one. */
  private static Map<String, List<DataFile>> byStem(DataFiles files) {
    var byStem = new HashMap<String, List<DataFile>>();
    for (var file : files.files()) {
      if (file.isImage()) {
        byStem.computeIfAbsent(stem(file.baseName()), s -> new ArrayList<>(1)).add(file);
      }
    }
    return byStem;
  }

  private static String stem(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private int number(Map<String, List<DataFile>> byStem, String wanted) {
    var file = find(byStem, wanted);
    if (file == null) {
      missing.add(wanted);
      return -1;
    }
    images.add(file);
    return images.size() - 1;
  }

  /** The file of this path, with or without its ending, at the root or else below it. */
  private DataFile find(Map<String, List<DataFile>> byStem, String wanted) {
    var base = wanted.substring(wanted.lastIndexOf('/') + 1);
    var candidates = new ArrayList<>(byStem.getOrDefault(base, List.of()));
    if (base.lastIndexOf('.') > 0) {
      candidates.addAll(byStem.getOrDefault(stem(base), List.of()));
    }
    candidates.removeIf(f -> !below(f.name(), wanted) && !below(stem(f.name()), wanted));
    for (var candidate : candidates) {
      if (candidate.name().equals(wanted)) {
        return candidate;
      }
    }
    if (candidates.size() > 1) {
      throw new FormatException("[pairs] " + source + " names " + TextLines.shown(wanted) + ", and " + files.location() + " holds "
          + candidates.stream().limit(SHOWN).map(DataFile::name).toList() + "; expected one. Point at the folder that is meant");
    }
    return candidates.isEmpty() ? null : candidates.getFirst();
  }

  private static boolean below(String path, String wanted) {
    return path.equals(wanted) || path.endsWith("/" + wanted);
  }

  /**
   * This, if no picture is missing; otherwise it is closed.
   *
   * @throws FormatException with the number of missing pictures and the first names
   */
  public ResolvedPairs requireComplete() {
    if (missing.isEmpty()) {
      return this;
    }
    close();
    throw new FormatException("[pairs] " + missing.size() + " pictures of " + source + " are not in " + files.location() + ", "
        + skippedPairs + " pairs need them: " + missing.subList(0, Math.min(SHOWN, missing.size()))
        + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : "") + ". Fetch the pictures of this list");
  }

  /** The pairs with both pictures, in the order of the file. */
  public List<Pair> pairs() {
    return List.copyOf(pairs);
  }

  public int folds() {
    return folds;
  }

  /** Number of pictures found. */
  public int images() {
    return images.size();
  }

  /** Path of a picture below the folder or in the archive. */
  public String imageName(int image) {
    return images.get(image).name();
  }

  /**
   * The encoded bytes of a picture.
   *
   * @throws FormatException when it cannot be read
   */
  public byte[] read(int image) {
    return files.read(images.get(image));
  }

  /** The pictures that are not there, each once. */
  public List<String> missing() {
    return List.copyOf(missing);
  }

  /** Pairs left out because a picture is missing. */
  public int skippedPairs() {
    return skippedPairs;
  }

  @Override
  public void close() {
    files.close();
  }
}
