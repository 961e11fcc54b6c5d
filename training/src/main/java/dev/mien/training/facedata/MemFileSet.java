package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.models.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A verification set of AdaFace: images in {@code ROOT/NAME/memfile/mem_file.dat}, labels in {@code ROOT/NAME_list.npy}. Images 2k
 * and 2k+1 form pair k. Safe for many threads.
 *
 * <pre>{@code
 * try (var set = MemFileSet.open(Path.of("faces_emore"), "lfw")) {
 *   set.planes(0, input, 0);
 * }
 * }</pre>
 */
public final class MemFileSet implements AutoCloseable {
  /** The sets within {@code concat_validation_memfile}, in its order. */
  public static final List<String> CONCATENATED = List.of("agedb_30", "cfp_fp", "lfw", "cplfw", "calfw");

  private final String name;
  private final MemFile file;
  private final int first;
  private final boolean[] same;

  private MemFileSet(String name, MemFile file, int first, boolean[] same) {
    this.name = name;
    this.file = file;
    this.first = first;
    this.same = same;
  }

  /**
   * Opens one set.
   *
   * @throws dev.mien.engine.tensor.MienException when a file is missing
   * @throws FormatException when one is malformed, or there are not two images for each label
   */
  public static MemFileSet open(Path root, String name) {
    var same = labels(root, name);
    var file = MemFile.open(root.resolve(name).resolve("memfile").resolve("mem_file.dat"));
    return complete(file, List.of(new MemFileSet(name, file, 0, same))).getFirst();
  }

  /**
   * Opens {@code ROOT/concat_validation_memfile}: the five sets of {@link #CONCATENATED} over one file, which the first one closes.
   *
   * @throws dev.mien.engine.tensor.MienException as {@link #open}
   */
  public static List<MemFileSet> openConcatenated(Path root) {
    var labels = CONCATENATED.stream().map(name -> labels(root, name)).toList();
    var file = MemFile.open(root.resolve("concat_validation_memfile"));
    var sets = new ArrayList<MemFileSet>();
    int first = 0;
    for (int i = 0; i < labels.size(); i++) {
      sets.add(new MemFileSet(CONCATENATED.get(i), file, first, labels.get(i)));
      first += 2 * labels.get(i).length;
    }
    return complete(file, List.copyOf(sets));
  }

  private static boolean[] labels(Path root, String name) {
    try (var list = NpyFile.open(root.resolve(name + "_list.npy"))) {
      // Far above any real set, and small enough for sums of image numbers.
      if (list.shape().size() != 1 || list.size() < 1 || list.size() > 10_000_000) {
        throw new FormatException("[memfile] " + root.resolve(name + "_list.npy") + " has the shape " + NpyHeader.text(list.shape())
            + "; expected one dimension, a boolean for each pair");
      }
      return list.booleans();
    }
  }

  private static List<MemFileSet> complete(MemFile file, List<MemFileSet> sets) {
    int pairs = sets.stream().mapToInt(MemFileSet::pairs).sum();
    if (file.images() != 2 * pairs) {
      file.close();
      throw new FormatException("[memfile] " + file.path() + " has " + file.images() + " images, but the labels of "
          + sets.stream().map(MemFileSet::name).toList() + " are " + pairs + "; expected two images for each label");
    }
    return sets;
  }

  public String name() {
    return name;
  }

  public int pairs() {
    return same.length;
  }

  /** Twice the number of pairs. */
  public int images() {
    return 2 * same.length;
  }

  public int height() {
    return file.height();
  }

  public int width() {
    return file.width();
  }

  /** Whether both images of pair k show one person. */
  public boolean same(int pair) {
    return same[pair];
  }

  /** Image i as {@link MemFile#planes} gives it. */
  public void planes(int image, float[] into, int at) {
    file.planes(first + checked(image), into, at);
  }

  /** Image i in 8 bits, red first. */
  public RgbImage image(int image) {
    return file.image(first + checked(image));
  }

  private int checked(int image) {
    if (image < 0 || image >= images()) {
      throw new IndexOutOfBoundsException("image " + image + " of " + images() + " in " + name);
    }
    return image;
  }

  @Override
  public void close() {
    file.close();
  }
}
