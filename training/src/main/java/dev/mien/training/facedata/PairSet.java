package dev.mien.training.facedata;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import dev.mien.training.verification.PairScores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Pairs of pictures that show one person or two.
 *
 * @param name of the set, for reports
 * @param images where the pictures come from, each once
 * @param pairs positions in {@code images}
 * @param reader the picture at a position; safe for several threads
 * @param missing pairs that were left out because a picture is missing or broken, named
 * @param seenSides the side in pixels at which the face at a position was seen, where it was enlarged or cut since; 0 where only the picture tells
 */
public record PairSet(String name, List<String> images, List<Pair> pairs, IntFunction<RgbImage> reader, List<String> missing,
                      IntUnaryOperator seenSides) {
  /**
   * @param same whether both show one person
   * @param fold 0.. of the protocol
   */
  public record Pair(int first, int second, boolean same, int fold) {}

  public PairSet {
    images = List.copyOf(images);
    pairs = List.copyOf(pairs);
    missing = List.copyOf(missing);
    if (pairs.isEmpty()) {
      throw new MienException("[pairs] " + name + " holds no pair whose pictures can be read"
          + (missing.isEmpty() ? "" : "; missing: " + missing.getFirst() + " and " + (missing.size() - 1) + " more"));
    }
  }

  /** Pictures that are as large as they were seen. */
  public PairSet(String name, List<String> images, List<Pair> pairs, IntFunction<RgbImage> reader, List<String> missing) {
    this(name, images, pairs, reader, missing, i -> 0);
  }

  /** The side in pixels at which the face of this picture was seen: what is known of it, or the picture's shorter side. */
  public int seenSidePx(int image, RgbImage picture) {
    int known = seenSides.applyAsInt(image);
    return known > 0 ? known : Math.min(picture.width(), picture.height());
  }

  /** Number of folds. */
  public int folds() {
    return pairs.stream().mapToInt(Pair::fold).max().orElse(0) + 1;
  }

  /**
   * A set in which images 2k and 2k + 1 are pair k, in contiguous folds in the order of the file. Pairs with a picture that is not good are left out
   * and named; the others stay in the folds of the file.
   *
   * @param count pairs of the file; fewer than the folds have a fold each
   * @param same whether pair k shows one person
   * @param good whether an image can be read
   */
  static PairSet consecutive(String name, int count, int folds, IntPredicate same, IntPredicate good, IntFunction<RgbImage> reader) {
    int[] fold = count < 2 ? new int[count] : PairScores.contiguousFolds(count, Math.min(folds, count));
    var at = new ArrayList<Integer>();
    var pairs = new ArrayList<Pair>();
    var missing = new ArrayList<String>();
    for (int k = 0; k < count; k++) {
      if (good.test(2 * k) && good.test(2 * k + 1)) {
        pairs.add(new Pair(at.size(), at.size() + 1, same.test(k), fold[k]));
        at.add(2 * k);
        at.add(2 * k + 1);
      } else {
        missing.add(name + " images " + 2 * k + " and " + (2 * k + 1));
      }
    }
    return new PairSet(name, at.stream().map(i -> name + " image " + i).toList(), pairs, i -> reader.apply(at.get(i)), missing);
  }

  /**
   * Pairs drawn from pictures of known people: half of one person, half of two, all different where there are enough.
   *
   * @param people positions of each person's pictures; those with one picture serve in pairs of two people alone
   * @param count pairs, at most
   * @param folds into which they are dealt by turns
   */
  static List<Pair> draw(Map<Integer, List<Integer>> people, int count, int folds, Rng rng) {
    var all = List.copyOf(people.values());
    var several = all.stream().filter(p -> p.size() > 1).toList();
    if (all.size() < 2 || several.isEmpty()) {
      throw new MienException("[pairs] pairs need two people and one with two pictures, there are " + all.size() + " people, "
          + several.size() + " with two pictures");
    }
    var pairs = new ArrayList<Pair>();
    var seen = new HashSet<Long>();
    int same = 0;
    int different = 0;
    for (long i = 0; pairs.size() < count && i < 40L * count; i++) {
      boolean one = pairs.size() % 2 == 0;
      var key = rng.at(i);
      var person = one ? several.get(key.below(several.size(), 0)) : all.get(key.below(all.size(), 0));
      var other = one ? person : all.get(key.below(all.size(), 1));
      int a = person.get(key.below(person.size(), 2));
      int b = other.get(key.below(other.size(), 3));
      if (a == b || !one && person == other || !seen.add(((long) Math.min(a, b) << 32) | Math.max(a, b))) {
        continue;
      }
      pairs.add(new Pair(a, b, one, (one ? same++ : different++) % folds));
    }
    return pairs;
  }
}
