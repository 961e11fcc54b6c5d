package dev.mien.kernels.simd;

import static dev.mien.kernels.Kind.IMAGE;
import static dev.mien.kernels.Kind.PLAIN;

import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.DistributionLoss.KRule;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.Pool;
import dev.mien.kernels.Unary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Times what memory bounds. Not a test: run its main with {@code [filter] [threads] [seconds a case]}. Per case: median and best
 * milliseconds, GB/s of the least traffic (each operand counted once), that as a share of a large copy's rate measured before and
 * after, 10^9 elements a second, and bytes of garbage a call.
 */
final class PointwiseTiming {
  private static final LongSupplier CLOCK = counter("java.lang.management.ThreadMXBean", "getCurrentThreadCpuTime");
  private static final LongSupplier ALLOCATED = counter("com.sun.management.ThreadMXBean", "getCurrentThreadAllocatedBytes");

  private final SimdBackend cpu;
  private final String filter;
  private final double seconds;
  private final float[] from = new float[1 << 24];
  private final float[] to = new float[1 << 24];
  private final List<Buffer> lent = new ArrayList<>();

  private PointwiseTiming(String filter, int threads, double seconds) {
    this.cpu = new SimdBackend(threads, false);
    this.filter = filter;
    this.seconds = seconds;
  }

  public static void main(String[] args) {
    var timing = new PointwiseTiming(args.length > 0 ? args[0] : "", args.length > 1 ? Integer.parseInt(args[1]) : 1,
        args.length > 2 ? Double.parseDouble(args[2]) : 0.4);
    System.out.printf("%-34s %9s %9s %7s %6s %8s %8s%n", "case", "median ms", "best ms", "GB/s", "copy", "Gelem/s", "garbage");
    timing.norms();
    timing.losses();
    timing.activations();
    timing.pools();
    timing.rows();
    timing.optimisers();
    timing.cpu.close();
  }

  private Buffer real(Kind kind, int... dims) {
    return buffer(ElementType.REAL, kind, dims);
  }

  private Buffer buffer(ElementType type, Kind kind, int... dims) {
    var b = (SimdBuffer) cpu.allocate(type, kind, dims);
    lent.add(b);
    if (type == ElementType.REAL) {
      var random = new java.util.SplittableRandom(lent.size());
      for (int i = 0; i < b.physical; i++) {
        b.reals[b.offset + i] = (float) random.nextDouble(-3, 3);
      }
    }
    return b;
  }

  private void norms() {
    int[][] shapes = {{8, 64, 112}, {8, 64, 56}, {8, 256, 56}, {8, 128, 28}, {8, 512, 28}, {8, 256, 14}, {8, 1024, 14}, {8, 512, 7},
        {8, 2048, 7}, {16, 64, 112}, {16, 128, 56}, {16, 256, 28}, {16, 512, 14}, {128, 512, 0}};
    for (int[] s : shapes) {
      String name = "bn b" + s[0] + " " + s[1] + "@" + s[2];
      if (!name.matches(".*(" + filter + ").*") && !filter.startsWith("bn")) {
        continue;
      }
      var kind = s[2] == 0 ? PLAIN : IMAGE;
      int[] dims = s[2] == 0 ? new int[] {s[0], s[1]} : new int[] {s[0], s[1], s[2], s[2]};
      var b = new Buffer[6];
      for (int i = 0; i < 6; i++) {
        b[i] = real(kind, dims);
      }
      var p = new Buffer[6];
      for (int i = 0; i < 6; i++) {
        p[i] = real(PLAIN, s[1]);
      }
      long n = b[0].count();
      // the statistics read x once more
      time(name + " fwd", n, 3, () -> cpu.batchNorm(forward(b, p, null, false)));
      time(name + " fwd relu", n, 3, () -> cpu.batchNorm(forward(b, p, null, true)));
      time(name + " fwd relu add", n, 4, () -> cpu.batchNorm(forward(b, p, b[2], true)));
      time(name + " bwd", n, 5, () -> cpu.batchNormBackward(backward(b, p, null, false)));
      time(name + " bwd relu", n, 5, () -> cpu.batchNormBackward(backward(b, p, null, true)));
      time(name + " bwd relu add", n, 7, () -> cpu.batchNormBackward(backward(b, p, b[5], true)));
      release();
    }
  }

