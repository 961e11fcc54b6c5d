package dev.mien.kernels.simd;

/**
 * The pixels of a band as groups of neighbours. A ragged end is a whole group moved to the left (or, in a grid narrower than a
 * group, run over the border), of which only the pixels {@code from .. to-1} count.
 */
final class PixelGroups {
  final int count;
  /** Offset of each group's first pixel in the window, and in the output before its channel; two more entries than groups. */
  final int[] x;
  final int[] y;
  final int[] from;
  final int[] to;
  private final int size;

  PixelGroups(DirectPass pass, Window.Band band) {
    size = pass.pixels;
    boolean flat = pass.flat;
    int length = flat ? band.rows() * pass.taps.gridW() : pass.taps.gridW();
    int runs = flat ? 1 : band.rows();
    int perRun = (length + size - 1) / size;
    count = band.images() * runs * perRun;
    x = new int[count + 2];
    y = new int[count + 2];
    from = new int[count];
    to = new int[count];
    var place = pass.placement;
    int rowFloats = pass.out.dim(3) * 16;
    int image = pass.out.channelBlocks() * pass.out.plane() * 16;
    int i = 0;
    for (int n = 0; n < band.images(); n++) {
      for (int r = 0; r < runs; r++) {
        int xRun = n * pass.window.imageStride + r * pass.window.rowAdvance;
        int yRun = (band.image() + n) * image + (place.rowFirst() + (band.row() + r) * place.rowStep()) * rowFloats
            + place.columnFirst() * 16;
        for (int s = 0; s < length; s += size, i++) {
          int valid = Math.min(size, length - s);
          int start = s + valid - size;
          boolean shift = start >= 0;
          start = shift ? start : s;
          x[i] = xRun + start * 16;
          y[i] = yRun + start * place.columnStep() * 16;
          from[i] = shift ? size - valid : 0;
          to[i] = from[i] + valid;
        }
      }
    }
  }

  /** Groups from {@code g} on of which all pixels count. */
  int wholeRun(int g) {
    int end = g;
    while (end < count && to[end] - from[end] == size) {
      end++;
    }
    return end - g;
  }

  /** Whether all pixels of groups {@code g .. g+n-1} count. */
  boolean whole(int g, int n) {
    for (int i = g; i < g + n; i++) {
      if (to[i] - from[i] < size) {
        return false;
      }
    }
    return true;
  }
}
