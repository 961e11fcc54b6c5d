package dev.mien.training.facedata;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.training.data.DataFile;
import dev.mien.models.image.ImageTransforms;
import dev.mien.training.data.DataFiles;
import dev.mien.training.data.Split;
import dev.mien.training.data.SplitRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A folder or .zip archive with one directory for each person. Pictures that are not square are squared by their edge.
 *
 * <p>To train and to verify, people are split by {@link SplitRule} of their directory's name; of those kept out, pairs are drawn by a fixed key: 10
 * folds, as many of one person as of two. To identify, everybody's first pictures (10.jpg comes after 2.jpg) are the gallery, the rest probes.
 */
public final class FolderFaces extends FaceFiles {
  private static final int MOST_PAIRS = 6000;
  private static final int FOLDS = 10;
  private static final long SEED = 2026;

  private final DataFiles files;
  private final List<PairSet> validation;
  private final List<PairSet> test;
  private final SearchSet search;
  private final String hash;

  private FolderFaces(DataFiles files, int galleryImages, BiConsumer<Integer, Integer> progress) {
    super(List.of(files));
    this.files = files;
    var people = people();
    boolean[] good = pictures.check(progress);
    noteBroken();
    if (galleryImages > 0) {
      search = search(people, galleryImages, good);
      validation = List.of();
      test = List.of();
    } else {
      search = null;
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
    }
    hash = pictures.hash();
  }

  /**
   * Opens it to train and to verify.
   *
   * @throws FormatException when there are fewer than two directories with pictures
   */
  public static FolderFaces open(Path path, BiConsumer<Integer, Integer> progress) {
    return open(path, 0, progress);
  }

  /**
   * Opens it to identify, or with 0 as {@link #open(Path, BiConsumer)} does.
   *
   * @param galleryImages how many pictures of each person are known
   * @throws FormatException when there are fewer than two directories with pictures, or nobody has more pictures than that
   */
  public static FolderFaces open(Path path, int galleryImages, BiConsumer<Integer, Integer> progress) {
    var files = DataFiles.open(path);
    try {
      return new FolderFaces(files, galleryImages, progress);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Positions of everybody's pictures, in natural order. */
  private Map<String, List<Integer>> people() {
    var people = new TreeMap<String, List<Integer>>();
    var others = new ArrayList<String>();
    var sorted = new ArrayList<>(files.files());
    sorted.sort(Comparator.comparing(DataFile::name, NaturalOrder.INSTANCE));
    for (var file : sorted) {
      if (!file.isImage() || file.folder().isEmpty()) {
        others.add(file.name());
        continue;
      }
      people.computeIfAbsent(file.folder(), f -> new ArrayList<>()).add(pictures.add(new Gathered.Entry(files, file, ImageTransforms::squared)));
    }
    if (people.size() < 2) {
      throw new FormatException("[data] " + files.location() + " holds pictures in " + people.size()
          + " directories; expected one directory for each person, and two people at least");
    }
    if (!others.isEmpty()) {
      findings.add(Gathered.named("files are no pictures in a person's directory", others));
    }
    return people;
  }

  private SearchSet search(Map<String, List<Integer>> people, int galleryImages, boolean[] good) {
    var gallery = new ArrayList<SearchSet.Face>();
    var probes = new ArrayList<SearchSet.Face>();
    var galleryPlaces = new ArrayList<Integer>();
    var probePlaces = new ArrayList<Integer>();
    var few = new ArrayList<String>();
    int person = 0;
    for (var entry : people.entrySet()) {
      var mine = entry.getValue();
      for (int i = 0; i < mine.size(); i++) {
        (i < galleryImages ? gallery : probes).add(new SearchSet.Face(pictures.id(mine.get(i)), person));
        (i < galleryImages ? galleryPlaces : probePlaces).add(mine.get(i));
      }
      if (mine.size() <= galleryImages) {
        few.add(entry.getKey());
      }
      person++;
    }
    if (!few.isEmpty()) {
      findings.add(Gathered.named("people have no picture beyond the gallery's " + galleryImages, few));
    }
    galleryPlaces.addAll(probePlaces);
    return searchSet("folder", gallery, probes, galleryPlaces, good);
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
    return search == null ? counts("folder " + files.location())
        : String.format(Locale.ROOT, "folder %s: %,d probes to find among %,d pictures", files.location(), search.probes(), search.gallery());
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
  public Optional<SearchSet> search() {
    return Optional.ofNullable(search);
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
