package dev.mien.kernels.simd;

/**
 * The rows of a weight gradient on narrow vectors, cut for the kernels: a block of 16 channels is 6 + 6 + 4 rows, which lie side by side and
 * so need one pointer; the three channels of a picture are taken at two places at a time.
 */
final class NarrowUnits {
  private static final int PICTURE = 3;

  private final int picture;
  private final List sixes;
  private final List fours;

  /** Room for {@code places} calls of {@link #add}, each with {@code channels} channels: 16 or less, or 3 for a picture. */
  NarrowUnits(int places, int channels) {
    picture = channels == PICTURE ? PICTURE : 0;
    sixes = new List(2 * places);
    fours = new List(places);
  }

  /** The channels of one block at one tap: they lie at {@code x}, their sums at {@code sum}, {@code width} floats for each channel. */
  void add(int x, int sum, int channels, int width) {
    if (picture > 0) {
      sixes.add(x, sum);
      return;
    }
    int c = 0;
    for (; channels - c > 4; c += 6) {
      sixes.add(x + c, sum + c * width);
    }
    if (c < channels) {
      fours.add(x + c, sum + c * width);
    }
  }

  void clear() {
    sixes.count = 0;
    fours.count = 0;
  }

  /** Runs the tile, whose {@code start} and {@code startBase} are where fresh chains begin, over pixels {@code first .. last-1}. */
  void run(GradTile tile, int vectors, int first, int last) {
    if (picture == 0) {
      run(tile, sixes, 1, 6, vectors, first, last);
      run(tile, fours, 1, 4, vectors, first, last);
      return;
    }
    int pairs = sixes.count & ~1;
    run(tile, sixes, 2, PICTURE, vectors, first, last);
    if (pairs < sixes.count) {
      fours.count = 0;
      fours.add(sixes.x[pairs], sixes.sum[pairs]);
      run(tile, fours, 1, PICTURE, vectors, first, last);
    }
  }

  private static void run(GradTile tile, List units, int together, int rows, int vectors, int first, int last) {
    int end = units.count / together * together;
    if (end > 0) {
      tile.xs = units.x;
      tile.zs = units.sum;
      tile.runUnits(end, together, rows, vectors, first, last);
    }
  }

  private static final class List {
    final int[] x;
    final int[] sum;
    int count;

    List(int capacity) {
      x = new int[capacity];
      sum = new int[capacity];
    }

    void add(int at, int sums) {
      x[count] = at;
      sum[count++] = sums;
    }
  }
}
