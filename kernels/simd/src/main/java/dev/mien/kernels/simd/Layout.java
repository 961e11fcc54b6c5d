package dev.mien.kernels.simd;

import dev.mien.kernels.ElementType;
import java.util.Arrays;

/** Translation between dense row-major NCHW and blocked {@code [N][ceil(C/16)][H][W][16]}. */
final class Layout {
  private static final int B = Lanes.BLOCK;
  /** Pixels of a tile: 16 channels of it fit in 4 KiB. */
  private static final int TILE = 64;
  /** Floats below which a translation is not worth a second thread. */
  private static final int SERIAL = 1 << 15;

  private Layout() {}

  /** Blocked data from dense data; padding lanes become zero. */
  static void pack(Workers workers, float[] dense, int denseOffset, SimdBuffer image) {
    int c = image.dim(1);
    int blocks = image.channelBlocks();
    int plane = image.plane();
    each(workers, image, i -> {
      int n = i / blocks;
      int c0 = i % blocks * B;
      int live = Math.min(B, c - c0);
      int to = image.offset + i * plane * B;
      int from = denseOffset + (n * c + c0) * plane;
      if (live < B) {
        Arrays.fill(image.reals, to, to + plane * B, 0f);
      }
      for (int p0 = 0; p0 < plane; p0 += TILE) {
        int p1 = Math.min(plane, p0 + TILE);
        for (int k = 0; k < live; k++) {
          for (int p = p0; p < p1; p++) {
            image.reals[to + p * B + k] = dense[from + k * plane + p];
          }
        }
      }
    });
  }

  /** Dense data from blocked data. */
  static void unpack(Workers workers, SimdBuffer image, float[] dense, int denseOffset) {
    int c = image.dim(1);
    int blocks = image.channelBlocks();
    int plane = image.plane();
    each(workers, image, i -> {
      int n = i / blocks;
      int c0 = i % blocks * B;
      int live = Math.min(B, c - c0);
      int from = image.offset + i * plane * B;
      int to = denseOffset + (n * c + c0) * plane;
      for (int p0 = 0; p0 < plane; p0 += TILE) {
        int p1 = Math.min(plane, p0 + TILE);
        for (int k = 0; k < live; k++) {
          for (int p = p0; p < p1; p++) {
            dense[to + k * plane + p] = image.reals[from + p * B + k];
          }
        }
      }
    });
  }

  private static void each(Workers workers, SimdBuffer image, java.util.function.IntConsumer body) {
    int total = image.dim(0) * image.channelBlocks();
    if (image.physical < SERIAL) {
      workers.ranges(total, Math.max(1, total), (from, to) -> {
        for (int i = from; i < to; i++) {
          body.accept(i);
        }
      });
    } else {
      workers.run(total, body);
    }
  }

  /** Blocked integers from dense ones. */
  static void pack(int[] dense, SimdBuffer image) {
    Arrays.fill(image.ints, image.offset, image.offset + image.physical, 0);
    for (int i = 0, n = dense.length; i < n; i++) {
      image.ints[index(image, i)] = dense[i];
    }
  }

  /** Dense integers from blocked ones. */
  static void unpack(SimdBuffer image, int[] dense) {
    for (int i = 0, n = dense.length; i < n; i++) {
      dense[i] = image.ints[index(image, i)];
    }
  }

  /** Where logical element i of an IMAGE lies. */
  static int index(SimdBuffer image, int i) {
    int plane = image.plane();
    int c = image.dim(1);
    int pixel = i % plane;
    int channel = i / plane % c;
    int n = i / plane / c;
    return image.offset + ((n * image.channelBlocks() + channel / B) * plane + pixel) * B + channel % B;
  }

  /** Zeroes the padding lanes of an IMAGE whose channels are no multiple of 16. */
  static void clearPadding(SimdBuffer image) {
    if (!image.blocked() || image.dim(1) % B == 0) {
      return;
    }
    for (int n = 0; n < image.dim(0); n++) {
      clearPadding(image, n);
    }
  }

  /** As {@link #clearPadding(SimdBuffer)}, of one picture. */
  static void clearPadding(SimdBuffer image, int n) {
    int live = image.dim(1) % B;
    int plane = image.plane();
    int at = image.offset + ((n + 1) * image.channelBlocks() - 1) * plane * B;
    boolean real = image.type() == ElementType.REAL;
    for (int p = 0; p < plane; p++, at += B) {
      for (int k = live; k < B; k++) {
        if (real) {
          image.reals[at + k] = 0f;
        } else {
          image.ints[at + k] = 0;
        }
      }
    }
  }
}
