package dev.mien.kernels.cases;

import static dev.mien.kernels.Kind.IMAGE;
import static dev.mien.kernels.Kind.PLAIN;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import dev.mien.kernels.ElementType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Every kernel but products and convolutions against float64, with its memory watched, and equal bits on all of the back-ends (which differ
 * in the number of threads, or run everything twice).
 */
public abstract class KernelParity {
  private static final Backend REFERENCE = Backends.open("reference", 1, true);
  private static final int[] CHANNELS = {1, 3, 15, 16, 17, 33, 64};

  private final List<Backend> backends;

  /** @param backends at least one */
  protected KernelParity(List<Backend> backends) {
    this.backends = backends;
  }

  /** What watches the memory of a back-end. */
  protected abstract CaseRunner.Probe probe(Backend backend);

  @AfterEach
  void nothingIsLent() {
    for (var backend : backends) {
      Assertions.assertEquals(0, backend.usage().lentBytes(), "bytes still lent out");
    }
  }

  protected final void check(List<KernelCase> cases) {
    cases.forEach(this::check);
  }

  /** Elements below which every kernel has one task, so that the number of threads cannot matter. */
  private static final int SMALL = 2000;

  private void check(KernelCase c) {
    var expected = CaseRunner.run(c, REFERENCE, null);
    var first = backends.getFirst();
    var actual = CaseRunner.run(c, first, probe(first));
    CaseRunner.compare(c, expected, actual);
    if (Arrays.stream(c.operands()).mapToInt(KernelCase.Operand::count).max().orElse(0) < SMALL) {
      return;
    }
    byte[] hash = hash(actual);
    for (var backend : backends.subList(1, backends.size())) {
      byte[] other = hash(CaseRunner.run(c, backend, probe(backend)));
      Assertions.assertArrayEquals(hash, other, () -> c.name() + ": other bits with " + backend.threads() + " threads");
    }
  }

  private static byte[] hash(Object[] results) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      CaseRunner.digest(hash, results);
      return hash.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** 0 to 67 and all 2^k - 1, 2^k, 2^k + 1 up to 4097. */
  protected int[] lengths() {
    var lengths = new java.util.TreeSet<Integer>();
    for (int i = 0; i <= 67; i++) {
      lengths.add(i);
    }
    for (int k = 7; k <= 12; k++) {
      lengths.addAll(List.of((1 << k) - 1, 1 << k, (1 << k) + 1));
    }
    return lengths.stream().mapToInt(i -> i).toArray();
  }

  @Test
  void unaryOnAllLengths() {
    for (int n : lengths()) {
      check(PointwiseCases.unary(PLAIN, n));
    }
  }

  @Test
  void unaryOnImages() {
    for (int c : CHANNELS) {
      check(PointwiseCases.unary(IMAGE, 2, c, 3, 5));
    }
    check(PointwiseCases.unary(IMAGE, 3, 40, 33, 31));
  }

  @Test
  void elementwise() {
    for (int n : lengths()) {
      check(PointwiseCases.elementwise(PLAIN, n));
      check(PointwiseCases.prelu(PLAIN, n));
      check(PointwiseCases.binary(PLAIN, new int[] {n}, new int[] {n}));
      check(PointwiseCases.reduction(PLAIN, new int[] {1}, new int[] {n}));
    }
    for (int c : CHANNELS) {
      check(PointwiseCases.elementwise(IMAGE, 2, c, 3, 5));
      check(PointwiseCases.prelu(IMAGE, 2, c, 9, 8));
      check(PointwiseCases.prelu(PLAIN, 3, c));
      check(PointwiseCases.prelu(PLAIN, 2, c, 19));
      check(PointwiseCases.normalizeBytes(2, c, 5, 7));
    }
    check(PointwiseCases.elementwise(IMAGE, 2, 40, 60, 61));
  }

