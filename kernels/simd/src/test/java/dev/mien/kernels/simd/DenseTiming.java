package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import jdk.incubator.vector.FloatVector;

/**
 * Times convolutions and products against the multiply-add peak of the same moment. Not a test: run its main with
 * {@code [filter] [threads] [secondsPerKernel]}. Per direction: best GFLOP/s, and the median and 95th percentile of the share of
 * the peak measured just before and after each sample.
 */
final class DenseTiming {
  private record Shape(String name, int n, int inC, int outC, int size, int kernel, int stride) {}

  private static final Shape[] SHAPES = {
    new Shape("b8 7x7s2 3-64@224", 8, 3, 64, 224, 7, 2),
    new Shape("b8 3x3 64@56", 8, 64, 64, 56, 3, 1),
    new Shape("b8 1x1 64-256@56", 8, 64, 256, 56, 1, 1),
    new Shape("b8 1x1 256-64@56", 8, 256, 64, 56, 1, 1),
    new Shape("b8 3x3s2 64-128@56", 8, 64, 128, 56, 3, 2),
    new Shape("b8 1x1s2 64-128@56", 8, 64, 128, 56, 1, 2),
    new Shape("b8 3x3 128@28", 8, 128, 128, 28, 3, 1),
    new Shape("b8 3x3s2 128-256@28", 8, 128, 256, 28, 3, 2),
    new Shape("b8 3x3 256@14", 8, 256, 256, 14, 3, 1),
    new Shape("b8 3x3s2 256-512@14", 8, 256, 512, 14, 3, 2),
    new Shape("b8 3x3 512@7", 8, 512, 512, 7, 3, 1),
    new Shape("b8 1x1 512-2048@7", 8, 512, 2048, 7, 1, 1),
    new Shape("b64 3x3 3-32@64", 64, 3, 32, 64, 3, 1),
    new Shape("b64 3x3 32@64", 64, 32, 32, 64, 3, 1),
    new Shape("b64 3x3s2 32-64@64", 64, 32, 64, 64, 3, 2),
    new Shape("b64 3x3 64@32", 64, 64, 64, 32, 3, 1),
    new Shape("b64 3x3 128@16", 64, 128, 128, 16, 3, 1),
    new Shape("b64 3x3 256@8", 64, 256, 256, 8, 3, 1),
    new Shape("b64 3x3 256@4", 64, 256, 256, 4, 3, 1),
  };

  private static final LongSupplier CLOCK = clock();

  private final SimdBackend cpu;
  private final double seconds;
  private final float[] sink = new float[64 * 16];

  private DenseTiming(int threads, double seconds) {
    this.cpu = new SimdBackend(threads, false);
    this.seconds = seconds;
  }

  public static void main(String[] args) {
    String filter = args.length > 0 ? args[0] : "";
    Predicate<String> wanted = name -> name.matches(".*(" + filter + ").*");
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    var timing = new DenseTiming(threads, args.length > 2 ? Double.parseDouble(args[2]) : 1);
    for (int i = 0; i < 200; i++) {
      timing.peak();
    }
    System.out.printf("%-22s %18s %18s %18s%n", "shape", "forward", "data gradient", "weight gradient");
    for (var s : SHAPES) {
      if (wanted.test(s.name)) {
        timing.convolution(s);
      }
    }
    for (int size : new int[] {64, 128, 256, 512, 1024, 2048}) {
      if (wanted.test("gemm " + size)) {
        timing.gemm(size, size, size);
      }
    }
    if (wanted.test("gemm skinny")) {
      timing.gemm(128, 10572, 512);
      timing.gemm(64, 101, 512);
    }
    timing.cpu.close();
  }

