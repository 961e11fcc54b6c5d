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

  /**
   * The data gradient of blocks of {@code size x size} input pixels at once: the taps that reach any of them, in the order that each
   * pixel's own taps have. The grid counts blocks; {@link #blockIndex} says which weights belong to which pixel.
   *
   * @param size a multiple of both strides
   */
  static Taps blocks(Conv2d g, int kernelH, int kernelW, int size, int inH, int inW) {
    int[] rows = reached(size, g.padH(), kernelH, g.dilationH(), g.strideH());
    int[] columns = reached(size, g.padW(), kernelW, g.dilationW(), g.strideW());
    int count = rows.length * columns.length;
    int[] tapRows = new int[count];
    int[] tapColumns = new int[count];
    for (int t = 0; t < count; t++) {
      tapRows[t] = rows[t / columns.length];
      tapColumns[t] = columns[t % columns.length];
    }
    return new Taps(tapRows, tapColumns, new int[count], size / g.strideH(), size / g.strideW(), ceilDiv(inH, size),
        ceilDiv(inW, size));
  }

  /** Distances, descending, at which a row of gy reaches one of {@code size} neighbouring rows of x. */
  private static int[] reached(int size, int pad, int kernel, int dilation, int stride) {
    return java.util.stream.IntStream.range(0, size).flatMap(p -> java.util.stream.IntStream.range(0, kernel)
        .map(i -> p + pad - i * dilation).filter(d -> d % stride == 0).map(d -> -d / stride)).sorted().distinct().map(d -> -d)
        .toArray();
  }

  /** The weight that tap t of {@link #blocks} has for pixel (h, v) of the block, or -1. */
  int blockIndex(Conv2d g, int kernelH, int kernelW, int t, int h, int v) {
    int i = h + g.padH() - rows[t] * g.strideH();
    int j = v + g.padW() - columns[t] * g.strideW();
    boolean reaches = i >= 0 && j >= 0 && i % g.dilationH() == 0 && j % g.dilationW() == 0 && i / g.dilationH() < kernelH
        && j / g.dilationW() < kernelW;
    return reaches ? i / g.dilationH() * kernelW + j / g.dilationW() : -1;
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
    return a <= 0 ? 0 : (a - 1) / b + 1;
  }
}
