package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.Box;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.ResizeFilter;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Labeled Faces in the Wild. A .zip or folder with {@code images/} and one {@code pairs*.txt} brings pairs to verify. A folder that holds such a
 * .zip and another one with {@code images/} and {@code train.csv} (file, identity, pairs_fold) brings people to learn from too:
 *
 * <ul>
 * <li>test: the pairs of the last two folds; validation: those of the fold before; people of these folds are never learned from;
 * <li>training: the people of the other folds and of none, from both archives, those with at least two pictures. Where both have a
 * photograph, the aligned one is taken.
 * </ul>
 *
 * <p>Pictures of 250 x 250 (deep-funneled) are cut to the square of side 132 around (126, 117) and scaled to 112: the cut at which they agree best
 * with the aligned ones (mean correlation 0.855 over 120 photographs that both archives have; the central 128 x 128 gives 0.57).
 */
public final class LfwFaces extends FaceFiles {
  private static final int SIDE = 112;
  private static final int FUNNELED = 250;
  private static final double CUT_X = 126;
  private static final double CUT_Y = 117;
  private static final double CUT_SIDE = 132;
  private static final int LEAST_PICTURES = 2;
  private static final int DEALT = 10;

  private final List<PairSet> validation;
  private final List<PairSet> test;
  private final String location;
  private final String hash;

  private LfwFaces(List<DataFiles> open, Path path, BiConsumer<Integer, Integer> progress) {
    super(open);
    this.location = path.toString();
    var parts = new Parts(open, path);
    var list = LfwPairs.parse(parts.pairs.read(parts.pairsFile), parts.pairsFile.name());
    var pairs = list.pairs();
    int folds = list.folds();
    boolean learns = parts.training != null;
    if (learns && folds < 4) {
      throw new MienException("[lfw] " + path + " has " + folds + " folds of pairs; training needs four: one to validate, two to test, one to learn");
    }
    var places = new HashMap<String, Integer>();
    var people = new TreeMap<String, Map<String, Integer>>();
    for (var line : pairs) {
      place(parts, line.first(), places);
      place(parts, line.second(), places);
    }
    if (learns) {
      gatherPeople(parts, pairs, folds, people, places);
    }
    boolean[] good = pictures.check(progress);
    noteBroken();
    validation = learns ? List.of(set(pairs, folds - 3, folds - 2, places, good, "lfw fold " + (folds - 2))) : List.of();
    test = List.of(learns ? set(pairs, folds - 2, folds, places, good, "lfw folds " + (folds - 1) + "-" + folds)
        : set(pairs, 0, folds, places, good, "lfw"));
    label(people, good);
    pairs.forEach(p -> pictures.note(p.toString()));
    samples().forEach(s -> pictures.note(s.toString()));
    hash = pictures.hash();
  }

  /**
   * Opens a folder with the archives, or one archive.
   *
   * @throws FormatException when there is no pairs file, or it does not fit its first line
   */
  public static LfwFaces open(Path path, BiConsumer<Integer, Integer> progress) {
    var open = new ArrayList<DataFiles>();
    try {
      boolean archives = Files.isDirectory(path) && !Files.isDirectory(path.resolve("images"));
      for (var part : archives ? zips(path) : List.of(path)) {
        open.add(DataFiles.open(part));
      }
      return new LfwFaces(open, path, progress);
    } catch (RuntimeException e) {
      open.forEach(DataFiles::close);
      throw e;
    }
  }

