package dev.mien.training.facedata;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.training.data.DataFiles;
import dev.mien.training.data.Split;
import dev.mien.training.data.SplitRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * A folder or .zip archive with one directory for each person. People are split by {@link SplitRule} of their directory's name; of those kept
 * out, pairs are drawn by a fixed key: 10 folds, as many of one person as of two.
 */
public final class FolderFaces extends FaceFiles {
  private static final int MOST_PAIRS = 6000;
  private static final int FOLDS = 10;
  private static final long SEED = 2026;

  private final DataFiles files;
  private final List<PairSet> validation;
  private final List<PairSet> test;
  private final String hash;

  private FolderFaces(DataFiles files, BiConsumer<Integer, Integer> progress) {
    super(List.of(files));
    this.files = files;
    var people = new TreeMap<String, List<Integer>>();
    var others = new ArrayList<String>();
    for (var file : files.files()) {
      if (!file.isImage() || file.folder().isEmpty()) {
        others.add(file.name());
        continue;
      }
      people.computeIfAbsent(file.folder(), f -> new ArrayList<>()).add(pictures.add(new Gathered.Entry(files, file, UnaryOperator.identity())));
    }
    if (people.size() < 2) {
      throw new FormatException("[data] " + files.location() + " holds pictures in " + people.size()
          + " directories; expected one directory for each person, and two people at least");
    }
    boolean[] good = pictures.check(progress);
    if (!others.isEmpty()) {
      findings.add(Gathered.named("files are no pictures in a person's directory", others));
    }
    noteBroken();
    var apart = new EnumMap<Split, Map<Integer, List<Integer>>>(Split.class);
    int person = 0;
    for (var entry : people.entrySet()) {
      entry.getValue().removeIf(at -> !good[at]);
      if (!entry.getValue().isEmpty()) {
        apart.computeIfAbsent(SplitRule.of(entry.getKey()), s -> new TreeMap<>()).put(person++, entry.getValue());
      }
    }
    apart.getOrDefault(Split.TRAIN, Map.of()).values().forEach(this::learn);
    validation = pairs(Split.VALIDATION, apart);
    test = pairs(Split.TEST, apart);
    samples().forEach(s -> pictures.note(s.toString()));
    hash = pictures.hash();
  }

  /**
   * @throws FormatException when there are fewer than two directories with pictures
   */
  public static FolderFaces open(Path path, BiConsumer<Integer, Integer> progress) {
    var files = DataFiles.open(path);
    try {
      return new FolderFaces(files, progress);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private List<PairSet> pairs(Split split, Map<Split, Map<Integer, List<Integer>>> apart) {
    var people = apart.getOrDefault(split, Map.of());
    var word = split.name().toLowerCase(Locale.ROOT);
    if (people.size() < 2 || people.values().stream().noneMatch(p -> p.size() > 1)) {
      findings.add("the rule keeps " + people.size() + " people for " + word + ", too few for pairs");
      return List.of();
    }
    var at = people.values().stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
    var position = new TreeMap<Integer, List<Integer>>();
    int next = 0;
    for (var person : people.entrySet()) {
      var mine = new ArrayList<Integer>();
      for (int i = 0; i < person.getValue().size(); i++) {
        mine.add(next++);
      }
      position.put(person.getKey(), mine);
    }
    var drawn = PairSet.draw(position, MOST_PAIRS, FOLDS, Rng.seed(SEED).split("pairs").split(word));
    drawn.forEach(p -> pictures.note(p.toString()));
    var ids = new ArrayList<String>();
    for (int place : at) {
      ids.add(pictures.id(place));
    }
    return List.of(new PairSet(word, ids, drawn, i -> pictures.read(at[i]), List.of()));
  }

  @Override
  public String name() {
    return "folder";
  }

  @Override
  public String describe() {
    return counts("folder " + files.location());
  }

  @Override
  public List<PairSet> validation() {
    return validation;
  }

  @Override
  public List<PairSet> test() {
    return test;
  }

  @Override
  public String cropPolicy() {
    return "folder, whole picture";
  }

  @Override
  public String contentHash() {
    return hash;
  }
}
