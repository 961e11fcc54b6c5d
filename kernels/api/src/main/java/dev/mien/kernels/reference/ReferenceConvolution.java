package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** Direct convolution: for each tap of the weight, the rectangle of output pixels whose input pixel exists. */
final class ReferenceConvolution {
  private final ReferenceMemory memory;

  ReferenceConvolution(ReferenceMemory memory) {
    this.memory = memory;
  }

  void forward(Conv2d geometry, Buffer xBuffer, Buffer wBuffer, Buffer biasBuffer, Buffer yBuffer) {
    String kernel = "conv2d";
    double[] x = memory.reals(kernel, "x", xBuffer);
    double[] w = memory.reals(kernel, "w", wBuffer);
    double[] bias = memory.realsOrNull(kernel, "bias", biasBuffer);
    double[] y = memory.reals(kernel, "y", yBuffer);
    Check.distinct(kernel, "x", xBuffer, "y", yBuffer);
    var s = Sizes.of(kernel, geometry, xBuffer, wBuffer, yBuffer);
    if (bias != null) {
      Check.plain(kernel, "bias", biasBuffer, s.outC);
    }
    for (int n = 0; n < s.n; n++) {
      for (int o = 0; o < s.outC; o++) {
        int out = s.outPlane(n, o);
        Arrays.fill(y, out, out + s.outH * s.outW, bias == null ? 0 : bias[o]);
        s.eachTap(n, o, (in, tap, p, q0, q1, row) -> {
          double value = w[tap];
          for (int q = q0, at = row; q < q1; q++, at += geometry.strideW()) {
            y[out + p * s.outW + q] += value * x[in + at];
          }
        });
      }
    }
  }

  void gradInput(Conv2d geometry, Buffer gyBuffer, Buffer wBuffer, Buffer gxBuffer) {
    String kernel = "conv2dGradInput";
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] w = memory.reals(kernel, "w", wBuffer);
    double[] gx = memory.reals(kernel, "gx", gxBuffer);
    Check.distinct(kernel, "gy", gyBuffer, "gx", gxBuffer);
    var s = Sizes.of(kernel, geometry, gxBuffer, wBuffer, gyBuffer);
    Arrays.fill(gx, 0);
    for (int n = 0; n < s.n; n++) {
      for (int o = 0; o < s.outC; o++) {
        int out = s.outPlane(n, o);
        s.eachTap(n, o, (in, tap, p, q0, q1, row) -> {
          double value = w[tap];
          for (int q = q0, at = row; q < q1; q++, at += geometry.strideW()) {
            gx[in + at] += value * gy[out + p * s.outW + q];
          }
        });
      }
    }
  }

  void gradWeight(Conv2d geometry, Buffer xBuffer, Buffer gyBuffer, Buffer gwBuffer, Buffer gBiasBuffer) {
    String kernel = "conv2dGradWeight";
    double[] x = memory.reals(kernel, "x", xBuffer);
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] gw = memory.reals(kernel, "gw", gwBuffer);
    double[] gBias = memory.realsOrNull(kernel, "gBias", gBiasBuffer);
    var s = Sizes.of(kernel, geometry, xBuffer, gwBuffer, gyBuffer);
    if (gBias != null) {
      Check.plain(kernel, "gBias", gBiasBuffer, s.outC);
      Arrays.fill(gBias, 0);
    }
    Arrays.fill(gw, 0);
    for (int n = 0; n < s.n; n++) {
      for (int o = 0; o < s.outC; o++) {
        int out = s.outPlane(n, o);
        s.eachTap(n, o, (in, tap, p, q0, q1, row) -> {
          double sum = 0;
          for (int q = q0, at = row; q < q1; q++, at += geometry.strideW()) {
            sum += gy[out + p * s.outW + q] * x[in + at];
          }
          gw[tap] += sum;
        });
        for (int i = 0; gBias != null && i < s.outH * s.outW; i++) {
          gBias[o] += gy[out + i];
        }
      }
    }
  }

  /** One row of output pixels under one tap of the weight: x[in + row + (q - q0) * strideW] meets y[.., p, q], q0 <= q < q1. */
  private interface Tap {
    void row(int in, int tap, int p, int q0, int q1, int row);
  }

  private record Sizes(Conv2d g, int n, int inC, int h, int w, int outC, int kH, int kW, int outH, int outW) {
    static Sizes of(String kernel, Conv2d g, Buffer x, Buffer w, Buffer y) {
      Check.image(kernel, "input", x);
      Check.image(kernel, "output", y);
      Check.kind(kernel, "weight", w, Kind.PLAIN);
      if (w.rank() != 4 || x.dim(1) % g.groups() != 0 || w.dim(0) % g.groups() != 0 || w.dim(1) * g.groups() != x.dim(1)) {
        throw Check.error(kernel, "weight " + Arrays.toString(w.dims()) + " does not fit input " + Arrays.toString(x.dims())
            + " in " + g.groups() + " groups; expected [outC, inC / groups, kH, kW], both divisible by groups");
      }
      var s = new Sizes(g, x.dim(0), x.dim(1), x.dim(2), x.dim(3), w.dim(0), w.dim(2), w.dim(3),
          g.outHeight(x.dim(2), w.dim(2)), g.outWidth(x.dim(3), w.dim(3)));
      Check.shape(kernel, "output of input " + Arrays.toString(x.dims()) + " and weight " + Arrays.toString(w.dims()), y,
          s.n, s.outC, s.outH, s.outW);
      return s;
    }

    int outPlane(int image, int o) {
      return (image * outC + o) * outH * outW;
    }

    void eachTap(int image, int o, Tap body) {
      int perGroup = inC / g.groups();
      int first = o / (outC / g.groups()) * perGroup;
      for (int c = 0; c < perGroup; c++) {
        int in = (image * inC + first + c) * h * w;
        for (int i = 0; i < kH; i++) {
          int shiftH = i * g.dilationH() - g.padH();
          int p1 = end(h, shiftH, g.strideH(), outH);
          for (int j = 0; j < kW; j++) {
            int shiftW = j * g.dilationW() - g.padW();
            int q0 = start(shiftW, g.strideW());
            int q1 = end(w, shiftW, g.strideW(), outW);
            int tap = ((o * perGroup + c) * kH + i) * kW + j;
            for (int p = start(shiftH, g.strideH()); p < p1; p++) {
              body.row(in, tap, p, q0, q1, (p * g.strideH() + shiftH) * w + q0 * g.strideW() + shiftW);
            }
          }
        }
      }
    }

    /** The first output whose input index {@code p * stride + shift} is not negative. */
    private static int start(int shift, int stride) {
      return Math.max(0, -Math.floorDiv(shift, stride));
    }

    /** One past the last output whose input index is below {@code extent}. */
    private static int end(int extent, int shift, int stride, int outputs) {
      return Math.min(outputs, Math.floorDiv(extent - 1 - shift, stride) + 1);
    }
  }
}