  private static BatchNorm.Forward forward(Buffer[] b, Buffer[] p, Buffer residual, boolean relu) {
    return new BatchNorm.Forward(b[0], p[0], p[1], residual, p[2], p[3], b[1], 1e-5, relu, true);
  }

  private static BatchNorm.Backward backward(Buffer[] b, Buffer[] p, Buffer gResidual, boolean relu) {
    return new BatchNorm.Backward(b[0], p[0], p[1], p[2], p[3], relu && gResidual != null ? b[1] : null, b[3], b[4], p[4], p[5],
        gResidual, 1e-5, relu, true);
  }

  private void losses() {
    for (int[] s : new int[][] {{8, 101}, {64, 101}, {256, 101}, {128, 10572}, {128, 85742}, {4096, 1000}}) {
      var logits = real(PLAIN, s);
      var labels = buffer(ElementType.INT32, PLAIN, s[0]);
      var loss = real(PLAIN, 1);
      var terms = real(PLAIN, s[0], 7);
      var gradient = real(PLAIN, s);
      int[] classes = new int[s[0]];
      Arrays.setAll(classes, i -> i * 37 % Math.min(50, s[1]));
      cpu.upload(classes, labels);
      String name = s[0] + "x" + s[1];
      long n = logits.count();
      var plain = new DistributionLoss(1, 0, 0, 0, 0, KRule.RANK, 0, DistributionLoss.ResidueForm.EXACT, 0, false);
      time("ce " + name + " fwd", n, 1, () -> cpu.distributionLoss(plain, logits, labels, loss, null, null));
      time("ce " + name + " fwd+bwd", n, 2, () -> cpu.distributionLoss(plain, logits, labels, loss, null, gradient));
      for (var rule : new KRule[] {KRule.FIXED, KRule.MAX2_RANK}) {
        var spec = new DistributionLoss(0, 0, 0, 0, 1, rule, 10, DistributionLoss.ResidueForm.EXACT, 0, false);
        time("residue " + rule + " " + name + " fwd", n, 1, () -> cpu.distributionLoss(spec, logits, labels, loss, null, null));
        time("residue " + rule + " " + name + " fwd+bwd", n, 2,
            () -> cpu.distributionLoss(spec, logits, labels, loss, null, gradient));
      }
      var amr = new DistributionLoss(1, 0.2, 0, 0, 0.05, KRule.MAX2_RANK, 0, DistributionLoss.ResidueForm.EXACT, 0, false);
      time("amr " + name + " fwd+bwd", n, 2, () -> cpu.distributionLoss(amr, logits, labels, loss, terms, gradient));
      time("softmax " + name + " fwd", n, 2, () -> cpu.softmax(logits, gradient));
      time("softmax " + name + " bwd", n, 3, () -> cpu.softmaxBackward(logits, gradient, gradient));
      release();
    }
  }

  private void activations() {
    for (int[] s : new int[][] {{8, 64, 56, 56}, {16, 64, 112, 112}, {8, 512, 7, 7}}) {
      var x = real(IMAGE, s);
      var y = real(IMAGE, s);
      var gy = real(IMAGE, s);
      var gx = real(IMAGE, s);
      var slope = real(PLAIN, s[1]);
      var gSlope = real(PLAIN, s[1]);
      var channel = real(IMAGE, s[0], s[1], 1, 1);
      String name = " b" + s[0] + " " + s[1] + "@" + s[2];
      long n = x.count();
      time("prelu" + name + " fwd", n, 2, () -> cpu.prelu(x, slope, y));
      time("prelu" + name + " bwd", n, 3, () -> cpu.preluBackward(x, slope, gy, gx, gSlope));
      time("add" + name, n, 3, () -> cpu.binary(Binary.ADD, x, gy, y));
      time("add relu" + name, n, 3, () -> {
        cpu.binary(Binary.ADD, x, gy, y);
        cpu.unary(new Unary.Relu(), y, y);
      });
      time("axpby" + name, n, 3, () -> cpu.axpby(1, x, 1, y));
      time("scale channels" + name, n, 2, () -> cpu.binary(Binary.MULTIPLY, x, channel, y));
      time("sum planes" + name, n, 1, () -> cpu.sum(x, channel, 1));
      time("relu" + name + " fwd", n, 2, () -> cpu.unary(new Unary.Relu(), x, y));
      time("relu" + name + " bwd", n, 3, () -> cpu.unaryBackward(new Unary.Relu(), x, y, gy, gx));
      time("sigmoid" + name + " fwd", n, 2, () -> cpu.unary(new Unary.Sigmoid(), x, y));
      time("gelu" + name + " fwd", n, 2, () -> cpu.unary(new Unary.Gelu(), x, y));
      time("gelu" + name + " bwd", n, 3, () -> cpu.unaryBackward(new Unary.Gelu(), x, y, gy, gx));
      time("dropout" + name, n, 2, () -> cpu.dropout(0.5, 7, x, y));
      release();
    }
  }

