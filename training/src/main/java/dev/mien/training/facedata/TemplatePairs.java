package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import java.util.Arrays;
import java.util.BitSet;

/** Millions of pairs of templates in little memory. Immutable. */
public final class TemplatePairs {
  private final int[] first;
  private final int[] second;
  private final BitSet same;

  private TemplatePairs(int[] first, int[] second, BitSet same) {
    this.first = first;
    this.second = second;
    this.same = same;
  }

  public int size() {
    return first.length;
  }

  public int first(int pair) {
    return first[pair];
  }

  public int second(int pair) {
    return second[pair];
  }

  /** Whether both templates are of one person. */
  public boolean same(int pair) {
    return same.get(pair);
  }

  /**
   * The pairs of which both templates are in the set.
   *
   * @throws FormatException when there is none
   */
  TemplatePairs among(BitSet templates) {
    var kept = new Builder();
    for (int k = 0; k < size(); k++) {
      if (templates.get(first[k]) && templates.get(second[k])) {
        kept.add(first[k], second[k], same.get(k));
      }
    }
    return kept.build("the list of pairs without those whose pictures are missing");
  }

  static final class Builder {
    private int[] first = new int[1024];
    private int[] second = new int[1024];
    private final BitSet same = new BitSet();
    private int size;

    void add(int one, int other, boolean isSame) {
      if (size == first.length) {
        first = Arrays.copyOf(first, size + size / 2);
        second = Arrays.copyOf(second, first.length);
      }
      first[size] = one;
      second[size] = other;
      same.set(size++, isSame);
    }

    TemplatePairs build(String source) {
      if (size == 0) {
        throw new FormatException("[ijb] " + source + " has no line; expected pairs of templates");
      }
      return new TemplatePairs(Arrays.copyOf(first, size), Arrays.copyOf(second, size), same);
    }
  }
}
