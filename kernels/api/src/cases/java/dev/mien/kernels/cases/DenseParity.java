package dev.mien.kernels.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Products and convolutions against float64, within the error bound of a dot product; equal bits on all of the back-ends. */
public abstract class DenseParity {
  private static final Backend REFERENCE = Backends.open("reference", 1, true);

  private final List<Backend> backends;
  /** Every draw of random numbers takes the next key. */
  protected long key = 11;

  /** @param backends at least one, EXACT */
  protected DenseParity(List<Backend> backends) {
    this.backends = backends;
  }

  /** What watches the memory of a back-end. */
  protected abstract CaseRunner.Probe probe(Backend backend);

  @AfterEach
  void nothingIsLent() {
    for (var backend : backends) {
      assertEquals(0, backend.usage().lentBytes(), "bytes still lent out");
    }
  }

  /** How many random convolutions are drawn. */
  protected int draws() {
    return 240;
  }

  /** A convolution. */
  public record Case(Conv2d geometry, int n, int inC, int outC, int inH, int inW, int kernelH, int kernelW, boolean bias) {
    public int outH() {
      return geometry.outHeight(inH, kernelH);
    }

    public int outW() {
      return geometry.outWidth(inW, kernelW);
    }

    public int perGroup() {
      return inC / geometry.groups();
    }
  }

  @Test
  void randomConvolutions() {
    int checked = 0;
    for (int i = 0; checked < draws(); i++) {
      key = 1000 + i;
      var c = randomCase(i);
      if (c.outH() > 0 && c.outW() > 0) {
        convolution(c);
        checked++;
      }
    }
  }

  @Test
  void networkConvolutions() {
    convolution(new Case(Conv2d.of(2, 3), 2, 3, 64, 40, 36, 7, 7, true));
    convolution(new Case(Conv2d.of(2, 3), 2, 3, 24, 41, 37, 7, 7, false));
    convolution(new Case(Conv2d.of(1, 1), 3, 3, 20, 13, 17, 3, 3, true));
    convolution(new Case(Conv2d.of(1, 1), 1, 4, 33, 69, 67, 3, 3, false));
    convolution(new Case(new Conv2d(2, 1, 0, 2, 2, 1, 1), 2, 2, 18, 12, 9, 3, 5, false));
    convolution(new Case(Conv2d.of(2, 0), 2, 1, 5, 1, 3, 1, 1, false));
    convolution(new Case(Conv2d.of(1, 1), 1, 64, 64, 28, 28, 3, 3, false));
    convolution(new Case(Conv2d.of(1, 1), 3, 160, 96, 7, 7, 3, 3, false));
    convolution(new Case(Conv2d.of(2, 1), 5, 48, 80, 8, 8, 3, 3, true));
    convolution(new Case(Conv2d.of(2, 0), 2, 64, 128, 14, 14, 1, 1, false));
    convolution(new Case(Conv2d.of(1, 0), 2, 1408, 40, 5, 5, 1, 1, true));
    convolution(new Case(Conv2d.of(1, 0), 3, 33, 40, 1, 1, 1, 1, true));
    convolution(new Case(Conv2d.of(1, 1), 2, 4, 6, 68, 70, 3, 3, true));
    convolution(new Case(new Conv2d(1, 1, 1, 1, 1, 1, 32), 2, 128, 128, 14, 14, 3, 3, false));
    convolution(new Case(new Conv2d(1, 1, 1, 1, 1, 1, 2), 2, 96, 64, 10, 10, 3, 3, true));
    convolution(new Case(new Conv2d(2, 2, 1, 1, 1, 1, 40), 2, 40, 40, 15, 13, 3, 3, true));
  }

  private Case randomCase(int i) {
    int groups = 1;
    int inC = pick(1, 40);
    int outC = pick(1, 70);
    int kind = i % 5;
    if (kind == 1) {
      groups = inC;
      outC = inC;
    } else if (kind == 2) {
      groups = pick(2, 5);
      int unit = pick(0, 1) == 0 ? 16 : pick(1, 9);
      inC = groups * unit;
      outC = groups * (pick(0, 1) == 0 ? 16 : pick(1, 20));
    }
    boolean pointwise = kind == 3;
    int kernelH = pointwise ? 1 : pick(1, 4);
    int kernelW = pointwise ? 1 : pick(1, 4);
    int dilationH = pick(1, 2);
    int dilationW = pick(1, 2);
    int padH = pointwise ? 0 : pick(0, 3);
    int padW = pointwise ? 0 : pick(0, 3);
    var geometry = new Conv2d(pick(1, 3), pick(1, 3), padH, padW, dilationH, dilationW, groups);
    return new Case(geometry, pick(1, 3), inC, outC, pick(1, 19), pick(1, 19), kernelH, kernelW, pick(0, 1) == 1);
  }