  private void pools() {
    pool("maxpool 3x3s2 b8 64@112", new Pool.Max(3, 3, 2, 1), 8, 64, 112, 112);
    pool("maxpool 2x2s2 b8 64@56", new Pool.Max(2, 2, 2, 0), 8, 64, 56, 56);
    pool("avgpool 2x2s2 b8 64@56", new Pool.Average(2, 2, 2, 0, true), 8, 64, 56, 56);
    pool("global avgpool b8 2048@7", new Pool.AdaptiveAverage(1, 1), 8, 2048, 7, 7);
    var x = real(IMAGE, 8, 3, 224, 224);
    var host = new float[(int) x.count()];
    time("upload b8 3@224", x.count(), 2, () -> cpu.upload(host, x));
    var wide = real(IMAGE, 8, 256, 56, 56);
    var dense = new float[(int) wide.count()];
    time("upload b8 256@56", wide.count(), 2, () -> cpu.upload(dense, wide));
    time("download b8 256@56", wide.count(), 2, () -> cpu.download(wide, dense));
    var bias = real(PLAIN, 256);
    time("bias gradient b8 256@56", wide.count(), 1, () -> BiasGradient.run(cpu.workers, SimdBuffer.of(wide), SimdBuffer.of(bias)));
    release();
  }

  private void pool(String name, Pool pool, int... dims) {
    var x = real(IMAGE, dims);
    int[] out = {dims[0], dims[1], pool.outHeight(dims[2]), pool.outWidth(dims[3])};
    var y = real(IMAGE, out);
    var choice = Windows.maximum(pool) ? buffer(ElementType.INT32, IMAGE, out) : null;
    long n = x.count();
    double part = (double) y.count() / n;
    time(name + " fwd", n, 1 + part, () -> cpu.pool(pool, x, y, null));
    if (choice != null) {
      time(name + " fwd choice", n, 1 + 2 * part, () -> cpu.pool(pool, x, y, choice));
    }
    time(name + " bwd", n, 1 + (choice == null ? 1 : 2) * part, () -> cpu.poolBackward(pool, y, choice, x));
    release();
  }

  private void rows() {
    for (int[] s : new int[][] {{128, 512}, {10572, 512}, {16384, 64}}) {
      var x = real(PLAIN, s);
      var y = real(PLAIN, s);
      var norm = real(PLAIN, s[0]);
      var gNorm = real(PLAIN, s[0]);
      String name = " " + s[0] + "x" + s[1];
      time("l2norm" + name + " fwd", x.count(), 1, () -> cpu.l2Norm(x, norm));
      time("l2norm" + name + " bwd", x.count(), 2, () -> cpu.l2NormBackward(x, norm, gNorm, y));
      time("moments" + name + " fwd", x.count(), 1, () -> cpu.moments(0, x, norm, gNorm));
      time("logsoftmax" + name + " fwd", x.count(), 2, () -> cpu.logSoftmax(x, y));
      time("logsoftmax" + name + " bwd", x.count(), 3, () -> cpu.logSoftmaxBackward(x, y, y));
      release();
    }
  }

