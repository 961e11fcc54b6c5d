package dev.mien.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Epilogue.Activation;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.Pool;
import dev.mien.kernels.Unary;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Cases small enough to check with a pencil, the rules of ties, aliasing and limits, and the messages. */
class ReferenceKernelTest extends Fixture {
  private static final double INF = Double.POSITIVE_INFINITY;

  @Test
  void gemmOfEveryTranspose() {
    double[] a = {1, 2, 3, 4, 5, 6};
    double[] b = {7, 8, 9, 10, 11, 12};
    double[] product = {58, 64, 139, 154};
    double[] aT = {1, 4, 2, 5, 3, 6};
    double[] bT = {7, 9, 11, 8, 10, 12};
    for (int k = 0; k < 4; k++) {
      boolean ta = (k & 1) != 0;
      boolean tb = (k & 2) != 0;
      var c = freshPlain(2, 2);
      backend.gemm(Gemm.of(2, 2, 3, ta, tb, 0), plain(ta ? aT : a, 6), plain(tb ? bT : b, 6), c);
      assertArrayEquals(product, read(c));
    }
  }

  @Test
  void gemmStridedBatchedAndAccumulating() {
    // Two 1x2 by 2x1 products inside larger buffers; the element between the results stays.
    var geometry = new Gemm(1, 1, 2, false, false, new Gemm.Matrix(1, 9, 3), new Gemm.Matrix(0, 2, 1),
        new Gemm.Matrix(0, 1, 2), 2, 2f, 0.5f);
    var c = plain(new double[] {10, 77, 20}, 3);
    backend.gemm(geometry, plain(new double[] {9, 1, 2, 9, 3, 4}, 6), plain(new double[] {5, 6, 7, 8}, 4), c);
    assertArrayEquals(new double[] {2 * (5 + 14) + 5, 77, 2 * (18 + 32) + 10}, read(c));
    var fresh = freshPlain(1, 1);
    backend.gemm(Gemm.of(1, 1, 0, false, false, 0), freshPlain(1, 0), freshPlain(0, 1), fresh);
    assertArrayEquals(new double[] {0}, read(fresh), "an empty sum is 0 and beta 0 does not read C");
    assertThrows(IllegalArgumentException.class,
        () -> backend.gemm(Gemm.of(2, 2, 2, false, false, 0), freshPlain(2, 2), freshPlain(3), freshPlain(2, 2)));
    assertThrows(IllegalArgumentException.class,
        () -> backend.gemm(Gemm.of(1, 1, 1, false, false, 0), fresh, freshPlain(1), fresh));
  }

  @Test
  void convolutionByHand() {
    var x = image(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3);
    var w = plain(new double[] {1, 0, 0, -1}, 1, 1, 2, 2);
    var y = freshImage(1, 1, 2, 2);
    backend.conv2d(Conv2d.of(1, 0), x, w, plain(new double[] {10}, 1), y);
    assertArrayEquals(new double[] {6, 6, 6, 6}, read(y));
    var padded = freshImage(1, 1, 2, 2);
    backend.conv2d(Conv2d.of(2, 1), x, w, null, padded);
    assertArrayEquals(new double[] {-1, -3, -7, 5 - 9}, read(padded));
    // Depthwise: each channel meets its own weight.
    var depthwise = freshImage(1, 2, 1, 1);
    backend.conv2d(new Conv2d(1, 1, 0, 0, 1, 1, 2), image(new double[] {3, 5}, 1, 2, 1, 1),
        plain(new double[] {2, 7}, 2, 1, 1, 1), null, depthwise);
    assertArrayEquals(new double[] {6, 35}, read(depthwise));
  }

