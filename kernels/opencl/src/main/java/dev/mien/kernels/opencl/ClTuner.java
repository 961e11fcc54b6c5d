package dev.mien.kernels.opencl;

import dev.mien.kernels.Backend.Tuned;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds the best tile for the shapes of residual networks: the two most promising candidates and the rule's own are timed (median of five after
 * a warm-up) on the real shape, and must give the rule's result bit for bit.
 */
final class ClTuner {
  private static final int RUNS = 5;
  private static final int BATCH = 8;
  /** Channels in, channels out, side of the image, kernel, stride: layers of ResNet-18 and 50 at 224 and IR-50 at 112. */
  private static final int[][] LAYERS = {{3, 64, 224, 7, 2}, {64, 64, 56, 1, 1}, {64, 64, 56, 3, 1}, {64, 256, 56, 1, 1}, {256, 64, 56, 1, 1},
      {128, 128, 56, 3, 2}, {256, 128, 56, 1, 1}, {128, 128, 28, 3, 1}, {128, 512, 28, 1, 1}, {512, 128, 28, 1, 1}, {256, 256, 28, 3, 2},
      {256, 256, 14, 3, 1}, {256, 1024, 14, 1, 1}, {1024, 256, 14, 1, 1}, {512, 512, 14, 3, 2}, {512, 512, 7, 3, 1}, {512, 2048, 7, 1, 1},
      {2048, 512, 7, 1, 1}, {64, 64, 112, 3, 1}};
  private static final int[][] PRODUCTS = {{64, 512, 101}, {128, 512, 10572}, {512, 512, 512}, {1024, 1024, 1024}};

  private final OpenClBackend backend;
  private final Tiling tiling;
  private final Consumer<Tuned> found;
  private long deadline;

  ClTuner(OpenClBackend backend, Tiling tiling, Consumer<Tuned> found) {
    this.backend = backend;
    this.tiling = tiling;
    this.found = found;
  }

  /** Tunes for about {@code seconds}, the quickest shapes first, and keeps what it found. */
  void run(double seconds) {
    deadline = System.nanoTime() + (long) (seconds * 1e9);
    try {
      for (int[] p : PRODUCTS) {
        product(p[0], p[2], p[1]);
      }
      Arrays.stream(LAYERS).sorted((a, b) -> Long.compare(work(a), work(b))).forEach(this::layer);
      tiling.write();
    } catch (IOException e) {
      throw new UncheckedIOException("the tuned tiles cannot be kept", e);
    } finally {
      tiling.force(0);
    }
  }

  private static long work(int[] layer) {
    long side = layer[2] / layer[4];
    return side * side * layer[0] * layer[1] * layer[3] * layer[3];
  }

  private void product(int m, int n, int k) {
    try (var operands = new Operands()) {
      Buffer a = operands.values(Kind.PLAIN, m, k);
      Buffer b = operands.values(Kind.PLAIN, k, n);
      Buffer c = operands.values(Kind.PLAIN, m, n);
      time(new Tiling.Product("gemm", m, n, k, 1), "gemm " + m + "x" + n + "x" + k, c,
          () -> backend.gemm(Gemm.of(m, n, k, false, false, 0), a, b, c));
    }
  }

  private void layer(int[] s) {
    if (System.nanoTime() > deadline) {
      return;
    }
    var g = Conv2d.of(s[4], s[3] / 2);
    int side = g.outHeight(s[2], s[3]);
    long taps = (long) s[3] * s[3];
    long pixels = (long) BATCH * side * side;
    String shape = s[3] + "x" + s[3] + "s" + s[4] + " " + s[0] + "-" + s[1] + "@" + s[2];
    try (var operands = new Operands()) {
      Buffer x = operands.values(Kind.IMAGE, BATCH, s[0], s[2], s[2]);
      Buffer w = operands.values(Kind.PLAIN, s[1], s[0], s[3], s[3]);
      Buffer y = operands.values(Kind.IMAGE, BATCH, s[1], side, side);
      Buffer gw = operands.values(Kind.PLAIN, s[1], s[0], s[3], s[3]);
      time(new Tiling.Product("conv_forward", s[1], pixels, s[0] * taps, 1), "forward " + shape, y, () -> backend.conv2d(g, x, w, null, y));
      time(new Tiling.Product("conv_grad_input", s[0], (long) BATCH * s[2] * s[2], s[1] * taps, 1), "data gradient " + shape, x,
          () -> backend.conv2dGradInput(g, y, w, x));
      int slices = OpenClDense.slices(pixels);
      time(new Tiling.Product("conv_grad_weight", s[1], s[0] * taps, (pixels + slices - 1) / slices, slices), "weight gradient " + shape, gw,
          () -> backend.conv2dGradWeight(g, x, y, gw, null));
    }
  }

  /** Buffers of one work. */
  private final class Operands implements AutoCloseable {
    private final List<Buffer> buffers = new ArrayList<>();

    Buffer values(Kind kind, int... dims) {
      Buffer buffer = backend.allocate(ElementType.REAL, kind, dims);
      buffers.add(buffer);
      float[] values = new float[(int) buffer.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (i * 37L % 101 - 50) / 50f;
      }
      backend.upload(values, buffer);
      return buffer;
    }

    @Override
    public void close() {
      buffers.forEach(backend::release);
    }
  }

  private void time(Tiling.Product product, String name, Buffer result, Runnable work) {
    if (System.nanoTime() > deadline) {
      return;
    }
    int rule = tiling.each(product);
    float[] right = run(work, result);
    double usual = median(work);
    int best = rule;
    double least = usual;
    for (int each : Arrays.copyOf(tiling.ranked(product), 2)) {
      if (each == rule || System.nanoTime() > deadline) {
        continue;
      }
      tiling.force(each);
      if (Arrays.equals(right, run(work, result))) {
        double seconds = median(work);
        if (seconds < least) {
          best = each;
          least = seconds;
        }
      }
      tiling.force(0);
    }
    tiling.choose(product, best);
    found.accept(new Tuned(name, "tile " + Tiling.SIDE * best, least * 1e3, usual * 1e3));
  }

  private float[] run(Runnable work, Buffer result) {
    work.run();
    float[] values = new float[(int) result.count()];
    backend.download(result, values);
    return values;
  }

  private double median(Runnable work) {
    double[] seconds = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      work.run();
      backend.finish();
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    Arrays.sort(seconds);
    return seconds[RUNS / 2];
  }
}
