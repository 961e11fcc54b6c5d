package dev.mien.kernels.simd;

import jdk.incubator.vector.FloatVector;

/**
 * Sums of a channel-blocked image over images and pixels. Order: four interleaved chains over the pixels of an image,
 * (0 + 1) + (2 + 3), then images in order.
 */
final class BiasGradient {
  private BiasGradient() {}

  static void run(Workers workers, SimdBuffer gy, SimdBuffer gBias) {
    int channels = gy.dim(1);
    int vectors = 16 / Lanes.COUNT;
    workers.run(gy.channelBlocks(), block -> {
      float[] sums = new float[16];
      for (int v = 0; v < vectors; v++) {
        sum(gy, block, v * Lanes.COUNT, sums);
      }
      System.arraycopy(sums, 0, gBias.reals, gBias.offset + block * 16, Math.min(16, channels - block * 16));
    });
  }

  private static void sum(SimdBuffer gy, int block, int lane, float[] sums) {
    int plane = gy.plane();
    var total = FloatVector.zero(Lanes.F);
    for (int n = 0; n < gy.dim(0); n++) {
      total = total.add(image(gy.reals, gy.offset + (n * gy.channelBlocks() + block) * plane * 16 + lane, plane));
    }
    total.intoArray(sums, lane);
  }

  private static FloatVector image(float[] a, int base, int pixels) {
    var s0 = FloatVector.zero(Lanes.F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    int p = 0;
    for (; p + 4 <= pixels; p += 4) {
      s0 = s0.add(FloatVector.fromArray(Lanes.F, a, base + p * 16));
      s1 = s1.add(FloatVector.fromArray(Lanes.F, a, base + p * 16 + 16));
      s2 = s2.add(FloatVector.fromArray(Lanes.F, a, base + p * 16 + 32));
      s3 = s3.add(FloatVector.fromArray(Lanes.F, a, base + p * 16 + 48));
    }
    for (; p < pixels; p++) {
      s0 = s0.add(FloatVector.fromArray(Lanes.F, a, base + p * 16));
    }
    return s0.add(s1).add(s2.add(s3));
  }
}
