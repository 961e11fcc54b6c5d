package dev.mien.kernels.reference;

import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Kind;

/** Batch normalisation, two passes over each channel. */
final class ReferenceNormalization {
  private final ReferenceMemory memory;

  ReferenceNormalization(ReferenceMemory memory) {
    this.memory = memory;
  }

  void forward(BatchNorm.Forward call) {
    String kernel = "batchNorm";
    double[] x = memory.reals(kernel, "x", call.x());
    double[] y = memory.reals(kernel, "y", call.y());
    double[] residual = memory.realsOrNull(kernel, "residual", call.residual());
    var s = Sizes.of(kernel, call.x());
    Check.same(kernel, "y", call.y(), "x", call.x());
    Check.distinct(kernel, "x", call.x(), "y", call.y());
    if (residual != null) {
      Check.same(kernel, "residual", call.residual(), "x", call.x());
    }
    double[] gamma = channel(kernel, "gamma", call.gamma(), s.channels);
    double[] beta = channel(kernel, "beta", call.beta(), s.channels);
    double[] mean = channel(kernel, "mean", required(kernel, "mean", call.mean()), s.channels);
    double[] variance = channel(kernel, "variance", required(kernel, "variance", call.variance()), s.channels);
    for (int c = 0; c < s.channels; c++) {
      if (call.train()) {
        statistics(s, x, c, mean, variance);
      }
      double scale = (gamma == null ? 1 : gamma[c]) / Math.sqrt(variance[c] + call.eps());
      double shift = beta == null ? 0 : beta[c];
      for (int n = 0; n < s.images; n++) {
        int base = s.plane(n, c);
        for (int i = base; i < base + s.pixels; i++) {
          double value = (x[i] - mean[c]) * scale + shift + (residual == null ? 0 : residual[i]);
          y[i] = call.relu() ? Math.max(0, value) : value;
        }
      }
    }
  }

  private static void statistics(Sizes s, double[] x, int c, double[] mean, double[] variance) {
    double count = (double) s.images * s.pixels;
    double sum = 0;
    for (int n = 0; n < s.images; n++) {
      int base = s.plane(n, c);
      for (int i = base; i < base + s.pixels; i++) {
        sum += x[i];
      }
    }
    mean[c] = sum / count;
    double squares = 0;
    for (int n = 0; n < s.images; n++) {
      int base = s.plane(n, c);
      for (int i = base; i < base + s.pixels; i++) {
        squares += (x[i] - mean[c]) * (x[i] - mean[c]);
      }
    }
    variance[c] = squares / count;
  }

  void backward(BatchNorm.Backward call) {
    String kernel = "batchNormBackward";
    double[] x = memory.reals(kernel, "x", call.x());
    double[] gy = memory.reals(kernel, "gy", call.gy());
    double[] y = call.relu() && call.y() != null ? memory.reals(kernel, "y", call.y()) : null;
    double[] gx = memory.realsOrNull(kernel, "gx", call.gx());
    double[] gResidual = memory.realsOrNull(kernel, "gResidual", call.gResidual());
    var s = Sizes.of(kernel, call.x());
    sameAsX(kernel, call);
    double[] gamma = channel(kernel, "gamma", call.gamma(), s.channels);
    double[] mean = channel(kernel, "mean", required(kernel, "mean", call.mean()), s.channels);
    double[] variance = channel(kernel, "variance", required(kernel, "variance", call.variance()), s.channels);
    double[] beta = channel(kernel, "beta", call.beta(), s.channels);
    double[] gGamma = channel(kernel, "gGamma", call.gGamma(), s.channels);
    double[] gBeta = channel(kernel, "gBeta", call.gBeta(), s.channels);
    for (int c = 0; c < s.channels; c++) {
      double inverse = 1 / Math.sqrt(variance[c] + call.eps());
      double scale = (gamma == null ? 1 : gamma[c]) * inverse;
      double shift = beta == null ? 0 : beta[c];
      double sum = 0;
      double dot = 0;
      for (int n = 0; n < s.images; n++) {
        int base = s.plane(n, c);
        for (int i = base; i < base + s.pixels; i++) {
          double value = y != null ? y[i] : (x[i] - mean[c]) * scale + shift;
          double g = !call.relu() || value > 0 ? gy[i] : 0;
          sum += g;
          dot += g * (x[i] - mean[c]) * inverse;
        }
      }
      store(gGamma, c, dot);
      store(gBeta, c, sum);
      double count = (double) s.images * s.pixels;
      double meanOfGradient = call.train() ? sum / count : 0;
      double meanOfProduct = call.train() ? dot / count : 0;
      for (int n = 0; n < s.images; n++) {
        int base = s.plane(n, c);
        for (int i = base; i < base + s.pixels; i++) {
          // Both results may lie in gy's memory: it is read before either is written.
          double value = y != null ? y[i] : (x[i] - mean[c]) * scale + shift;
          double g = !call.relu() || value > 0 ? gy[i] : 0;
          double normalized = (x[i] - mean[c]) * inverse;
          store(gResidual, i, g);
          store(gx, i, scale * (g - meanOfGradient - normalized * meanOfProduct));
        }
      }
    }
  }

  private static void store(double[] target, int index, double value) {
    if (target != null) {
      target[index] = value;
    }
  }

  private static void sameAsX(String kernel, BatchNorm.Backward call) {
    Check.same(kernel, "gy", call.gy(), "x", call.x());
    if (call.relu() && call.y() != null) {
      Check.same(kernel, "y", call.y(), "x", call.x());
    }
    if (call.gx() != null) {
      Check.same(kernel, "gx", call.gx(), "x", call.x());
    }
    if (call.gResidual() != null) {
      Check.same(kernel, "gResidual", call.gResidual(), "x", call.x());
      if (call.gx() != null) {
        Check.distinct(kernel, "gx", call.gx(), "gResidual", call.gResidual());
      }
    }
  }

  private double[] channel(String kernel, String name, Buffer buffer, int channels) {
    if (buffer == null) {
      return null;
    }
    Check.plain(kernel, name, buffer, channels);
    return memory.reals(kernel, name, buffer);
  }

  private static Buffer required(String kernel, String name, Buffer buffer) {
    Check.that(buffer != null, kernel, name + " is null, expected a buffer [C]");
    return buffer;
  }

  private record Sizes(int images, int channels, int pixels) {
    static Sizes of(String kernel, Buffer x) {
      boolean fits = x.kind() == Kind.IMAGE || x.rank() == 2;
      Check.that(fits, kernel, "x is " + x + ", expected IMAGE [N, C, H, W] or PLAIN [N, C]");
      return new Sizes(x.dim(0), x.dim(1), x.rank() == 2 ? 1 : x.dim(2) * x.dim(3));
    }

    int plane(int n, int c) {
      return (n * channels + c) * pixels;
    }
  }
}
