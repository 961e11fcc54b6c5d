package dev.mien.kernels.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sixteen short rows side by side: column j of the group stands in 16 floats at {@code j * 16}, a row in each lane. What is a sum over
 * a row is then four chains in its lane (column modulo 4, since one chain would wait for itself), without a reduction across lanes, and
 * the same at every vector width. Values of a row are vectors of 16 too.
 */
final class RowLanes {
  private static final int B = Lanes.BLOCK;

  private final int columns;
  /** Where the rows of a group begin, and where the columns of a square begin in scratch. */
  private final int[] rowStarts = new int[B];
  private final int[] columnStarts = new int[B];

  RowLanes(int columns) {
    this.columns = columns;
    for (int j = 0; j < B; j++) {
      columnStarts[j] = j * B;
    }
  }

  /** {@code to[j * 16 + lane] = x[from + lane * columns + j]}; lanes from {@code rows} on repeat the last row. */
  void load(float[] x, int from, int rows, float[] to, int at) {
    for (int lane = 0; lane < B; lane++) {
      rowStarts[lane] = Math.min(lane, rows - 1) * columns;
    }
    if (columns < Lanes.COUNT) {
      for (int j = 0; j < columns; j++) {
        for (int lane = 0; lane < B; lane++) {
          to[at + j * B + lane] = x[from + rowStarts[lane] + j];
        }
      }
      return;
    }
    for (int j = 0; j < columns; j += Lanes.COUNT) {
      int first = Math.min(j, columns - Lanes.COUNT); // the last square overlaps the one before
      for (int lane = 0; lane < B; lane += Lanes.COUNT) {
        TransposeKernels.square(x, from + first, rowStarts, lane, to, at + first * B + lane, B);
      }
    }
  }

  /** The way back for the first {@code rows} lanes, with {@code 16 * columns} floats of working memory at {@code spare}. */
  void store(float[] t, int at, int spare, int rows, float[] y, int to) {
    if (columns < Lanes.COUNT) {
      for (int lane = 0; lane < rows; lane++) {
        for (int j = 0; j < columns; j++) {
          y[to + lane * columns + j] = t[at + j * B + lane];
        }
      }
      return;
    }
    float[] target = rows == B ? y : t;
    int start = rows == B ? to : spare;
    for (int lane = 0; lane < B; lane += Lanes.COUNT) {
      for (int j = 0; j < columns; j += Lanes.COUNT) {
        int first = Math.min(j, columns - Lanes.COUNT);
        TransposeKernels.square(t, at + first * B + lane, columnStarts, 0, target, start + lane * columns + first, columns);
      }
    }
    if (rows < B) {
      System.arraycopy(t, spare, y, to, rows * columns);
    }
  }