  private static List<Path> zips(Path folder) {
    try (var files = Files.list(folder)) {
      var found = files.filter(f -> f.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".zip")).sorted().toList();
      if (found.isEmpty()) {
        throw new FormatException("[lfw] " + folder + " holds neither images/ with a pairs*.txt nor a .zip archive with them");
      }
      return found;
    } catch (IOException e) {
      throw new MienException("[lfw] " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Which archive holds the pairs, and which people to learn from. */
  private static final class Parts {
    DataFiles pairs;
    DataFile pairsFile;
    DataFiles training;
    DataFile trainingFile;

    Parts(List<DataFiles> open, Path path) {
      for (var files : open) {
        for (var file : files.files()) {
          var name = file.baseName();
          if (name.startsWith("pairs") && name.endsWith(".txt")) {
            if (pairsFile != null) {
              throw new FormatException("[lfw] " + path + " holds two pairs files, " + pairsFile.name() + " and " + file.name() + "; expected one");
            }
            pairs = files;
            pairsFile = file;
          } else if (name.equals("train.csv")) {
            training = files;
            trainingFile = file;
          }
        }
      }
      if (pairsFile == null) {
        throw new FormatException("[lfw] " + path + " holds no pairs*.txt; expected images/ and one pairs file beside it");
      }
    }

    /** The file of a picture {@code Name/Name_0001}, beside the pairs file. */
    DataFile picture(String name) {
      for (var ending : List.of(".jpg", ".jpeg", ".png")) {
        var found = pairs.find(pairsFile.folder() + "images/" + name + ending);
        if (found.isPresent()) {
          return found.get();
        }
      }
      return null;
    }
  }

  private void place(Parts parts, String name, Map<String, Integer> places) {
    if (!places.containsKey(name)) {
      var file = parts.picture(name);
      places.put(name, file == null ? -1 : pictures.add(new Gathered.Entry(parts.pairs, file, UnaryOperator.identity())));
    }
  }

  /** People who are in none of the last three folds, with their pictures of both archives. */
  private void gatherPeople(Parts parts, List<LfwPairs.Pair> pairs, int folds, Map<String, Map<String, Integer>> people,
                            Map<String, Integer> places) {
    Set<String> kept = new HashSet<>();
    pairs.stream().filter(p -> p.fold() >= folds - 3).forEach(p -> kept.addAll(List.of(person(p.first()), person(p.second()))));
    places.forEach((name, at) -> {
      if (at >= 0 && !kept.contains(person(name))) {
        people.computeIfAbsent(person(name), n -> new TreeMap<>()).put(name, at);
      }
    });
    for (var row : TrainingTable.read(parts.training.read(parts.trainingFile), parts.trainingFile.name(), folds)) {
      if (kept.contains(row.person()) || row.fold() > folds - 3) {
        continue;
      }
      var mine = people.computeIfAbsent(row.person(), n -> new TreeMap<>());
      var name = row.file().substring(row.file().indexOf('/') + 1, row.file().lastIndexOf('.'));
      if (!mine.containsKey(name)) {
        var file = parts.training.find(parts.trainingFile.folder() + row.file())
            .orElseThrow(() -> new FormatException("[lfw] " + parts.trainingFile.name() + " names " + row.file() + ", which is not there"));
        mine.put(name, pictures.add(new Gathered.Entry(parts.training, file, LfwFaces::cut)));
      }
    }
  }

  private static String person(String picture) {
    return picture.substring(0, picture.indexOf('/'));
  }

  private static RgbImage cut(RgbImage image) {
    double x = image.width() / (double) FUNNELED;
    double y = image.height() / (double) FUNNELED;
    double half = CUT_SIDE / 2;
    return ImageTransforms.resize(image, new Box((CUT_X - half) * x, (CUT_Y - half) * y, (CUT_X + half) * x, (CUT_Y + half) * y), SIDE, SIDE,
        ResizeFilter.BILINEAR);
  }

  private PairSet set(List<LfwPairs.Pair> lines, int from, int to, Map<String, Integer> places, boolean[] good, String name) {
    int[] dealt = new int[2]; // one fold is dealt into ten by turns: a threshold is judged on other pairs than it was chosen on
    var images = new LinkedHashMap<Integer, Integer>();
    var pairs = new ArrayList<PairSet.Pair>();
    var missing = new ArrayList<String>();
    for (var line : lines) {
      if (line.fold() < from || line.fold() >= to) {
        continue;
      }
      int a = places.get(line.first());
      int b = places.get(line.second());
      if (a < 0 || b < 0 || !good[a] || !good[b]) {
        missing.add(line.first() + " and " + line.second());
        continue;
      }
      images.putIfAbsent(a, images.size());
      images.putIfAbsent(b, images.size());
      int fold = to - from > 1 ? line.fold() - from : dealt[line.same() ? 1 : 0]++ % DEALT;
      pairs.add(new PairSet.Pair(images.get(a), images.get(b), line.same(), fold));
    }
    if (!missing.isEmpty()) {
      findings.add(Gathered.named("pairs of " + name + " left out, a picture is missing", missing));
    }
    var at = images.keySet().stream().mapToInt(Integer::intValue).toArray();
    return new PairSet(name, images.keySet().stream().map(pictures::id).toList(), pairs, i -> pictures.read(at[i]), missing);
  }

  /** People with enough readable pictures become identities. */
  private void label(Map<String, Map<String, Integer>> people, boolean[] good) {
    var few = new ArrayList<String>();
    for (var person : people.entrySet()) {
      var mine = person.getValue().values().stream().filter(at -> good[at]).toList();
      if (mine.size() < LEAST_PICTURES) {
        few.add(person.getKey());
        continue;
      }
      learn(mine);
    }
    if (!few.isEmpty()) {
      findings.add(Gathered.named("people with one picture are not learned from", few));
    }
  }

  @Override
  public String name() {
    return "lfw";
  }

  @Override
  public String describe() {
    return counts("lfw at " + location);
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
    return ALIGNED_112;
  }

  @Override
  public String contentHash() {
    return hash;
  }
}