  @Test
  void broadcastingOfMatrices() {
    int[][][] shapes = {{{5, 7}, {1, 7}}, {{5, 7}, {5, 1}}, {{5, 1}, {1, 7}}, {{1, 1}, {5, 7}}, {{3, 1, 4, 5}, {1, 6, 4, 1}},
        {{2, 3, 1, 5}, {2, 3, 4, 5}}, {{300, 40}, {1, 40}}, {{7, 2100}, {7, 1}}, {{7, 2100}, {1, 2100}}, {{0, 3}, {1, 3}},
        {{64, 1000}, {64, 1000}}, {{1, 33, 1, 20}, {9, 33, 17, 20}}};
    for (var s : shapes) {
      check(PointwiseCases.binary(PLAIN, s[0], s[1]));
      check(PointwiseCases.binary(PLAIN, s[1], s[0]));
    }
  }

  @Test
  void broadcastingOfImages() {
    for (int c : CHANNELS) {
      int[] full = {2, c, 6, 5};
      int[][] others = {{1, c, 1, 1}, {2, c, 1, 1}, {2, 1, 6, 5}, {1, 1, 1, 1}, {1, 1, 6, 5}, {2, c, 6, 1}, {2, c, 1, 5},
          {1, c, 6, 5}, {2, 1, 1, 1}};
      for (var other : others) {
        check(PointwiseCases.binary(IMAGE, full, other));
        check(PointwiseCases.binary(IMAGE, other, full));
        check(PointwiseCases.reduction(IMAGE, other, full));
      }
      check(PointwiseCases.binary(IMAGE, new int[] {2, c, 1, 1}, new int[] {1, 1, 6, 5}));
    }
    check(PointwiseCases.binary(IMAGE, new int[] {3, 48, 40, 41}, new int[] {3, 48, 1, 1}));
  }

  @Test
  void sumsAndExpansions() {
    int[][][] shapes = {{{1, 7}, {5, 7}}, {{5, 1}, {5, 7}}, {{1, 1}, {300, 400}}, {{3, 1, 4, 1}, {3, 6, 4, 5}},
        {{1, 6, 1, 5}, {3, 6, 4, 5}}, {{1, 1000}, {333, 1000}}, {{333, 1}, {333, 1000}}, {{3, 4}, {3, 4}}, {{1, 1}, {1, 1}}};
    for (var s : shapes) {
      check(PointwiseCases.reduction(PLAIN, s[0], s[1]));
    }
    check(PointwiseCases.reduction(IMAGE, new int[] {1, 33, 1, 1}, new int[] {4, 33, 50, 51}));
    check(new KernelCase.Maker("expandRank").in(PLAIN, 7).out(PLAIN, 3, 5, 7).relative(0).call((b, o) -> b.expand(o[0], o[1])));
    check(new KernelCase.Maker("expandScalar").in(PLAIN).out(PLAIN, 3, 5).relative(0).call((b, o) -> b.expand(o[0], o[1])));
  }

  @Test
  void movement() {
    for (int[] parts : new int[][] {{16, 32, 16}, {3, 17, 5}, {16, 3, 20}, {1, 1, 1}, {8, 8, 8}}) {
      check(PointwiseCases.concat(IMAGE, 1, parts, 2, 0, 3, 4));
      check(PointwiseCases.concat(PLAIN, 1, parts, 2, 0, 7));
      check(PointwiseCases.concat(PLAIN, 0, parts, 0, 5));
    }
    for (int c : CHANNELS) {
      check(PointwiseCases.concat(IMAGE, 0, new int[] {2, 1, 3}, 0, c, 3, 4));
      check(PointwiseCases.concat(IMAGE, 2, new int[] {2, 1, 3}, 2, c, 0, 4));
      check(PointwiseCases.concat(IMAGE, 3, new int[] {2, 1, 3}, 2, c, 3, 0));
    }
    check(PointwiseCases.permute(new int[] {1, 0}, 37, 53));
    check(PointwiseCases.permute(new int[] {0, 2, 1, 3}, 3, 4, 5, 6));
    check(PointwiseCases.permute(new int[] {3, 1, 0, 2}, 3, 4, 5, 6));
    check(PointwiseCases.permute(new int[] {2, 0, 1}, 30, 40, 50));
    check(PointwiseCases.permute(new int[] {0}, 9));
  }

