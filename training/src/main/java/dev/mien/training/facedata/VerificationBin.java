package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * A verification set of InsightFace: {@code lfw.bin}, {@code cfp_fp.bin}, {@code agedb_30.bin}, {@code calfw.bin},
 * {@code cplfw.bin}. Images 2k and 2k+1 form pair k. The file is held in memory once; an image is a copy of its part of it, as it
 * was encoded (JPEG, seldom PNG). Immutable.
 *
 * <pre>{@code
 * var lfw = VerificationBin.read(Path.of("lfw.bin"));
 * var face = RgbImage.read(lfw.image(0), lfw.name() + " image 0");
 * }</pre>
 */
public final class VerificationBin {
  private final String name;
  private final PickleList images;
  private final BitSet same;
  private final int pairs;

  private VerificationBin(String name, PickleList images, BitSet same, int pairs) {
    this.name = name;
    this.images = images;
    this.same = same;
    this.pairs = pairs;
  }

  /**
   * Reads a file.
   *
   * @throws FormatException when it is no pickle of (list of 2P images, list of P booleans); see {@link SafePickle}
   */
  public static VerificationBin read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new MienException("[bin] " + file + (Files.exists(file) ? " is not a regular file" : " does not exist")
            + "; expected a verification set such as lfw.bin");
      }
      if (Files.size(file) > SafePickle.Limits.DEFAULT.bytes()) {
        throw new FormatException("[bin] " + file + " has " + Files.size(file) + " bytes, more than the limit of "
            + SafePickle.Limits.DEFAULT.bytes());
      }
      return of(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new MienException("[bin] " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The same from bytes, which nobody may change afterwards; {@code name} stands for them in messages. */
  public static VerificationBin of(byte[] bytes, String name) {
    if (!(SafePickle.readSlices(bytes, name) instanceof PickleList pair) || pair.size() != 2
        || !(pair.raw(0) instanceof PickleList images) || !(pair.raw(1) instanceof PickleList labels)) {
      throw new FormatException("[bin] " + name + " holds something else than a pair of lists; expected (images, booleans) as "
          + "InsightFace writes lfw.bin");
    }
    if (labels.isEmpty() || images.size() != 2L * labels.size()) {
      throw new FormatException("[bin] " + name + " has " + images.size() + " images and " + labels.size()
          + " labels; expected two images for each label, and at least one label");
    }
    for (int i = 0; i < images.size(); i++) {
      if (!(images.raw(i) instanceof PickleSlice image) || image.kind() == PickleSlice.Kind.TEXT || image.length() == 0) {
        throw new FormatException("[bin] " + name + ": image " + i + " is no byte string, or an empty one; expected an encoded "
            + "image");
      }
    }
    return new VerificationBin(name, images, labels(labels, name), labels.size());
  }

  private static BitSet labels(PickleList labels, String name) {
    var same = new BitSet(labels.size());
    for (int k = 0; k < labels.size(); k++) {
      var label = labels.raw(k);
      boolean whole = label instanceof Long n && (n == 0 || n == 1);
      if (!(label instanceof Boolean) && !whole) {
        throw new FormatException("[bin] " + name + ": label " + k + " is no boolean; expected True for one person, False for two");
      }
      same.set(k, Boolean.TRUE.equals(label) || label instanceof Long n && n == 1);
    }
    return same;
  }

  public String name() {
    return name;
  }

  public int pairs() {
    return pairs;
  }

  /** Twice the number of pairs. */
  public int images() {
    return images.size();
  }

  /** Whether both images of pair k show one person. */
  public boolean same(int pair) {
    if (pair < 0 || pair >= pairs) {
      throw new IndexOutOfBoundsException("pair " + pair + " of " + pairs + " in " + name);
    }
    return same.get(pair);
  }

  /** A copy of the encoded bytes of image i. */
  public byte[] image(int index) {
    return ((PickleSlice) images.raw(index)).bytes();
  }
}
