package dev.mien.kernels.cases;

import static dev.mien.kernels.Kind.IMAGE;
import static dev.mien.kernels.Kind.PLAIN;

import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Pool;
import java.util.ArrayList;
import java.util.List;

/** Calls of batch normalisation, pooling and resampling. */
public final class ImageCases {
  private ImageCases() {}

  private static KernelCase.Maker maker(String name) {
    return new KernelCase.Maker(name);
  }

  /** Forward and backward, training and not, with and without residual and ReLU. */
  public static List<KernelCase> batchNorm(Kind kind, int... dims) {
    var cases = new ArrayList<KernelCase>();
    int c = dims[1];
    for (int bits = 0; bits < 8; bits++) {
      boolean train = (bits & 1) != 0;
      boolean relu = (bits & 2) != 0;
      boolean residual = (bits & 4) != 0;
      var m = maker("batchNorm" + bits).in(-1, 5, kind, dims).in(0.5, 2, PLAIN, c).in(PLAIN, c).in(kind, dims);
      m.in(PLAIN, c).in(0.5, 2, PLAIN, c).out(kind, dims).in(kind, dims);
      m.out(kind, dims).out(PLAIN, c).out(PLAIN, c).out(kind, dims).tolerance(1e-5);
      cases.add(m.call((b, o) -> {
        b.batchNorm(new BatchNorm.Forward(o[0], o[1], o[2], residual ? o[3] : null, o[4], o[5], o[6], 1e-5, relu, train));
        b.batchNormBackward(new BatchNorm.Backward(o[0], o[1], o[4], o[5], o[6], o[7], o[8], o[9], o[10], o[11], 1e-5, relu,
            train));
      }));
    }
    cases.add(maker("batchNormBare").in(-1, 5, kind, dims).out(PLAIN, c).out(PLAIN, c).out(kind, dims).in(kind, dims)
        .out(kind, dims).tolerance(1e-5).call((b, o) -> {
          b.batchNorm(new BatchNorm.Forward(o[0], null, null, null, o[1], o[2], o[3], 1e-3, true, true));
          b.batchNormBackward(new BatchNorm.Backward(o[0], null, o[1], o[2], o[3], o[4], o[5], null, null, null, 1e-3, true,
              true));
        }));
    cases.add(maker("batchNormInPlace").in(-1, 5, kind, dims).in(PLAIN, c).in(PLAIN, c).in(kind, dims).out(PLAIN, c)
        .out(PLAIN, c).in(kind, dims).out(kind, dims).tolerance(1e-5).call((b, o) -> {
          b.batchNorm(new BatchNorm.Forward(o[0], o[1], o[2], o[3], o[4], o[5], o[3], 1e-3, true, true));
          b.batchNormBackward(new BatchNorm.Backward(o[0], o[1], o[4], o[5], o[3], o[6], o[7], null, null, o[6], 1e-3, true,
              true));
        }));
    // the mask from x, and the gradient in the place of the result's
    cases.add(maker("batchNormMaskFromX").in(-1, 5, kind, dims).in(0.5, 2, PLAIN, c).in(PLAIN, c).out(PLAIN, c).out(PLAIN, c)
        .out(kind, dims).in(kind, dims).out(PLAIN, c).out(PLAIN, c).tolerance(1e-5).call((b, o) -> {
          b.batchNorm(new BatchNorm.Forward(o[0], o[1], o[2], null, o[3], o[4], o[5], 1e-3, true, true));
          b.batchNormBackward(new BatchNorm.Backward(o[0], o[1], o[2], o[3], o[4], null, o[6], o[6], o[7], o[8], null, 1e-3, true,
              true));
        }));
    return cases;
  }

  public static List<KernelCase> pools(int... dims) {
    var pools = new ArrayList<Pool>(List.of(new Pool.AdaptiveAverage(1, 1), new Pool.AdaptiveMax(1, 1),
        new Pool.AdaptiveAverage(3, 2), new Pool.AdaptiveMax(2, 3)));
    if (dims[2] >= 3 && dims[3] >= 3) {
      pools.addAll(List.of(new Pool.Max(3, 3, 2, 1), new Pool.Max(2, 2, 2, 0), new Pool.Max(3, 2, 1, 0),
          new Pool.Average(3, 3, 2, 1, true), new Pool.Average(3, 3, 2, 1, false), new Pool.Average(2, 2, 2, 0, true)));
    }
    var cases = new ArrayList<KernelCase>();
    for (var pool : pools) {
      boolean maximum = pool instanceof Pool.Max || pool instanceof Pool.AdaptiveMax;
      int[] y = {dims[0], dims[1], pool.outHeight(dims[2]), pool.outWidth(dims[3])};
      cases.add(maker(pool.toString()).in(IMAGE, dims).out(IMAGE, y).outInts(IMAGE, y).in(IMAGE, y).out(IMAGE, dims)
          .tolerance(2e-6).call((b, o) -> {
            if (!maximum) {
              b.fill(o[2], 0);
            }
            b.pool(pool, o[0], o[1], maximum ? o[2] : null);
            b.poolBackward(pool, o[3], maximum ? o[2] : null, o[4]);
          }));
      if (maximum) {
        cases.add(maker(pool + "NoChoice").in(IMAGE, dims).out(IMAGE, y).relative(0)
            .call((b, o) -> b.pool(pool, o[0], o[1], null)));
      }
    }
    return cases;
  }

  /** A maximum pool over values from {0, 1, 2}: ties everywhere. */
  static KernelCase ties(int... dims) {
    float[] values = new float[dims[0] * dims[1] * dims[2] * dims[3]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 + i / 5) % 3;
    }
    var pool = new Pool.Max(3, 3, 2, 1);
    int[] y = {dims[0], dims[1], pool.outHeight(dims[2]), pool.outWidth(dims[3])};
    return maker("ties").values(IMAGE, values, dims).out(IMAGE, y).outInts(IMAGE, y).in(IMAGE, y).out(IMAGE, dims)
        .call((b, o) -> {
          b.pool(pool, o[0], o[1], o[2]);
          b.poolBackward(pool, o[3], o[2], o[4]);
        });
  }

  public static List<KernelCase> resize(int[] from, int outH, int outW) {
    var cases = new ArrayList<KernelCase>();
    int[] to = {from[0], from[1], outH, outW};
    for (boolean corners : new boolean[] {false, true}) {
      cases.add(maker("resize" + corners).in(IMAGE, from).out(IMAGE, to).in(IMAGE, to).out(IMAGE, from).tolerance(2e-6)
          .call((b, o) -> {
            b.resizeBilinear(corners, o[0], o[1]);
            b.resizeBilinearBackward(corners, o[2], o[3]);
          }));
    }
    return cases;
  }
}
