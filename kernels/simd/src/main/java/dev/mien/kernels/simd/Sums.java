package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums in one fixed order: along the vector axis 16 partial sums over segments of 1024 elements, joined pairwise, across rows one
 * chain over segments of 64; segments are combined in index order in double.
 */
final class Sums {
  static final int SEGMENT = 1024;
  private static final int SEGMENT_ROWS = 64;
  private static final int COLUMNS = 256;
  private static final int BLOCK = 1 << 16;

  private static final VectorSpecies<Double> D = switch (Lanes.BITS) {
    case 512 -> DoubleVector.SPECIES_512;
    case 256 -> DoubleVector.SPECIES_256;
    default -> DoubleVector.SPECIES_128;
  };

  private Sums() {}

  static void sum(SimdBackend backend, Buffer input, Buffer output, double scale) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    if (x.count() == 0) {
      Arrays.fill(y.reals, y.offset, y.offset + y.physical, 0f);
      return;
    }
    if (y.blocked()) {
      Arrays.fill(y.reals, y.offset, y.offset + y.physical, 0f);
    }
    var walk = Walk.of(x, x, y);
    var plan = Plan.of(walk);
    boolean rows = walk.strides()[1][walk.axes() - 1] == 0;
    if (rows && walk.axes() == 1) {
      y.reals[y.offset] = (float) (scale * total(backend, x.reals, x.offset, walk.innermost()));
    } else if (rows) {
      sumRows(backend, plan, x, y, scale);
    } else {
      sumColumns(backend, plan, x, y, scale);
    }
  }

  /** The outer axes of a sum, parted into those of the result and those summed over. */
  private record Plan(int width, Walk kept, Walk summed) {
    static Plan of(Walk walk) {
      int outer = walk.axes() - 1;
      int kept = 0;
      for (int i = 0; i < outer; i++) {
        kept += walk.strides()[1][i] != 0 ? 1 : 0;
      }
      return new Plan(walk.innermost(), pick(walk, outer, true, kept), pick(walk, outer, false, outer - kept));
    }

    private static Walk pick(Walk walk, int outer, boolean kept, int count) {
      int[] extents = new int[count];
      int[][] strides = new int[2][count];
      for (int i = 0, k = 0; i < outer; i++) {
        if (walk.strides()[1][i] != 0 == kept) {
          extents[k] = walk.extents()[i];
          strides[0][k] = walk.strides()[0][i];
          strides[1][k++] = walk.strides()[1][i];
        }
      }
      return new Walk(extents, strides);
    }
  }

  private static void sumRows(SimdBackend backend, Plan plan, SimdBuffer x, SimdBuffer y, double scale) {
    int summed = plan.summed.outer(0);
    int width = plan.width;
    int grain = (int) Math.max(1, UnaryForward.GRAIN / Math.max(1L, (long) summed * width));
    backend.workers.ranges(plan.kept.outer(0), grain, (from, to) -> {
      try (var t = backend.scratch.lease(Lanes.BLOCK)) {
        for (int k = from; k < to; k++) {
          int at = x.offset + plan.kept.at(0, k, 0);
          double total = 0;
          for (int s = 0; s < summed; s++) {
            total += row(x.reals, at + plan.summed.at(0, s, 0), width, t.array, t.offset);
          }
          y.reals[y.offset + plan.kept.at(1, k, 0)] = (float) (scale * total);
        }
      }
    });
  }

  private static double total(SimdBackend backend, float[] x, int at, int n) {
    double[] parts = new double[(int) (((long) n + BLOCK - 1) / BLOCK)];
    backend.workers.ranges(n, BLOCK, (from, to) -> {
      try (var t = backend.scratch.lease(Lanes.BLOCK)) {
        parts[from / BLOCK] = row(x, at + from, to - from, t.array, t.offset);
      }
    });
    double sum = 0;
    for (double part : parts) {
      sum += part;
    }
    return sum;
  }

  /** Sum of contiguous elements; {@code t} has room for 16 partial sums. */
  static double row(float[] x, int at, int n, float[] t, int to) {
    double total = 0;
    for (int s = 0; s < n; s += SEGMENT) {
      int length = Math.min(SEGMENT, n - s);
      int body = length & -Lanes.BLOCK;
      partials(x, at + s, body, t, to);
      for (int i = body; i < length; i++) {
        t[to + i - body] += x[at + s + i];
      }
      total += join(t, to);
    }
    return total;
  }

  /** Sum of 16 partial sums, neighbours first: a chain of 16 additions would cost more than the row. */
  static double join(float[] t, int to) {
    double a = ((double) t[to] + t[to + 1]) + ((double) t[to + 2] + t[to + 3]);
    double b = ((double) t[to + 4] + t[to + 5]) + ((double) t[to + 6] + t[to + 7]);
    double c = ((double) t[to + 8] + t[to + 9]) + ((double) t[to + 10] + t[to + 11]);
    double d = ((double) t[to + 12] + t[to + 13]) + ((double) t[to + 14] + t[to + 15]);
    return (a + b) + (c + d);
  }

  /** 16 interleaved partial sums of n elements, a multiple of 16, into t. */
  static void partials(float[] x, int at, int n, float[] t, int to) {
    for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
      var sum = FloatVector.zero(Lanes.F);
      for (int i = g; i < n; i += Lanes.BLOCK) {
        sum = sum.add(FloatVector.fromArray(Lanes.F, x, at + i));
      }
      sum.intoArray(t, to + g);
    }
  }

  private static void sumColumns(SimdBackend backend, Plan plan, SimdBuffer x, SimdBuffer y, double scale) {
    var summed = plan.summed;
    int last = summed.axes() - 1;
    int rows = last < 0 ? 1 : summed.extents()[last];
    int rowStride = last < 0 ? 0 : summed.strides()[0][last];
    int blocks = last < 0 ? 1 : summed.outer(1);
    int pieces = (plan.width + COLUMNS - 1) / COLUMNS;
    backend.workers.ranges(plan.kept.outer(0) * pieces,
        (int) Math.max(1, UnaryForward.GRAIN / ((long) blocks * rows * Math.min(COLUMNS, plan.width))), (from, to) -> {
          double[] total = new double[COLUMNS];
          try (var t = backend.scratch.lease(COLUMNS)) {
            for (int u = from; u < to; u++) {
              int k = u / pieces;
              int column = u % pieces * COLUMNS;
              int n = Math.min(COLUMNS, plan.width - column);
              Arrays.fill(total, 0);
              for (int b = 0; b < blocks; b++) {
                int at = x.offset + plan.kept.at(0, k, 0) + column + (last < 0 ? 0 : summed.at(0, b, 1));
                for (int r = 0; r < rows; r += SEGMENT_ROWS) {
                  columns(x.reals, at + r * rowStride, rowStride, Math.min(SEGMENT_ROWS, rows - r), n, t);
                  for (int i = 0; i < n; i++) {
                    total[i] += t.array[t.offset + i];
                  }
                }
              }
              int yo = y.offset + plan.kept.at(1, k, 0) + column;
              for (int i = 0; i < n; i++) {
                y.reals[yo + i] = (float) (scale * total[i]);
              }
            }
          }
        });
  }

  /** Column sums of a few rows into t. */
  private static void columns(float[] x, int at, int stride, int rows, int n, Scratch.Lease t) {
    float[] out = t.array;
    int to = t.offset;
    int c = 0;
    for (int end = n & -Lanes.COUNT; c < end; c += Lanes.COUNT) {
      var sum = FloatVector.fromArray(Lanes.F, x, at + c);
      for (int r = 1; r < rows; r++) {
        sum = sum.add(FloatVector.fromArray(Lanes.F, x, at + c + r * stride));
      }
      sum.intoArray(out, to + c);
    }
    for (; c < n; c++) {
      float sum = x[at + c];
      for (int r = 1; r < rows; r++) {
        sum += x[at + c + r * stride];
      }
      out[to + c] = sum;
    }
  }

  static double sumOfSquares(SimdBackend backend, Buffer... xs) {
    int[] firstBlock = new int[xs.length + 1];
    for (int i = 0; i < xs.length; i++) {
      var x = SimdBuffer.of(xs[i]);
      if (x.type() != ElementType.REAL) {
        throw new IllegalArgumentException("[sumOfSquares] needs REAL buffers, got " + x);
      }
      firstBlock[i + 1] = firstBlock[i] + (int) (((long) x.physical + BLOCK - 1) / BLOCK);
    }
    double[] parts = new double[firstBlock[xs.length]];
    backend.workers.run(parts.length, block -> {
      int i = Arrays.binarySearch(firstBlock, block);
      if (i < 0) {
        i = -i - 2;
      }
      while (firstBlock[i + 1] == block) {
        i++; // empty buffers
      }
      var x = SimdBuffer.of(xs[i]);
      int from = (block - firstBlock[i]) * BLOCK;
      parts[block] = squares(x.reals, x.offset + from, Math.min(BLOCK, x.physical - from), new double[8]);
    });
    double sum = 0;
    for (double part : parts) {
      sum += part;
    }
    return sum;
  }

  /** Eight interleaved chains in double (working memory, by the caller): nothing overflows, and one core keeps up with memory. */
  static double squares(float[] x, int at, int n, double[] chains) {
    int body = n & -Lanes.BLOCK;
    for (int c = 0; c < 8; c += Math.min(8, Lanes.COUNT)) {
      squares(x, at + c, body - c, chains, c);
    }
    int i = body;
    for (int end = n - 7; i < end; i += 8) {
      for (int c = 0; c < 8; c++) {
        chains[c] = Math.fma((double) x[at + i + c], x[at + i + c], chains[c]);
      }
    }
    for (; i < n; i++) {
      chains[0] = Math.fma((double) x[at + i], x[at + i], chains[0]);
    }
    double sum = chains[0];
    for (int c = 1; c < 8; c++) {
      sum += chains[c];
    }
    return sum;
  }

  /** The chains of the lanes of a vector (all eight from 256 bits on), over every eighth element. */
  private static void squares(float[] x, int at, int n, double[] chains, int c) {
    var low = DoubleVector.zero(D);
    var high = DoubleVector.zero(D);
    for (int i = 0; i < n; i += Math.max(8, Lanes.COUNT)) {
      var v = FloatVector.fromArray(Lanes.F, x, at + i);
      var a = (DoubleVector) v.convertShape(VectorOperators.F2D, D, 0);
      var b = (DoubleVector) v.convertShape(VectorOperators.F2D, D, 1);
      low = a.fma(a, low);
      if (Lanes.COUNT == Lanes.BLOCK) {
        low = b.fma(b, low); // sixteen floats: both halves belong to the same chains
      } else {
        high = b.fma(b, high);
      }
    }
    low.intoArray(chains, c);
    if (Lanes.COUNT < Lanes.BLOCK) {
      high.intoArray(chains, c + Lanes.COUNT / 2);
    }
  }
}