  private int pick(int low, int high) {
    return low + (int) Long.remainderUnsigned(CounterRandom.bits(key++, 5), high - low + 1);
  }

  private void convolution(Case c) {
    float[] x = random(c.n * c.inC * c.inH * c.inW);
    float[] w = random(c.outC * c.perGroup() * c.kernelH * c.kernelW);
    float[] bias = random(c.outC);
    float[] gy = random(c.n * c.outC * c.outH() * c.outW());
    double[][] exact = directions(REFERENCE, c, x, w, bias, gy, null);
    double[][] size = directions(REFERENCE, c, absolute(x), absolute(w), absolute(bias), absolute(gy), null);
    int[] steps = {c.perGroup() * c.kernelH * c.kernelW + 1, c.outC / c.geometry.groups() * c.kernelH * c.kernelW,
        c.n * c.outH() * c.outW() + 32, c.n * c.outH() * c.outW()};
    double[][] first = null;
    for (var backend : backends) {
      double[][] actual = directions(backend, c, x, w, bias, gy, probe(backend));
      for (int d = 0; d < exact.length; d++) {
        within(c + " direction " + d, exact[d], actual[d], size[d], steps[d]);
        if (first != null) {
          String what = c + " direction " + d + ": bits differ with " + backend.threads() + " threads";
          assertEquals(hash(first[d]), hash(actual[d]), what);
        }
      }
      first = first == null ? actual : first;
    }
  }

  /** Forward, data gradient, weight gradient and bias gradient of a convolution. */
  protected static double[][] directions(Backend b, Case c, float[] x, float[] w, float[] bias, float[] gy, CaseRunner.Probe probe) {
    int[] weight = {c.outC, c.perGroup(), c.kernelH, c.kernelW};
    Buffer bx = upload(b, Kind.IMAGE, x, c.n, c.inC, c.inH, c.inW);
    Buffer bw = upload(b, Kind.PLAIN, w, weight);
    Buffer bBias = c.bias ? upload(b, Kind.PLAIN, bias, c.outC) : null;
    Buffer bgy = upload(b, Kind.IMAGE, gy, c.n, c.outC, c.outH(), c.outW());
    Buffer y = b.allocate(ElementType.REAL, Kind.IMAGE, c.n, c.outC, c.outH(), c.outW());
    Buffer gx = b.allocate(ElementType.REAL, Kind.IMAGE, c.n, c.inC, c.inH, c.inW);
    Buffer gw = b.allocate(ElementType.REAL, Kind.PLAIN, weight);
    Buffer gBias = b.allocate(ElementType.REAL, Kind.PLAIN, c.outC);
    Buffer[] outputs = {y, gx, gw, gBias};
    for (var out : outputs) {
      if (probe != null) {
        probe.before(out);
      }
    }
    b.conv2d(c.geometry, bx, bw, bBias, y);
    b.conv2dGradInput(c.geometry, bgy, bw, gx);
    b.conv2dGradWeight(c.geometry, bx, bgy, gw, gBias);
    double[][] result = new double[outputs.length][];
    for (int i = 0; i < outputs.length; i++) {
      if (probe != null) {
        probe.after(c + " direction " + i, outputs[i]);
      }
      result[i] = new double[(int) outputs[i].count()];
      b.download(outputs[i], result[i]);
      b.release(outputs[i]);
    }
    b.release(bx);
    b.release(bw);
    b.release(bgy);
    if (bBias != null) {
      b.release(bBias);
    }
    return result;
  }

  @Test
  void smallProducts() {
    for (int i = 0; i <= 67; i++) {
      product(i, (i * 7 + 3) % 68, (i * 13 + 5) % 68, i);
      product((i * 11 + 1) % 68, i, (i * 5 + 2) % 68, i + 1);
    }
    for (int m = 0; m <= 16; m++) {
      product(m, 33, 9, m);
    }
  }

  @Test
  void productsAroundPowersOfTwo() {
    for (int p : new int[] {64, 128, 256}) {
      product(p - 1, p + 1, p, p);
      product(p + 1, p, p - 1, p + 1);
      product(p, p - 1, p + 1, p + 2);
    }
    product(30, 40, 2049, 1);
    product(5, 4097, 31, 2);
    product(4035, 20, 17, 3);
  }