  private Buffer buffer(Kind kind, int... dims) {
    var b = (SimdBuffer) cpu.allocate(ElementType.REAL, kind, dims);
    float[] values = new float[(int) b.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101 - 50) * 0.01f;
    }
    cpu.upload(values, b);
    return b;
  }

  private void convolution(Shape s) {
    var g = Conv2d.of(s.stride, s.kernel / 2);
    int out = g.outHeight(s.size, s.kernel);
    var x = buffer(Kind.IMAGE, s.n, s.inC, s.size, s.size);
    var y = buffer(Kind.IMAGE, s.n, s.outC, out, out);
    var w = buffer(Kind.PLAIN, s.outC, s.inC, s.kernel, s.kernel);
    var gw = buffer(Kind.PLAIN, s.outC, s.inC, s.kernel, s.kernel);
    double flops = 2.0 * s.n * s.outC * s.inC * out * out * s.kernel * s.kernel;
    System.out.printf("%-22s %18s %18s %18s%n", s.name, sample(flops, () -> cpu.conv2d(g, x, w, null, y)),
        sample(flops, () -> cpu.conv2dGradInput(g, y, w, x)), sample(flops, () -> cpu.conv2dGradWeight(g, x, y, gw, null)));
    for (var b : new Buffer[] {x, y, w, gw}) {
      cpu.release(b);
    }
  }

  private void gemm(int m, int n, int k) {
    var a = buffer(Kind.PLAIN, m, k);
    var b = buffer(Kind.PLAIN, k, n);
    var bt = buffer(Kind.PLAIN, n, k);
    var c = buffer(Kind.PLAIN, m, n);
    double flops = 2.0 * m * n * k;
    System.out.printf("%-22s %18s %18s %18s  (A B, A B^T, A^T B)%n", "gemm " + m + "x" + n + "x" + k,
        sample(flops, () -> cpu.gemm(Gemm.of(m, n, k, false, false, 0), a, b, c)),
        sample(flops, () -> cpu.gemm(Gemm.of(m, n, k, false, true, 0), a, bt, c)),
        sample(flops, () -> cpu.gemm(Gemm.of(m, n, k, true, false, 0), a, b, c)));
    for (var x : new Buffer[] {a, b, bt, c}) {
      cpu.release(x);
    }
  }

  /** Nanoseconds: of this thread's own work when it is alone, so that other programs on the machine count less. */
  private long now() {
    return cpu.threads() == 1 ? CLOCK.getAsLong() : System.nanoTime();
  }

  /** The processor time of the calling thread. This module does not read java.management, so it is asked for by name. */
  private static LongSupplier clock() {
    try {
      Object bean = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean").invoke(null);
      var handle = MethodHandles.publicLookup().findVirtual(Class.forName("java.lang.management.ThreadMXBean"),
          "getCurrentThreadCpuTime", MethodType.methodType(long.class)).bindTo(bean);
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

  private String sample(double flops, Runnable kernel) {
    int repeats = 1;
    long warm = System.nanoTime();
    for (double last = 0; System.nanoTime() - warm < 1.2e9 * Math.min(1, seconds);) {
      long start = System.nanoTime();
      kernel.run();
      last = System.nanoTime() - start;
      repeats = (int) Math.max(1, 3e6 / last);
    }
    double best = 0;
    double[] shares = new double[10_000];
    int n = 0;
    long end = System.nanoTime() + (long) (seconds * 1e9);
    double before = peak();
    while (n < 5 || n < shares.length && System.nanoTime() < end) {
      long start = now();
      for (int i = 0; i < repeats; i++) {
        kernel.run();
      }
      double rate = flops * repeats / (now() - start);
      double after = peak();
      best = Math.max(best, rate);
      shares[n++] = rate / ((before + after) / 2);
      before = after;
    }
    Arrays.sort(shares, 0, n);
    return String.format("%4.0f GF/s %3.0f/%.0f%%", best, 100 * shares[n / 2], 100 * shares[n - 1 - n / 20]);
  }

  /** Multiply-add rate of all threads now, over about 0.4 ms. */
  private double peak() {
    int rounds = 60_000;
    int threads = cpu.threads();
    long start = now();
    cpu.workers.run(threads, i -> sink[i * 16] = chains(rounds, 1f + i));
    return 2.0 * 12 * Lanes.COUNT * rounds * threads / (now() - start);
  }

  private static float chains(int rounds, float seed) {
    var m = FloatVector.broadcast(Lanes.F, 0.999f);
    var b = FloatVector.broadcast(Lanes.F, 0.001f);
    var a0 = FloatVector.broadcast(Lanes.F, seed);
    var a1 = FloatVector.broadcast(Lanes.F, seed + 1);
    var a2 = FloatVector.broadcast(Lanes.F, seed + 2);
    var a3 = FloatVector.broadcast(Lanes.F, seed + 3);
    var a4 = FloatVector.broadcast(Lanes.F, seed + 4);
    var a5 = FloatVector.broadcast(Lanes.F, seed + 5);
    var a6 = FloatVector.broadcast(Lanes.F, seed + 6);
    var a7 = FloatVector.broadcast(Lanes.F, seed + 7);
    var a8 = FloatVector.broadcast(Lanes.F, seed + 8);
    var a9 = FloatVector.broadcast(Lanes.F, seed + 9);
    var a10 = FloatVector.broadcast(Lanes.F, seed + 10);
    var a11 = FloatVector.broadcast(Lanes.F, seed + 11);
    for (int i = 0; i < rounds; i++) {
      a0 = m.fma(b, a0);
      a1 = m.fma(b, a1);
      a2 = m.fma(b, a2);
      a3 = m.fma(b, a3);
      a4 = m.fma(b, a4);
      a5 = m.fma(b, a5);
      a6 = m.fma(b, a6);
      a7 = m.fma(b, a7);
      a8 = m.fma(b, a8);
      a9 = m.fma(b, a9);
      a10 = m.fma(b, a10);
      a11 = m.fma(b, a11);
    }
    return a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).add(a8).add(a9).add(a10).add(a11).lane(0);
  }
}