  @Test
  void convolutionWithWhatFollowsByHand() {
    var x = image(new double[] {1, -2}, 1, 1, 1, 2);
    var w = plain(new double[] {2, -3}, 2, 1, 1, 1);
    var bias = plain(new double[] {1, -1}, 2);
    var residual = image(new double[] {-4, 1, 10, 20}, 1, 2, 1, 2);
    var y = freshImage(1, 2, 1, 2);
    backend.conv2dFused(Conv2d.of(1, 0), x, w, new Epilogue(null, null, Activation.NONE, null), y);
    assertArrayEquals(new double[] {2, -4, -3, 6}, read(y));
    backend.conv2dFused(Conv2d.of(1, 0), x, w, new Epilogue(bias, residual, Activation.NONE, null), y);
    assertArrayEquals(new double[] {-1, -2, 6, 25}, read(y));
    backend.conv2dFused(Conv2d.of(1, 0), x, w, new Epilogue(bias, residual, Activation.RELU, null), y);
    assertArrayEquals(new double[] {0, 0, 6, 25}, read(y));
    backend.conv2dFused(Conv2d.of(1, 0), x, w, new Epilogue(bias, null, Activation.PRELU, plain(new double[] {0.5, 2}, 2)), y);
    assertArrayEquals(new double[] {3, -1.5, -8, 5}, read(y));
    backend.conv2dFused(Conv2d.of(1, 0), x, w, new Epilogue(bias, residual, Activation.PRELU, plain(new double[] {0.5}, 1)), y);
    assertArrayEquals(new double[] {-0.5, -1, 6, 25}, read(y));
    assertThrows(IllegalArgumentException.class, () -> new Epilogue(bias, null, Activation.PRELU, null));
    assertThrows(IllegalArgumentException.class, () -> new Epilogue(bias, null, Activation.RELU, bias));
  }

  @Test
  void batchNormByHand() {
    var x = plain(new double[] {1, 2, 3, 2}, 2, 2);
    var mean = freshPlain(2);
    var variance = freshPlain(2);
    var residual = plain(new double[] {0, 1, -5, -1}, 2, 2);
    backend.batchNorm(new BatchNorm.Forward(x, null, null, residual, mean, variance, residual, 3, true, true));
    assertArrayEquals(new double[] {2, 2}, read(mean));
    assertArrayEquals(new double[] {1, 0}, read(variance), "the biased variance");
    assertArrayEquals(new double[] {0, 1, 0, 0}, read(residual), "in the residual's memory: -1/2+0, 0+1, 1/2-5, 0-1, then ReLU");
    assertThrows(IllegalArgumentException.class,
        () -> backend.batchNorm(new BatchNorm.Forward(x, null, null, null, mean, variance, x, 3, true, true)));
  }

  @Test
  void maximaTakeTheFirstOfEqualsAndIgnorePadding() {
    var x = image(new double[] {-3, -1, -1, -2}, 1, 1, 2, 2);
    var y = freshImage(1, 1, 2, 2);
    var choice = choice(1, 1, 2, 2);
    backend.pool(new Pool.Max(2, 2, 2, 1), x, y, choice);
    assertArrayEquals(new double[] {-3, -1, -1, -2}, read(y), "padding is minus infinity, not 0");
    var all = freshImage(1, 1, 1, 1);
    var first = choice(1, 1, 1, 1);
    backend.pool(new Pool.AdaptiveMax(1, 1), x, all, first);
    assertArrayEquals(new int[] {1}, readInts(first));
    var gx = freshImage(1, 1, 2, 2);
    backend.poolBackward(new Pool.AdaptiveMax(1, 1), image(new double[] {5}, 1, 1, 1, 1), first, gx);
    assertArrayEquals(new double[] {0, 5, 0, 0}, read(gx));
    backend.pool(new Pool.AdaptiveMax(1, 1), image(new double[] {1, Double.NaN, 3, Double.NaN}, 1, 1, 2, 2), all, first);
    assertTrue(Double.isNaN(read(all)[0]));
    assertArrayEquals(new int[] {1}, readInts(first));
    backend.pool(new Pool.Max(2, 2, 1, 0), image(new double[] {-INF, -INF, -INF, -INF}, 1, 1, 2, 2), all, first);
    assertArrayEquals(new int[] {0}, readInts(first), "a window of minus infinities still chooses its first pixel");
    assertThrows(IllegalArgumentException.class, () -> backend.pool(new Pool.Max(2, 2, 2, 2), x, freshImage(1, 1, 3, 3), null));
  }

  @Test
  void averagesDivideByWhatTheyAreTold() {
    var x = image(new double[] {4, 8, 12, 16}, 1, 1, 2, 2);
    var y = freshImage(1, 1, 2, 2);
    backend.pool(new Pool.Average(2, 2, 2, 1, true), x, y, null);
    assertArrayEquals(new double[] {1, 2, 3, 4}, read(y));
    backend.pool(new Pool.Average(2, 2, 2, 1, false), x, y, null);
    assertArrayEquals(new double[] {4, 8, 12, 16}, read(y));
    var wide = freshImage(1, 1, 1, 3);
    backend.pool(new Pool.AdaptiveAverage(1, 3), image(new double[] {1, 2, 3, 4, 5}, 1, 1, 1, 5), wide, null);
    assertArrayEquals(new double[] {1.5, 3, 4.5}, read(wide), "windows [0,2) [1,4) [3,5)");
  }

