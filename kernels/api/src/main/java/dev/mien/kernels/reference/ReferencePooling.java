package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Pool;
import java.util.Arrays;

/** Pooling over windows clipped to the image. */
final class ReferencePooling {
  private final ReferenceMemory memory;

  ReferencePooling(ReferenceMemory memory) {
    this.memory = memory;
  }

  void forward(Pool pool, Buffer xBuffer, Buffer yBuffer, Buffer choiceBuffer) {
    String kernel = "pool";
    double[] x = memory.reals(kernel, "x", xBuffer);
    double[] y = memory.reals(kernel, "y", yBuffer);
    int[] choice = choiceBuffer == null ? null : memory.ints(kernel, "choice", choiceBuffer);
    var windows = windows(kernel, pool, xBuffer, yBuffer);
    Check.distinct(kernel, "x", xBuffer, "y", yBuffer);
    if (choice != null) {
      Check.same(kernel, "choice", choiceBuffer, "y", yBuffer);
    }
    int width = xBuffer.dim(3);
    int inPixels = xBuffer.dim(2) * width;
    int outPixels = yBuffer.dim(2) * yBuffer.dim(3);
    for (int plane = 0; plane < xBuffer.dim(0) * xBuffer.dim(1); plane++) {
      int in = plane * inPixels;
      for (int pixel = 0; pixel < outPixels; pixel++) {
        int out = plane * outPixels + pixel;
        var window = windows.at(pixel);
        if (windows.maximum) {
          int best = largest(x, in, width, window);
          y[out] = x[in + best];
          if (choice != null) {
            choice[out] = best;
          }
        } else {
          y[out] = total(x, in, width, window) / window.divisor;
        }
      }
    }
  }

  /** The first of the largest; NaN counts as larger than everything. */
  private static int largest(double[] x, int in, int width, Window window) {
    int best = window.r0 * width + window.c0;
    for (int r = window.r0; r < window.r1; r++) {
      for (int c = window.c0; c < window.c1; c++) {
        double value = x[in + r * width + c];
        if (value > x[in + best] || Double.isNaN(value) && !Double.isNaN(x[in + best])) {
          best = r * width + c;
        }
      }
    }
    return best;
  }

  private static double total(double[] x, int in, int width, Window window) {
    double sum = 0;
    for (int r = window.r0; r < window.r1; r++) {
      for (int c = window.c0; c < window.c1; c++) {
        sum += x[in + r * width + c];
      }
    }
    return sum;
  }

  void backward(Pool pool, Buffer gyBuffer, Buffer choiceBuffer, Buffer gxBuffer) {
    String kernel = "poolBackward";
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] gx = memory.reals(kernel, "gx", gxBuffer);
    var windows = windows(kernel, pool, gxBuffer, gyBuffer);
    Check.distinct(kernel, "gy", gyBuffer, "gx", gxBuffer);
    int[] choice = null;
    if (windows.maximum) {
      choice = memory.ints(kernel, "choice", choiceBuffer);
      Check.same(kernel, "choice", choiceBuffer, "gy", gyBuffer);
    }
    int width = gxBuffer.dim(3);
    int inPixels = gxBuffer.dim(2) * width;
    int outPixels = gyBuffer.dim(2) * gyBuffer.dim(3);
    Arrays.fill(gx, 0);
    for (int plane = 0; plane < gxBuffer.dim(0) * gxBuffer.dim(1); plane++) {
      int in = plane * inPixels;
      for (int pixel = 0; pixel < outPixels; pixel++) {
        int out = plane * outPixels + pixel;
        if (choice != null) {
          if (choice[out] < 0 || choice[out] >= inPixels) {
            throw Check.error(kernel, "choice " + choice[out] + " is outside the plane of gx " + Arrays.toString(gxBuffer.dims())
                + "; was it written by pool?");
          }
          gx[in + choice[out]] += gy[out];
        } else {
          spread(gx, in, width, windows.at(pixel), gy[out]);
        }
      }
    }
  }

  private static void spread(double[] gx, int in, int width, Window window, double value) {
    for (int r = window.r0; r < window.r1; r++) {
      for (int c = window.c0; c < window.c1; c++) {
        gx[in + r * width + c] += value / window.divisor;
      }
    }
  }

  private static Windows windows(String kernel, Pool pool, Buffer x, Buffer y) {
    Check.image(kernel, "x", x);
    int h = x.dim(2);
    int w = x.dim(3);
    Check.image(kernel, "y", y, x.dim(0), x.dim(1), pool.outHeight(h), pool.outWidth(w));
    int[][] rows = new int[y.dim(2)][];
    int[][] columns = new int[y.dim(3)][];
    var fixed = switch (pool) {
      case Pool.Max p -> new Fixed(p.kernelH(), p.kernelW(), p.stride(), p.padding());
      case Pool.Average p -> new Fixed(p.kernelH(), p.kernelW(), p.stride(), p.padding());
      case Pool.AdaptiveAverage p -> null;
      case Pool.AdaptiveMax p -> null;
    };
    if (fixed != null) {
      Check.that(fixed.stride >= 1 && fixed.padding >= 0 && fixed.padding < Math.min(fixed.kernelH, fixed.kernelW), kernel,
          pool + " needs stride >= 1 and 0 <= padding < kernel; input " + Arrays.toString(x.dims()));
    }
    for (int i = 0; i < rows.length; i++) {
      rows[i] = fixed != null ? clip(i, fixed.kernelH, fixed, h) : adaptive(i, h, rows.length);
    }
    for (int i = 0; i < columns.length; i++) {
      columns[i] = fixed != null ? clip(i, fixed.kernelW, fixed, w) : adaptive(i, w, columns.length);
    }
    boolean maximum = pool instanceof Pool.Max || pool instanceof Pool.AdaptiveMax;
    Check.that(h > 0 && w > 0 || y.count() == 0, kernel, "empty plane in x " + Arrays.toString(x.dims()));
    int divisor = pool instanceof Pool.Average p && p.countPadding() ? p.kernelH() * p.kernelW() : 0;
    return new Windows(rows, columns, divisor, maximum);
  }

  private static int[] clip(int i, int kernelExtent, Fixed fixed, int extent) {
    int start = i * fixed.stride - fixed.padding;
    return new int[] {Math.max(0, start), Math.min(extent, start + kernelExtent)};
  }

  private static int[] adaptive(int i, int extent, int outputs) {
    return new int[] {(int) ((long) i * extent / outputs), (int) (((i + 1L) * extent + outputs - 1) / outputs)};
  }

  private record Fixed(int kernelH, int kernelW, int stride, int padding) {}

  private record Window(int r0, int r1, int c0, int c1, int divisor) {}

  /** {@code divisor} 0 stands for the number of real pixels in the window. */
  private record Windows(int[][] rows, int[][] columns, int divisor, boolean maximum) {
    Window at(int pixel) {
      int[] r = rows[pixel / columns.length];
      int[] c = columns[pixel % columns.length];
      return new Window(r[0], r[1], c[0], c[1], divisor > 0 ? divisor : (r[1] - r[0]) * (c[1] - c[0]));
    }
  }
}
