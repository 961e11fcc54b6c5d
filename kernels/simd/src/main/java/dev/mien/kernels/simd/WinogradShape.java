package dev.mien.kernels.simd;

/**
 * The tiles of a 3x3 convolution with stride 1: tile {@code t} of image n, row r, column s of tiles ({@code t = (n*rows + r)*columns + s})
 * makes the 4x4 results from (4r, 4s) on out of the 6x6 values from (4r - padH, 4s - padW) on.
 *
 * <p>In the transformed domain every one of the {@value #POSITIONS} positions of a tile is a matrix of its own,
 * {@code [blocks of 16 channels][tiles][16]}.
 */
record WinogradShape(int images, int height, int width, int outHeight, int outWidth, int padH, int padW) {
  static final int POSITIONS = 36;
  /** Edge of a tile of results, and of the values that it is made of. */
  static final int OUT = 4;
  static final int IN = 6;

  int rows() {
    return (outHeight + OUT - 1) / OUT;
  }

  int columns() {
    return (outWidth + OUT - 1) / OUT;
  }

  int tiles() {
    return images * rows() * columns();
  }

  /** Floats between two positions of {@code blocks} blocks of {@code tiles} tiles; odd in cache lines against aliasing. */
  static int stride(int blocks, int tiles) {
    return (blocks * tiles | 1) * 16;
  }

  /** A tile's place, moved from tile to tile. */
  final class Cursor {
    int image;
    int row;
    int column;

    Cursor(int tile) {
      column = tile % columns();
      row = tile / columns() % rows();
      image = tile / columns() / rows();
    }

    void next() {
      if (++column == columns()) {
        column = 0;
        if (++row == rows()) {
          row = 0;
          image++;
        }
      }
    }

    int inRow() {
      return row * OUT - padH;
    }

    int inColumn() {
      return column * OUT - padW;
    }

    /** Whether all 6x6 values lie in the image. */
    boolean inside() {
      int r = inRow();
      int s = inColumn();
      return r >= 0 && s >= 0 && r + IN <= height && s + IN <= width;
    }

    /** The first result's pixel in its plane. */
    int outPixel() {
      return row * OUT * outWidth + column * OUT;
    }

    /** Rows of results that lie in the image. */
    int outRows() {
      return Math.min(OUT, outHeight - row * OUT);
    }

    int outColumns() {
      return Math.min(OUT, outWidth - column * OUT);
    }

    /** Whether all 4x4 results lie in the image. */
    boolean whole() {
      return outRows() == OUT && outColumns() == OUT;
    }
  }
}