  @Test
  void resizeByHand() {
    var x = image(new double[] {0, 4}, 1, 1, 1, 2);
    var y = freshImage(1, 1, 1, 4);
    backend.resizeBilinear(false, x, y);
    assertArrayEquals(new double[] {0, 1, 3, 4}, read(y));
    var aligned = freshImage(1, 1, 1, 3);
    backend.resizeBilinear(true, x, aligned);
    assertArrayEquals(new double[] {0, 2, 4}, read(aligned));
  }

  @Test
  void broadcasting() {
    var column = plain(new double[] {1, 2}, 2, 1);
    var row = plain(new double[] {10, 20, 30}, 1, 3);
    var y = freshPlain(2, 3);
    backend.binary(Binary.ADD, column, row, y);
    assertArrayEquals(new double[] {11, 21, 31, 12, 22, 32}, read(y));
    backend.binary(Binary.SUBTRACT, y, row, y);
    assertArrayEquals(new double[] {1, 1, 1, 2, 2, 2}, read(y), "in place");
    backend.binary(Binary.DIVIDE, row, column, y);
    assertArrayEquals(new double[] {10, 20, 30, 5, 10, 15}, read(y));
    var total = freshPlain(1, 3);
    backend.sum(y, total, 0.5);
    assertArrayEquals(new double[] {7.5, 15, 22.5}, read(total));
    var expanded = freshPlain(2, 2, 3);
    backend.expand(row, expanded);
    assertArrayEquals(new double[] {10, 20, 30, 10, 20, 30, 10, 20, 30, 10, 20, 30}, read(expanded));
    refused("binary", () -> backend.binary(Binary.ADD, row, plain(new double[2], 1, 2), y));
    refused("binary", () -> backend.binary(Binary.ADD, row, row, y));
    refused("binary", () -> backend.binary(Binary.ADD, column, row, freshImage(1, 1, 2, 3)));
    refused("sum", () -> backend.sum(y, freshPlain(2, 2), 1));
    refused("expand", () -> backend.expand(y, freshPlain(3, 3)));
  }

  @Test
  void movementGoesThereAndBack() {
    double[] values = random(1, 2, 3, 4);
    var x = plain(values, 2, 3, 4);
    var permuted = freshPlain(4, 2, 3);
    backend.permute(new int[] {2, 0, 1}, x, permuted);
    assertEquals(values[1 * 12 + 2 * 4 + 3], read(permuted)[3 * 6 + 1 * 3 + 2]);
    var back = freshPlain(2, 3, 4);
    backend.permute(new int[] {1, 2, 0}, permuted, back);
    assertArrayEquals(values, read(back));
    for (int axis = 0; axis < 3; axis++) {
      int[] head = {2, 3, 4};
      int[] tail = {2, 3, 4};
      head[axis] = 1;
      tail[axis] -= 1;
      var a = freshPlain(head);
      var b = freshPlain(tail);
      backend.slice(axis, 0, x, a);
      backend.slice(axis, 1, x, b);
      var joined = freshPlain(2, 3, 4);
      backend.concat(axis, new Buffer[] {a, b}, joined);
      assertArrayEquals(values, read(joined));
    }
    refused("permute", () -> backend.permute(new int[] {0, 0, 1}, x, permuted));
    refused("slice", () -> backend.slice(1, 3, x, freshPlain(2, 1, 4)));
    refused("concat", () -> backend.concat(0, new Buffer[] {x}, freshPlain(3, 3, 4)));
    refused("concat", () -> backend.concat(0, new Buffer[] {x, x}, freshPlain(3, 3, 4)));
  }

  @Test
  void unaryLimits() {
    double[] specials = {0.0, -0.0, INF, -INF, Double.NaN, 1e-320};
    assertArrayEquals(new double[] {0, 0, INF, 0, Double.NaN, 1e-320}, apply(Unary.RELU, specials));
    assertArrayEquals(new double[] {0.5, 0.5, 1, 0, Double.NaN, 0.5}, apply(Unary.SIGMOID, specials));
    assertArrayEquals(new double[] {0, 0, INF, INF, Double.NaN, 1e-320}, apply(Unary.ABS, specials));
    assertArrayEquals(new double[] {0, -0.0, 1, -1, Double.NaN, 0}, apply(new Unary.Clamp(-1, 1), specials), 1e-300);
    assertEquals(-1e-3 * 0.5, apply(Unary.GELU, new double[] {-1e-3})[0], 1e-6);
  }