  /** Largest and smallest of each row; with NaN among them any element. */
  static void extremes(float[] t, int z, int columns, int largest, int smallest) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var high = FloatVector.fromArray(Lanes.F, t, z + g);
      var high1 = high;
      var low = high;
      var low1 = high;
      int i = z + g;
      for (int k = 0; k < columns >> 1; k++, i += 2 * B) {
        var v = FloatVector.fromArray(Lanes.F, t, i);
        var w = FloatVector.fromArray(Lanes.F, t, i + B);
        high = high.blend(v, v.compare(VectorOperators.GT, high));
        low = low.blend(v, v.compare(VectorOperators.LT, low));
        high1 = high1.blend(w, w.compare(VectorOperators.GT, high1));
        low1 = low1.blend(w, w.compare(VectorOperators.LT, low1));
      }
      var last = FloatVector.fromArray(Lanes.F, t, z + g + (columns - 1) * B);
      high = high.blend(high1, high1.compare(VectorOperators.GT, high));
      low = low.blend(low1, low1.compare(VectorOperators.LT, low));
      high.blend(last, last.compare(VectorOperators.GT, high)).intoArray(t, largest + g);
      low.blend(last, last.compare(VectorOperators.LT, low)).intoArray(t, smallest + g);
    }
  }

  /** How many entries of each row are at least the row's value. */
  static void countFrom(float[] t, int z, int columns, int value, int to) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, t, value + g);
      var c0 = FloatVector.zero(Lanes.F);
      var c1 = c0;
      var c2 = c0;
      var c3 = c0;
      int i = z + g;
      for (int k = 0; k < columns >> 2; k++, i += 4 * B) {
        c0 = c0.add(1f, FloatVector.fromArray(Lanes.F, t, i).compare(VectorOperators.GE, v));
        c1 = c1.add(1f, FloatVector.fromArray(Lanes.F, t, i + B).compare(VectorOperators.GE, v));
        c2 = c2.add(1f, FloatVector.fromArray(Lanes.F, t, i + 2 * B).compare(VectorOperators.GE, v));
        c3 = c3.add(1f, FloatVector.fromArray(Lanes.F, t, i + 3 * B).compare(VectorOperators.GE, v));
      }
      for (; i < z + columns * B; i += B) {
        c0 = c0.add(1f, FloatVector.fromArray(Lanes.F, t, i).compare(VectorOperators.GE, v));
      }
      c0.add(c1).add(c2.add(c3)).intoArray(t, to + g);
    }
  }

  /** {@code y = x - value} of the row */
  static void subtract(float[] t, int x, int columns, int value, int y) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, t, value + g);
      for (int i = g; i < columns * B; i += B) {
        FloatVector.fromArray(Lanes.F, t, x + i).sub(v).intoArray(t, y + i);
      }
    }
  }

  /** {@code sum = sum x} of each row */
  static void sum(float[] t, int x, int columns, int sum) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var s0 = FloatVector.zero(Lanes.F);
      var s1 = s0;
      var s2 = s0;
      var s3 = s0;
      int i = x + g;
      for (int k = 0; k < columns >> 2; k++, i += 4 * B) {
        s0 = s0.add(FloatVector.fromArray(Lanes.F, t, i));
        s1 = s1.add(FloatVector.fromArray(Lanes.F, t, i + B));
        s2 = s2.add(FloatVector.fromArray(Lanes.F, t, i + 2 * B));
        s3 = s3.add(FloatVector.fromArray(Lanes.F, t, i + 3 * B));
      }
      for (; i < x + columns * B; i += B) {
        s0 = s0.add(FloatVector.fromArray(Lanes.F, t, i));
      }
      s0.add(s1).add(s2.add(s3)).intoArray(t, sum + g);
    }
  }

  /** {@code x = x * factor} of the row */
  static void scale(float[] t, int x, int columns, int factor) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, t, factor + g);
      for (int i = x + g; i < x + columns * B; i += B) {
        FloatVector.fromArray(Lanes.F, t, i).mul(v).intoArray(t, i);
      }
    }
  }

  /** {@code y = x * value}, the same for all rows */
  static void times(float[] t, int x, int columns, float value, int y) {
    for (int i = 0; i < columns * B; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, t, x + i).mul(value).intoArray(t, y + i);
    }
  }

  /** {@code mean = sum_j (j - label) p_j} of each row. */
  static void mean(float[] t, int p, int columns, int label, int mean) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var s0 = FloatVector.zero(Lanes.F);
      var s1 = s0;
      var s2 = s0;
      var s3 = s0;
      var c = FloatVector.fromArray(Lanes.F, t, label + g).neg();
      int i = p + g;
      for (int k = 0; k < columns >> 2; k++, i += 4 * B) {
        s0 = FloatVector.fromArray(Lanes.F, t, i).fma(c, s0);
        s1 = FloatVector.fromArray(Lanes.F, t, i + B).fma(c.add(1f), s1);
        s2 = FloatVector.fromArray(Lanes.F, t, i + 2 * B).fma(c.add(2f), s2);
        s3 = FloatVector.fromArray(Lanes.F, t, i + 3 * B).fma(c.add(3f), s3);
        c = c.add(4f);
      }
      for (; i < p + columns * B; i += B) {
        s0 = FloatVector.fromArray(Lanes.F, t, i).fma(c, s0);
        c = c.add(1f);
      }
      s0.add(s1).add(s2.add(s3)).intoArray(t, mean + g);
    }
  }

  /** {@code variance = sum_j p_j (j - label - mean)^2} of each row: chains over even and odd columns. */
  static void variance(float[] t, int p, int columns, int label, int mean, int variance) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var even = FloatVector.zero(Lanes.F);
      var odd = even;
      var m = FloatVector.fromArray(Lanes.F, t, mean + g);
      var c = FloatVector.fromArray(Lanes.F, t, label + g).neg();
      int i = p + g;
      for (int k = 0; k < columns >> 1; k++, i += 2 * B) {
        var d = c.sub(m);
        even = d.mul(d).fma(FloatVector.fromArray(Lanes.F, t, i), even);
        d = c.add(1f).sub(m);
        odd = d.mul(d).fma(FloatVector.fromArray(Lanes.F, t, i + B), odd);
        c = c.add(2f);
      }
      if ((columns & 1) != 0) {
        var d = c.sub(m);
        even = d.mul(d).fma(FloatVector.fromArray(Lanes.F, t, i), even);
      }
      even.add(odd).intoArray(t, variance + g);
    }
  }
}