  private void optimisers() {
    var p = parameters();
    var g = parameters();
    var v = parameters();
    var w = parameters();
    long n = Arrays.stream(p).mapToLong(Buffer::count).sum();
    var sgd = new OptimizerStep.Sgd(1e-6, 0.9, 1e-4, false, 1);
    var adam = new OptimizerStep.AdamW(1e-6, 0.9, 0.999, 1e-8, 1e-2, 100, 1);
    time("sgd momentum resnet50", n, 5, () -> cpu.sgd(sgd, p, g, v));
    for (int i = 0; i < p.length; i++) {
      cpu.unary(new Unary.Square(), g[i], w[i]);
    }
    time("adamW resnet50", n, 7, () -> cpu.adamW(adam, p, g, v, w));
    time("sum of squares resnet50", n, 1, () -> cpu.sumOfSquares(g));
    release();
  }

  /** The 161 tensors of ResNet-50 with 101 classes. */
  private Buffer[] parameters() {
    var list = new ArrayList<Buffer>();
    add(list, 64, 3 * 49);
    int in = 64;
    int[] depth = {3, 4, 6, 3};
    for (int stage = 0; stage < 4; stage++) {
      int width = 64 << stage;
      for (int i = 0; i < depth[stage]; i++) {
        add(list, width, in);
        add(list, width, width * 9);
        add(list, 4 * width, width);
        if (i == 0) {
          add(list, 4 * width, in);
        }
        in = 4 * width;
      }
    }
    list.add(real(PLAIN, 101, 2048));
    list.add(real(PLAIN, 101));
    return list.toArray(Buffer[]::new);
  }

  private void add(List<Buffer> list, int out, int in) {
    list.add(real(PLAIN, out, in));
    list.add(real(PLAIN, out));
    list.add(real(PLAIN, out));
  }

  private void release() {
    lent.forEach(cpu::release);
    lent.clear();
  }

  /** A count of the calling thread. This module does not read java.management, so it is asked for by name. */
  private static LongSupplier counter(String type, String method) {
    try {
      Object bean = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean").invoke(null);
      var handle = MethodHandles.publicLookup().findVirtual(Class.forName(type), method, MethodType.methodType(long.class))
          .bindTo(bean);
      return () -> {
        try {
          return (long) handle.invokeExact();
        } catch (Throwable e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (ReflectiveOperationException e) {
      return System::nanoTime;
    }
  }

  private long now() {
    return cpu.threads() == 1 ? CLOCK.getAsLong() : System.nanoTime();
  }

  private void time(String name, long elements, double streams, Runnable kernel) {
    if (!name.matches(".*(" + filter + ").*")) {
      return;
    }
    int repeats = 1;
    long warm = System.nanoTime();
    while (System.nanoTime() - warm < 1e9 * Math.max(1, seconds)) {
      long start = System.nanoTime();
      kernel.run();
      repeats = (int) Math.clamp(1e6 / (System.nanoTime() - start), 1, 10_000);
    }
    double[] samples = new double[100_000];
    int n = 0;
    double copy = copyRate();
    long garbage = ALLOCATED.getAsLong();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (n < 5 || n < samples.length && System.nanoTime() < end) {
      long start = now();
      for (int i = 0; i < repeats; i++) {
        kernel.run();
      }
      samples[n++] = (now() - start) / 1e6 / repeats;
    }
    garbage = (ALLOCATED.getAsLong() - garbage) / n / repeats;
    copy = (copy + copyRate()) / 2;
    Arrays.sort(samples, 0, n);
    double rate = elements * streams * 4 / samples[n / 2] / 1e6;
    System.out.printf(Locale.ROOT, "%-34s %9.4f %9.4f %7.1f %5.0f%% %8.2f %8d%n", name, samples[n / 2], samples[0], rate,
        100 * rate / copy, elements / samples[n / 2] / 1e6, garbage);
  }

  /** GB/s, reads and writes, of a copy far larger than the caches. */
  private double copyRate() {
    double best = 0;
    for (int i = 0; i < 3; i++) {
      long start = now();
      cpu.workers.ranges(from.length, 1 << 16, (a, b) -> System.arraycopy(from, a, to, a, b - a));
      best = Math.max(best, from.length * 8.0 / (now() - start));
    }
    return best;
  }
}