  @Test
  void optimisers() {
    check(PointwiseCases.optimisers(1, 17, 0, 300, 40_000));
    check(PointwiseCases.optimisers(5));
  }

  @Test
  void batchNorm() {
    for (int c : CHANNELS) {
      check(ImageCases.batchNorm(IMAGE, 3, c, 4, 5));
      check(ImageCases.batchNorm(PLAIN, 9, c));
    }
    check(ImageCases.batchNorm(IMAGE, 5, 20, 40, 41));
    check(ImageCases.batchNorm(IMAGE, 4, 260, 12, 13)); // a task for each block
    check(ImageCases.batchNorm(IMAGE, 2, 33, 74, 75)); // two blocks, then one
    check(ImageCases.batchNorm(PLAIN, 700, 40));
  }

  @Test
  void pooling() {
    for (int c : CHANNELS) {
      check(ImageCases.pools(2, c, 7, 9));
      check(ImageCases.ties(2, c, 7, 6));
    }
    check(ImageCases.pools(1, 5, 1, 1));
    check(ImageCases.pools(2, 20, 56, 57));
  }

  @Test
  void resize() {
    for (int c : CHANNELS) {
      check(ImageCases.resize(new int[] {2, c, 5, 7}, 9, 4));
    }
    check(ImageCases.resize(new int[] {2, 20, 30, 31}, 60, 62));
    check(ImageCases.resize(new int[] {1, 3, 1, 1}, 4, 5));
    check(ImageCases.resize(new int[] {1, 3, 8, 8}, 1, 1));
  }

  @Test
  void rows() {
    for (int n : lengths()) {
      if (n > 0) {
        check(RowCases.rows(3, n));
      }
    }
    for (int n : new int[] {1, 15, 33, 1000}) {
      check(RowCases.margins(5, n));
    }
    check(RowCases.margins(130, 37));
    check(RowCases.rows(300, 101));
    check(RowCases.rows(2, 40_000));
  }

  /** What tells a NaN from a large number in training: squares far beyond float's range are summed all the same. */
  @Test
  void squaresOfHugeNumbersAreFinite() {
    for (var backend : backends) {
      for (float v : new float[] {1e-18f, 1f, 1e18f, 1e20f, 1e30f, 3e38f}) {
        var x = backend.allocate(ElementType.REAL, PLAIN, 3);
        backend.upload(new float[] {v, -v, 0}, x);
        Assertions.assertEquals(2.0 * v * v, backend.sumOfSquares(x), 1e-6 * 2.0 * v * v, backend.name() + " of " + v);
        backend.upload(new float[] {v, Float.NaN, 0}, x);
        Assertions.assertTrue(Double.isNaN(backend.sumOfSquares(x)), backend.name());
        backend.release(x);
      }
    }
  }

  @Test
  void gallerySearch() {
    for (int features : new int[] {1, 15, 16, 17, 40, 128}) {
      check(RowCases.topK(3, 29, features, 7));
    }
    check(RowCases.topK(1, 1, 5, 1));
    check(RowCases.topK(1, 1, 5, 2));
    check(RowCases.topK(2, 300, 8, 600)); // all of both parts
    check(RowCases.topK(9, 9000, 12, 10)); // several tasks
    check(RowCases.topK(2, 600, 1024, 1024));
  }

  @Test
  void distributionLosses() {
    for (int n : lengths()) {
      if (n > 0 && n < 600) {
        check(RowCases.losses(3, n, 6, 0));
      }
    }
    for (int n : new int[] {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 37, 101, 191, 192, 193}) {
      check(RowCases.losses(19, n, 6, 0)); // rows on the lanes, up to 192 classes
      check(RowCases.losses(16, n, 6, 3));
    }
    check(RowCases.losses(300, 101, 6, 0));
    check(RowCases.losses(50, 101, 6, 4));
    check(RowCases.losses(50, 37, 6, 1));
    check(RowCases.losses(3, 2055, 6, 0));
    check(RowCases.losses(2, 3072, 6, 0));
    check(RowCases.losses(20, 101, 200, 0));
  }
}