  @Test
  void slopesAtKinks() {
    assertArrayEquals(new double[] {0, 0}, slopeAt(Unary.RELU, 0.0, -0.0));
    assertArrayEquals(new double[] {0.25}, slopeAt(new Unary.LeakyRelu(0.25), 0));
    assertArrayEquals(new double[] {0}, slopeAt(Unary.ABS, 0));
    assertArrayEquals(new double[] {INF}, slopeAt(Unary.SQRT, 0));
    assertArrayEquals(new double[] {1, 1, 0, 0}, slopeAt(new Unary.Clamp(-1, 1), -1, 1, -1.001, 1.001));
  }

  private double[] apply(Unary f, double[] x) {
    var buffer = plain(x, x.length);
    backend.unary(f, buffer, buffer);
    return read(buffer);
  }

  private double[] slopeAt(Unary f, double... x) {
    double[] ones = new double[x.length];
    Arrays.fill(ones, 1);
    var gx = plain(ones, x.length);
    backend.unaryBackward(f, plain(x, x.length), plain(apply(f, x), x.length), gx, gx);
    return read(gx);
  }

  @Test
  void axpbyAndSquares() {
    var x = plain(new double[] {1, 2, 3}, 3);
    var y = freshPlain(3);
    backend.axpby(2, x, 0, y);
    backend.axpby(1, x, -1, y);
    assertArrayEquals(new double[] {-1, -2, -3}, read(y), "beta 0 does not read the poison");
    assertEquals(14 + 14, backend.sumOfSquares(x, y));
    assertTrue(Double.isNaN(backend.sumOfSquares(x, freshPlain(1))));
  }

  @Test
  void dropoutIsAFunctionOfKeyAndIndex() {
    double[] ones = new double[10_000];
    Arrays.fill(ones, 1);
    var x = plain(ones, 100, 100);
    var y = freshPlain(100, 100);
    backend.dropout(0.3, 5, x, y);
    double[] first = read(y);
    int dropped = 0;
    for (int i = 0; i < first.length; i++) {
      assertEquals(CounterRandom.uniform(5, i) < 0.3 ? 0 : 1 / 0.7, first[i]);
      dropped += first[i] == 0 ? 1 : 0;
    }
    assertEquals(3000, dropped, 200, "five standard deviations are 229");
    backend.dropout(0.3, 5, x, x);
    assertArrayEquals(first, read(x));
    backend.upload(ones, x);
    backend.dropout(0.3, 6, x, y);
    assertTrue(!Arrays.equals(first, read(y)));
    backend.dropout(0, 6, x, y);
    assertArrayEquals(ones, read(y));
    double edge = CounterRandom.uniform(6, 3);
    backend.dropout(edge, 6, x, y);
    assertEquals(1 / (1 - edge), read(y)[3], "u < p drops, u = p does not");
    backend.dropout(Math.nextUp(edge), 6, x, y);
    assertEquals(0, read(y)[3]);
    refused("dropout", () -> backend.dropout(1.5, 6, x, y));
  }

  @Test
  void rowsByHand() {
    var p = plain(new double[] {0.5, 0.5, 0, 0, 0, 1}, 2, 3);
    var mean = freshPlain(2);
    var variance = freshPlain(2);
    backend.moments(10, p, mean, variance);
    assertArrayEquals(new double[] {10.5, 12}, read(mean));
    assertArrayEquals(new double[] {0.25, 0}, read(variance));
    backend.moments(0, p, mean, null);
    assertArrayEquals(new double[] {0.5, 2}, read(mean));
    var x = plain(new double[] {3, 4, 0, 0}, 2, 2);
    var norm = freshPlain(2, 1);
    backend.l2Norm(x, norm);
    assertArrayEquals(new double[] {5, 0}, read(norm));
    var gx = freshPlain(2, 2);
    backend.l2NormBackward(x, norm, plain(new double[] {10, 10}, 2), gx);
    assertArrayEquals(new double[] {6, 8, 0, 0}, read(gx), "a zero row has gradient 0");
    var standard = freshPlain(2, 2);
    var scale = freshPlain(2);
    backend.standardize(0.75, plain(new double[] {3, 4, -7, -7}, 2, 2), standard, scale);
    assertArrayEquals(new double[] {-0.5, 0.5, 0, 0}, read(standard), "variance 1/4 and eps 3/4; a constant row is 0");
    assertArrayEquals(new double[] {1, 1 / Math.sqrt(0.75)}, read(scale));
    var y = freshPlain(1, 2);
    backend.softmax(plain(new double[] {1000, -1000}, 1, 2), y);
    assertArrayEquals(new double[] {1, 0}, read(y));
    backend.logSoftmax(plain(new double[] {1000, -1000}, 1, 2), y);
    assertArrayEquals(new double[] {0, -2000}, read(y));
    refused("moments", () -> backend.moments(0, p, freshPlain(3), null));
    refused("softmax", () -> backend.softmax(p, freshPlain(3, 2)));
  }

