package dev.mien.kernels.simd;

import jdk.incubator.vector.FloatVector;

/**
 * Where a kernel finds the input pixels of a band of grid rows: in a scratch copy with zero borders, whose columns are sorted by
 * their remainder modulo the stride so that neighbouring grid pixels always lie 16 floats apart; or, for pointwise taps, in
 * place.
 * Pixel (image, block, row r, column s) of the band, tap t: {@code image*imageStride + block*blockStride + r*rowAdvance + s*16
 * + tapOffset[t]}.
 */
final class Window {
  final Taps taps;
  final boolean inPlace;
  final int rowAdvance;
  final int blockStride;
  final int imageStride;
  final int[] tapOffset;
  /** Floats of scratch for the whole window; 0 in place. */
  final int floats;

  private final int firstRow;
  private final int firstColumn;
  private final int inH;
  private final int inW;
  private final int rowStride;
  private final int phaseWidth;
  private final int[] phaseSlot;
  private final int phases;

  /**
   * @param minimumWidth grid columns that a kernel may touch even where the grid is narrower
   * @param mayStay whether pointwise taps may read the images themselves
   */
  Window(Taps taps, SimdBuffer in, Size size, int minimumWidth, boolean mayStay) {
    this.taps = taps;
    this.inH = in.dim(2);
    this.inW = in.dim(3);
    this.inPlace = mayStay && taps.pointwise(inH, inW);
    this.firstRow = taps.firstRow();
    this.firstColumn = taps.firstColumn();
    this.tapOffset = new int[taps.count()];
    this.phaseSlot = new int[taps.strideW()];
    if (inPlace) {
      rowStride = inW * 16;
      rowAdvance = rowStride;
      blockStride = inH * rowStride;
      imageStride = in.channelBlocks() * blockStride;
      floats = 0;
      phaseWidth = inW;
      phases = 1;
      return;
    }
    phases = numberPhases();
    phaseWidth = Math.max(taps.gridW(), minimumWidth) + (taps.lastColumn() - firstColumn) / taps.strideW();
    rowStride = phases * phaseWidth * 16;
    rowAdvance = taps.strideH() * rowStride;
    int rows = Math.max(0, (size.gridRows - 1) * taps.strideH() + taps.lastRow() - firstRow + 1);
    blockStride = rows * rowStride;
    imageStride = size.blocks * blockStride;
    floats = size.images * imageStride;
    for (int t = 0; t < tapOffset.length; t++) {
      int column = taps.columns()[t] - firstColumn;
      tapOffset[t] = (taps.rows()[t] - firstRow) * rowStride
          + (phaseSlot[column % taps.strideW()] * phaseWidth + column / taps.strideW()) * 16;
    }
  }

  private int numberPhases() {
    java.util.Arrays.fill(phaseSlot, -1);
    int n = 0;
    for (int column : taps.columns()) {
      int phase = (column - firstColumn) % taps.strideW();
      if (phaseSlot[phase] < 0) {
        phaseSlot[phase] = n++;
      }
    }
    return n;
  }

  /** Index in the input's own array of the first pixel of a band; in place only. */
  int base(SimdBuffer in, int image, int block, int gridRow) {
    return in.offset + image * imageStride + block * blockStride + gridRow * rowAdvance;
  }

  /** Copies a band into scratch at {@code to}. */
  void copy(SimdBuffer in, Band band, int firstBlock, int blocks, float[] scratch, int to) {
    int rows = (band.rows() - 1) * taps.strideH() + taps.lastRow() - firstRow + 1;
    int channelBlocks = in.channelBlocks();
    for (int n = 0; n < band.images(); n++) {
      for (int b = 0; b < blocks; b++) {
        int plane = in.offset + ((band.image() + n) * channelBlocks + firstBlock + b) * inH * inW * 16;
        int target = to + n * imageStride + b * blockStride;
        for (int r = 0; r < rows; r++) {
          if (read(r)) {
            int row = band.row() * taps.strideH() + firstRow + r;
            copyRow(in.reals, row >= 0 && row < inH ? plane + row * inW * 16 : -1, scratch, target + r * rowStride);
          }
        }
      }
    }
  }

  private boolean read(int row) {
    if (taps.strideH() == 1) {
      return true;
    }
    for (int r : taps.rows()) {
      if ((row - (r - firstRow)) % taps.strideH() == 0) {
        return true;
      }
    }
    return false;
  }

  private void copyRow(float[] x, int from, float[] scratch, int to) {
    int stride = taps.strideW();
    for (int phase = 0; phase < stride; phase++) {
      if (phaseSlot[phase] < 0) {
        continue;
      }
      int target = to + phaseSlot[phase] * phaseWidth * 16;
      if (from < 0) {
        java.util.Arrays.fill(scratch, target, target + phaseWidth * 16, 0f);
        continue;
      }
      int first = phase + firstColumn;
      int left = Math.min(phaseWidth, Taps.ceilDiv(-first, stride));
      int right = Math.clamp(Taps.ceilDiv(inW - first, stride), left, phaseWidth);
      java.util.Arrays.fill(scratch, target, target + left * 16, 0f);
      java.util.Arrays.fill(scratch, target + right * 16, target + phaseWidth * 16, 0f);
      int source = from + (first + left * stride) * 16;
      if (stride == 1) {
        System.arraycopy(x, source, scratch, target + left * 16, (right - left) * 16);
      } else {
        copyPixels(x, source, stride * 16, scratch, target + left * 16, right - left);
      }
    }
  }

  private static void copyPixels(float[] x, int from, int step, float[] scratch, int to, int pixels) {
    for (int p = 0; p < pixels; p++) {
      for (int lane = 0; lane < 16; lane += Lanes.COUNT) {
        FloatVector.fromArray(Lanes.F, x, from + p * step + lane).intoArray(scratch, to + p * 16 + lane);
      }
    }
  }

  /** What a band holds at most: images, blocks of 16 channels, grid rows. */
  record Size(int images, int blocks, int gridRows) {}

  /** Rows {@code row .. row+rows-1} of the grid of images {@code image .. image+images-1}. */
  record Band(int image, int images, int row, int rows) {}
}