  private void product(int m, int n, int k, int variant) {
    boolean ta = (variant & 1) == 1;
    boolean tb = (variant & 2) == 2;
    int batch = variant % 5 == 4 ? 3 : 1;
    float alpha = variant % 3 == 0 ? 1f : 0.37f;
    float beta = variant % 4 == 0 ? 0f : variant % 4 == 1 ? 1f : -0.6f;
    int lda = (ta ? m : k) + variant % 4;
    int ldb = (tb ? k : n) + variant % 3;
    int ldc = n + variant % 2;
    var a = new Gemm.Matrix(variant % 7, lda, (ta ? k : m) * lda + 5);
    var b = new Gemm.Matrix(variant % 6, ldb, (tb ? n : k) * ldb + 3);
    var c = new Gemm.Matrix(variant % 5, ldc, m * ldc + 1);
    var g = new Gemm(m, n, k, ta, tb, a, b, c, batch, alpha, beta);
    var size = new Gemm(m, n, k, ta, tb, a, b, c, batch, Math.abs(alpha), Math.abs(beta));
    float[] av = random(a.offset() + batch * a.batchStride());
    float[] bv = random(b.offset() + batch * b.batchStride());
    float[] cv = random(c.offset() + batch * c.batchStride());
    double[] exact = multiply(REFERENCE, g, av, bv, cv);
    double[] bound = multiply(REFERENCE, size, absolute(av), absolute(bv), absolute(cv));
    double[] first = null;
    for (var backend : backends) {
      double[] actual = multiply(backend, g, av, bv, cv);
      within(g.toString(), exact, actual, bound, k + 2);
      if (first != null) {
        assertEquals(hash(first), hash(actual), g + ": bits differ with " + backend.threads() + " threads");
      }
      first = actual;
    }
  }

  protected static double[] multiply(Backend backend, Gemm g, float[] a, float[] b, float[] c) {
    Buffer ba = upload(backend, Kind.PLAIN, a, a.length);
    Buffer bb = upload(backend, Kind.PLAIN, b, b.length);
    Buffer bc = upload(backend, Kind.PLAIN, c, c.length);
    backend.gemm(g, ba, bb, bc);
    double[] result = new double[c.length];
    backend.download(bc, result);
    backend.release(ba);
    backend.release(bb);
    backend.release(bc);
    return result;
  }

  @Test
  void betaZeroDoesNotReadTheTarget() {
    var cpu = backends.getFirst();
    float[] nan = new float[20 * 20];
    java.util.Arrays.fill(nan, Float.NaN);
    for (float alpha : new float[] {1f, 2f}) {
      var g = Gemm.of(20, 20, 20, false, false, 0f);
      var scaled = new Gemm(20, 20, 20, false, false, g.a(), g.b(), g.c(), 1, alpha, 0f);
      for (double v : multiply(cpu, scaled, random(400), random(400), nan)) {
        assertTrue(Double.isFinite(v));
      }
    }
  }

  @Test
  void linear() {
    float[] x = random(9 * 70);
    float[] w = random(101 * 70);
    float[] bias = random(101);
    double[][] results = new double[2][9 * 101];
    Backend[] both = {REFERENCE, backends.getLast()};
    for (int i = 0; i < 2; i++) {
      Buffer[] b = {upload(both[i], Kind.PLAIN, x, 9, 70), upload(both[i], Kind.PLAIN, w, 101, 70),
          upload(both[i], Kind.PLAIN, bias, 101), both[i].allocate(ElementType.REAL, Kind.PLAIN, 9, 101)};
      both[i].linear(b[0], b[1], b[2], b[3]);
      both[i].download(b[3], results[i]);
      for (var buffer : b) {
        both[i].release(buffer);
      }
    }
    for (int i = 0; i < results[0].length; i++) {
      assertEquals(results[0][i], results[1][i], 72 * 0x1p-24 * 71);
    }
  }

  private static void within(String what, double[] exact, double[] actual, double[] size, int steps) {
    for (int i = 0; i < exact.length; i++) {
      double bound = (steps + 1) * 0x1p-24 * size[i] + 1e-30;
      if (!(Math.abs(exact[i] - actual[i]) <= bound)) {
        throw new AssertionError(what + ": element " + i + " is " + actual[i] + ", expected " + exact[i] + " within " + bound);
      }
    }
  }

  protected static long hash(double[] values) {
    long h = 1;
    for (double v : values) {
      h = h * 1_000_003 + Float.floatToRawIntBits((float) v);
    }
    return h;
  }

  protected static Buffer upload(Backend b, Kind kind, float[] values, int... dims) {
    Buffer buffer = b.allocate(ElementType.REAL, kind, dims);
    b.upload(values, buffer);
    return buffer;
  }

  protected float[] random(int n) {
    float[] values = new float[n];
    long k = key++;
    for (int i = 0; i < n; i++) {
      values[i] = CounterRandom.uniform(k, i) * 2 - 1;
    }
    return values;
  }

  private static float[] absolute(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.abs(values[i]);
    }
    return result;
  }
}
