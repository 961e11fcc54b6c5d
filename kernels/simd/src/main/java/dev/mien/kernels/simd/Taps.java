package dev.mien.kernels.simd;

import dev.mien.kernels.Conv2d;
import java.util.Arrays;

/**
 * A convolution without its channels: grid pixel (r, s) reads the input pixels
 * {@code (r*strideH + rows[t], s*strideW + columns[t])} and weight element {@code index[t]} of each kernel plane.
 */
record Taps(int[] rows, int[] columns, int[] index, int strideH, int strideW, int gridH, int gridW) {
  /** The forward direction: the grid is the output. Taps in row-major order. */
  static Taps forward(Conv2d g, int kernelH, int kernelW, int outH, int outW) {
    int count = kernelH * kernelW;
    int[] rows = new int[count];
    int[] columns = new int[count];
    int[] index = new int[count];
    for (int t = 0; t < count; t++) {
      rows[t] = t / kernelW * g.dilationH() - g.padH();
      columns[t] = t % kernelW * g.dilationW() - g.padW();
      index[t] = t;
    }
    return new Taps(rows, columns, index, g.strideH(), g.strideW(), outH, outW);
  }

  /**
   * The part of the data gradient that falls on input pixels (phaseH, phaseW) modulo the stride: a dense convolution over gy with
   * the taps that reach them, in row-major order. The grid counts those pixels.
   */
  static Taps gradient(Conv2d g, int kernelH, int kernelW, int phaseH, int phaseW, int inH, int inW) {
    int[] rows = new int[kernelH * kernelW];
    int[] columns = new int[kernelH * kernelW];
    int[] index = new int[kernelH * kernelW];
    int n = 0;
    for (int i = 0; i < kernelH; i++) {
      for (int j = 0; j < kernelW; j++) {
        int row = phaseH + g.padH() - i * g.dilationH();
        int column = phaseW + g.padW() - j * g.dilationW();
        if (row % g.strideH() == 0 && column % g.strideW() == 0) {
          rows[n] = row / g.strideH();
          columns[n] = column / g.strideW();
          index[n++] = i * kernelW + j;
        }
      }
    }
    return new Taps(Arrays.copyOf(rows, n), Arrays.copyOf(columns, n), Arrays.copyOf(index, n), 1, 1,
        ceilDiv(inH - phaseH, g.strideH()), ceilDiv(inW - phaseW, g.strideW()));
  }

  int count() {
    return index.length;
  }

  int firstRow() {
    return Arrays.stream(rows).min().orElse(0);
  }

  int lastRow() {
    return Arrays.stream(rows).max().orElse(0);
  }

  int firstColumn() {
    return Arrays.stream(columns).min().orElse(0);
  }

  int lastColumn() {
    return Arrays.stream(columns).max().orElse(0);
  }

  /** Whether every grid pixel reads just the input pixel of the same place. */
  boolean pointwise(int inH, int inW) {
    return count() == 1 && rows[0] == 0 && columns[0] == 0 && strideH == 1 && strideW == 1 && gridH == inH && gridW == inW;
  }

  static int ceilDiv(int a, int b) {
    return a <= 0 ? 0 : (a + b - 1) / b;
  }
}
