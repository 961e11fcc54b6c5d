package dev.mien.models.image;

import java.util.Arrays;

/**
 * Separable resize of a box of a picture: per result row one weighted sum of source rows, then along the row; float sums in index
 * order.
 */
final class Resampler {
  /** For every result position the first source index, the number of them, and their weights (which sum to 1). */
  private record Taps(int[] first, int[] count, float[] weights, int stride) {
    static Taps of(double from, double to, int sourceSize, int size, ResizeFilter filter) {
      double scale = (to - from) / size;
      double support = filter.support(scale);
      int stride = (int) Math.ceil(2 * support) + 2;
      var taps = new Taps(new int[size], new int[size], new float[Math.multiplyExact(size, stride)], stride);
      var row = new double[stride];
      for (int i = 0; i < size; i++) {
        double centre = from + (i + 0.5) * scale;
        int low = Math.clamp((long) Math.floor(centre - support), 0, sourceSize - 1);
        int high = Math.clamp((long) Math.ceil(centre + support), low + 1, sourceSize);
        while (high - low > 1 && filter.weight(low, centre, scale) == 0) {
          low++;
        }
        while (high - low > 1 && filter.weight(high - 1, centre, scale) == 0) {
          high--;
        }
        for (int k = low; k < high; k++) {
          row[k - low] = filter.weight(k, centre, scale);
        }
        taps.set(i, low, high - low, row);
      }
      return taps;
    }

    private void set(int i, int low, int used, double[] row) {
      double sum = 0;
      for (int k = 0; k < used; k++) {
        sum += row[k];
      }
      first[i] = low;
      count[i] = used;
      for (int k = 0; k < used; k++) {
        weights[i * stride + k] = sum > 0 ? (float) (row[k] / sum) : 1f / used;
      }
    }
  }

  private Resampler() {}

  static RgbImage resize(RgbImage image, Box box, int width, int height, ResizeFilter filter) {
    var columns = Taps.of(box.left(), box.right(), image.width(), width, filter);
    var rows = Taps.of(box.top(), box.bottom(), image.height(), height, filter);
    int from = image.width();
    int to = 0;
    for (int x = 0; x < width; x++) {
      from = Math.min(from, columns.first[x]);
      to = Math.max(to, columns.first[x] + columns.count[x]);
    }
    var out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    var line = new float[3 * (to - from)];
    for (int y = 0; y < height; y++) {
      sumRows(image, rows, y, 3 * from, line);
      sumColumns(line, columns, from, out, 3 * y * width);
    }
    return RgbImage.owning(width, height, out);
  }

  private static void sumRows(RgbImage image, Taps rows, int y, int offset, float[] line) {
    byte[] in = image.samples();
    int stride = 3 * image.width();
    Arrays.fill(line, 0);
    for (int k = 0; k < rows.count[y]; k++) {
      float weight = rows.weights[y * rows.stride + k];
      int base = (rows.first[y] + k) * stride + offset;
      for (int i = 0; i < line.length; i++) {
        line[i] += weight * (in[base + i] & 0xFF);
      }
    }
  }

  private static void sumColumns(float[] line, Taps columns, int from, byte[] out, int o) {
    for (int x = 0; x < columns.first.length; x++, o += 3) {
      float red = 0.5f;
      float green = 0.5f;
      float blue = 0.5f;
      int i = 3 * (columns.first[x] - from);
      int w = x * columns.stride;
      for (int end = w + columns.count[x]; w < end; w++, i += 3) {
        float weight = columns.weights[w];
        red += weight * line[i];
        green += weight * line[i + 1];
        blue += weight * line[i + 2];
      }
      out[o] = clamp(red);
      out[o + 1] = clamp(green);
      out[o + 2] = clamp(blue);
    }
  }

  private static byte clamp(float value) {
    return (byte) Math.clamp((int) value, 0, 255);
  }
}