  @Test
  void sgdWithoutMomentumNeedsNoVelocity() {
    Buffer[] p = {plain(new double[] {1, 2}, 2)};
    Buffer[] g = {plain(new double[] {10, 20}, 2)};
    backend.sgd(new OptimizerStep.Sgd(0.1, 0, 0.5, false, 1), p, g, null);
    assertArrayEquals(new double[] {1 - 0.1 * 10.5, 2 - 0.1 * 21}, read(p[0]), 1e-15);
    refused("sgd", () -> backend.sgd(new OptimizerStep.Sgd(0.1, 0.9, 0, false, 1), p, g, null));
    refused("adamW", () -> backend.adamW(new OptimizerStep.AdamW(0.1, 0.9, 0.99, 1e-8, 0, 0, 1), p, g, g, g));
  }

  @Test
  void firstAdamWStepIsTheSignTimesTheRate() {
    Buffer[] p = {plain(new double[] {1, -1}, 2)};
    Buffer[] m = {plain(new double[2], 2)};
    Buffer[] s = {plain(new double[2], 2)};
    Buffer[] g = {plain(new double[] {3, -7}, 2)};
    backend.adamW(new OptimizerStep.AdamW(0.01, 0.9, 0.999, 0, 0.1, 1, 1), p, g, m, s);
    assertArrayEquals(new double[] {1 - 0.001 - 0.01, -1 + 0.001 + 0.01}, read(p[0]), 1e-15);
    assertArrayEquals(new double[] {0.3, -0.7}, read(m[0]), 1e-15);
    assertArrayEquals(new double[] {0.009, 0.049}, read(s[0]), 1e-15);
  }

  @Test
  void bytesBecomeNormalisedReals() {
    var x = backend.allocate(ElementType.UINT8, Kind.IMAGE, 1, 2, 1, 2);
    backend.upload(new byte[] {0, -1, 51, 102}, x);
    var y = freshImage(1, 2, 1, 2);
    backend.normalizeBytes(x, new float[] {0.5f, 0}, new float[] {0.5f, 0.25f}, y);
    assertArrayEquals(new double[] {-1, 1, 0.8, 1.6}, read(y), 1e-15);
    refused("normalizeBytes", () -> backend.normalizeBytes(x, new float[1], new float[1], y));
  }

  @Test
  void messagesNameTheKernelAndBothShapes() {
    var e = refused("conv2d", () -> backend.conv2d(Conv2d.of(1, 1), freshImage(8, 3, 4, 4), freshPlain(64, 64, 3, 3), null,
        freshImage(8, 64, 4, 4)));
    assertTrue(e.getMessage().contains("[64, 64, 3, 3]") && e.getMessage().contains("[8, 3, 4, 4]"), e.getMessage());
    refused("conv2d", () -> backend.conv2d(Conv2d.of(1, 1), freshImage(1, 1, 4, 4), freshPlain(1, 1, 3, 3), null,
        freshImage(1, 1, 3, 4)));
    refused("unary", () -> backend.unary(Unary.RELU, freshPlain(2), freshPlain(3)));
    refused("unary", () -> backend.unary(Unary.RELU, freshPlain(1, 1, 1, 1), freshImage(1, 1, 1, 1)));
    refused("prelu", () -> backend.prelu(freshPlain(2, 3), freshPlain(2), freshPlain(2, 3)));
    refused("linear", () -> backend.linear(freshPlain(2, 3), freshPlain(4, 2), null, freshPlain(2, 4)));
    refused("batchNorm", () -> backend.batchNorm(new BatchNorm.Forward(freshPlain(2, 3), freshPlain(2), null, null, freshPlain(3),
        freshPlain(3), freshPlain(2, 3), 0, false, false)));
    refused("resizeBilinear", () -> backend.resizeBilinear(false, freshImage(1, 2, 2, 2), freshImage(1, 3, 2, 2)));
    refused("poolBackward", () -> backend.poolBackward(new Pool.AdaptiveMax(1, 1), freshImage(1, 1, 1, 1), choice(1, 1, 1, 1),
        freshImage(1, 1, 2, 2)));
  }

  private static IllegalArgumentException refused(String kernel, Executable call) {
    var e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().startsWith("[" + kernel + "] "), e.getMessage());
    return e;
  }
}
