package dev.mien.kernels.reference;

import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Pool;
import dev.mien.kernels.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every backward kernel against central differences of its forward kernel: h = 1e-5, 1e-7 of the largest element. */
class ReferenceGradientTest extends Fixture {
  private static final double H = 1e-5;
  private static final double TOLERANCE = 1e-7;

  /** Compares d sum(weights * forward(inputs)) / d inputs with what {@code backward} makes of the weights. */
  private static void check(String what, Function<double[][], double[]> forward,
                            BiFunction<double[][], double[], double[][]> backward, double[]... inputs) {
    double[] weights = random(99, forward.apply(inputs).length);
    double[][] analytic = backward.apply(inputs, weights);
    for (int k = 0; k < inputs.length; k++) {
      double[] numeric = new double[inputs[k].length];
      for (int i = 0; i < numeric.length; i++) {
        double value = inputs[k][i];
        inputs[k][i] = value + H;
        double up = dot(weights, forward.apply(inputs));
        inputs[k][i] = value - H;
        double down = dot(weights, forward.apply(inputs));
        inputs[k][i] = value;
        numeric[i] = (up - down) / (2 * H);
      }
      assertClose(what + " input " + k, numeric, analytic[k], TOLERANCE);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
      // n, inC, h, w, outC, kH, kW, stride, padding, dilation, groups
      "1,1,3,3,1,3,3,1,0,1,1", "2,3,5,4,4,3,3,1,1,1,1", "1,2,6,5,2,3,2,2,1,1,1", "1,4,5,5,6,2,3,1,2,2,2",
      "2,3,4,5,3,3,3,1,1,1,3", "1,2,5,5,4,3,3,2,1,1,2", "2,3,3,2,2,1,1,1,0,1,1", "1,2,7,7,1,1,1,3,0,1,1",
      "1,1,2,2,1,5,5,1,2,1,1", "1,2,4,4,2,3,3,3,4,1,1"})
  void convolution(int n, int inC, int h, int w, int outC, int kH, int kW, int stride, int padding, int dilation, int groups) {
    var g = new Conv2d(stride, stride + (h + w) % 2, padding, padding, dilation, dilation, groups);
    int[] in = {n, inC, h, w};
    int[] weight = {outC, inC / groups, kH, kW};
    int[] out = {n, outC, g.outHeight(h, kH), g.outWidth(w, kW)};
    check(g.toString(), v -> {
      var y = freshImage(out);
      backend.conv2d(g, image(v[0], in), plain(v[1], weight), plain(v[2], outC), y);
      return read(y);
    }, (v, gy) -> {
      var gx = freshImage(in);
      var gw = freshPlain(weight);
      var gBias = freshPlain(outC);
      backend.conv2dGradInput(g, image(gy, out), plain(v[1], weight), gx);
      backend.conv2dGradWeight(g, image(v[0], in), image(gy, out), gw, gBias);
      return new double[][] {read(gx), read(gw), read(gBias)};
    }, random(1, in), random(2, weight), random(3, outC));
  }

  @ParameterizedTest
  @CsvSource({"true,true,true,true", "true,false,false,true", "true,true,false,true", "false,true,true,true",
      "false,false,false,true", "true,false,true,false", "false,true,false,false"})
  void batchNorm(boolean train, boolean relu, boolean residual, boolean isImage) {
    int[] dims = isImage ? new int[] {3, 2, 2, 3} : new int[] {6, 3};
    int c = dims[1];
    check("batchNorm", v -> {
      var y = like(isImage, null, dims);
      normalize(v, train, relu, residual, isImage, dims, y);
      return read(y);
    }, (v, gy) -> {
      var y = like(isImage, null, dims);
      var call = normalize(v, train, relu, residual, isImage, dims, y);
      var gx = like(isImage, null, dims);
      var gResidual = residual ? like(isImage, null, dims) : null;
      var gGamma = freshPlain(c);
      var gBeta = freshPlain(c);
      backend.batchNormBackward(new BatchNorm.Backward(call.x(), call.gamma(), call.beta(), call.mean(), call.variance(),
          relu && residual ? y : null, like(isImage, gy, dims), gx, gGamma, gBeta, gResidual, call.eps(), relu, train));
      return new double[][] {read(gx), read(gGamma), read(gBeta), residual ? read(gResidual) : new double[v[3].length]};
    }, random(4, dims), random(5, c), random(6, c), random(7, dims));
  }

  private BatchNorm.Forward normalize(double[][] v, boolean train, boolean relu, boolean residual, boolean isImage, int[] dims,
                                      Buffer y) {
    int c = dims[1];
    var mean = train ? freshPlain(c) : plain(random(8, c), c);
    var variance = train ? freshPlain(c) : plain(new double[] {0.5, 1.25, 2}, 3);
    if (!train && c != 3) {
      variance = plain(new double[] {0.5, 1.25}, 2);
    }
    var call = new BatchNorm.Forward(like(isImage, v[0], dims), plain(v[1], c), plain(v[2], c),
        residual ? like(isImage, v[3], dims) : null, mean, variance, y, 0.01, relu, train);
    backend.batchNorm(call);
    return call;
  }

  private Buffer like(boolean isImage, double[] values, int... dims) {
    if (values == null) {
      return isImage ? freshImage(dims) : freshPlain(dims);
    }
    return isImage ? image(values, dims) : plain(values, dims);
  }

  @Test
  void pools() {
    Pool[] pools = {new Pool.Max(2, 2, 2, 0), new Pool.Max(3, 3, 2, 1), new Pool.Max(3, 2, 1, 1), new Pool.Max(1, 1, 2, 0),
        new Pool.Average(2, 2, 2, 0, true), new Pool.Average(3, 3, 2, 1, true), new Pool.Average(3, 3, 2, 1, false),
        new Pool.AdaptiveAverage(1, 1), new Pool.AdaptiveAverage(3, 2), new Pool.AdaptiveAverage(8, 7),
        new Pool.AdaptiveMax(1, 1), new Pool.AdaptiveMax(3, 4)};
    for (var pool : pools) {
      for (int[] in : new int[][] {{1, 1, 6, 6}, {2, 2, 5, 7}}) {
        int[] out = {in[0], in[1], pool.outHeight(in[2]), pool.outWidth(in[3])};
        check(pool.toString(), v -> {
          var y = freshImage(out);
          backend.pool(pool, image(v[0], in), y, null);
          return read(y);
        }, (v, gy) -> {
          var choice = choice(out);
          backend.pool(pool, image(v[0], in), freshImage(out), choice);
          var gx = freshImage(in);
          backend.poolBackward(pool, image(gy, out), choice, gx);
          return new double[][] {read(gx)};
        }, distinct(11, in));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void resize(boolean alignCorners) {
    int[] in = {1, 2, 4, 5};
    for (int[] size : new int[][] {{8, 10}, {2, 3}, {4, 5}, {1, 9}, {7, 1}, {3, 13}}) {
      int[] out = {1, 2, size[0], size[1]};
      check("resize to " + size[0] + "x" + size[1], v -> {
        var y = freshImage(out);
        backend.resizeBilinear(alignCorners, image(v[0], in), y);
        return read(y);
      }, (v, gy) -> {
        var gx = freshImage(in);
        backend.resizeBilinearBackward(alignCorners, image(gy, out), gx);
        return new double[][] {read(gx)};
      }, random(12, in));
    }
  }

  @Test
  void unaries() {
    List<Unary> functions = new ArrayList<>(List.of(Unary.RELU, Unary.SIGMOID, Unary.TANH, Unary.GELU, Unary.SILU, Unary.EXP,
        Unary.SQUARE, Unary.ABS, new Unary.LeakyRelu(0.2), new Unary.Affine(-3, 2), new Unary.Clamp(-0.5, 0.4)));
    for (var f : functions) {
      unary(f, distinct(13, 40));
    }
    double[] positive = random(14, 20);
    for (int i = 0; i < positive.length; i++) {
      positive[i] = 1.5 + positive[i];
    }
    unary(Unary.LOG, positive);
    unary(Unary.SQRT, positive);
  }

  private void unary(Unary f, double[] x) {
    int n = x.length;
    check(f.toString(), v -> {
      var y = freshPlain(n);
      backend.unary(f, plain(v[0], n), y);
      return read(y);
    }, (v, gy) -> {
      var in = plain(v[0], n);
      var y = freshPlain(n);
      backend.unary(f, in, y);
      var gx = freshPlain(n);
      backend.unaryBackward(f, in, y, plain(gy, n), gx);
      return new double[][] {read(gx)};
    }, x);
  }

  @ParameterizedTest
  @CsvSource({"1,2", "3,3"})
  void prelu(int slopes, int channels) {
    int[] dims = {2, channels, 3, 2};
    check("prelu", v -> {
      var y = freshImage(dims);
      backend.prelu(image(v[0], dims), plain(v[1], slopes), y);
      return read(y);
    }, (v, gy) -> {
      var gx = freshImage(dims);
      var gSlope = freshPlain(slopes);
      backend.preluBackward(image(v[0], dims), plain(v[1], slopes), image(gy, dims), gx, gSlope);
      return new double[][] {read(gx), read(gSlope)};
    }, distinct(15, dims), random(16, slopes));
  }

  @Test
  void rows() {
    int[] dims = {2, 3, 5};
    check("softmax", v -> {
      var y = freshPlain(dims);
      backend.softmax(plain(v[0], dims), y);
      return read(y);
    }, (v, gy) -> {
      var y = freshPlain(dims);
      backend.softmax(plain(v[0], dims), y);
      var gx = freshPlain(dims);
      backend.softmaxBackward(y, plain(gy, dims), gx);
      return new double[][] {read(gx)};
    }, random(17, dims));
    check("logSoftmax", v -> {
      var y = freshPlain(dims);
      backend.logSoftmax(plain(v[0], dims), y);
      return read(y);
    }, (v, gy) -> {
      var y = freshPlain(dims);
      backend.logSoftmax(plain(v[0], dims), y);
      var gx = freshPlain(dims);
      backend.logSoftmaxBackward(y, plain(gy, dims), gx);
      return new double[][] {read(gx)};
    }, random(18, dims));
    check("l2Norm", v -> {
      var norm = freshPlain(2, 3);
      backend.l2Norm(plain(v[0], dims), norm);
      return read(norm);
    }, (v, gy) -> {
      var x = plain(v[0], dims);
      var norm = freshPlain(2, 3);
      backend.l2Norm(x, norm);
      var gx = freshPlain(dims);
      backend.l2NormBackward(x, norm, plain(gy, 2, 3), gx);
      return new double[][] {read(gx)};
    }, random(19, dims));
    check("standardize", v -> {
      var y = freshPlain(dims);
      backend.standardize(1e-5, plain(v[0], dims), y, freshPlain(2, 3));
      return read(y);
    }, (v, gy) -> {
      var y = freshPlain(dims);
      var scale = freshPlain(2, 3);
      backend.standardize(1e-5, plain(v[0], dims), y, scale);
      var gx = freshPlain(dims);
      backend.standardizeBackward(y, scale, plain(gy, dims), gx);
      return new double[][] {read(gx)};
    }, random(20, dims));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 16, -2.5})
  void moments(double start) {
    int[] dims = {4, 5};
    // Not normalised on purpose: the gradient holds for any p.
    check("moments", v -> {
      var mean = freshPlain(4);
      var variance = freshPlain(4);
      backend.moments(start, plain(v[0], dims), mean, variance);
      double[] both = new double[8];
      System.arraycopy(read(mean), 0, both, 0, 4);
      System.arraycopy(read(variance), 0, both, 4, 4);
      return both;
    }, (v, gy) -> {
      var gp = freshPlain(dims);
      backend.momentsBackward(start, plain(v[0], dims), plain(Arrays.copyOf(gy, 4), 4),
          plain(Arrays.copyOfRange(gy, 4, 8), 4), gp);
      return new double[][] {read(gp)};
    }, random(20, dims));
  }

  @Test
  void sumIsTheAdjointOfExpandAndDropoutOfItself() {
    int[] small = {2, 1, 3, 1};
    int[] large = {2, 4, 3, 2};
    check("expand", v -> {
      var y = freshImage(large);
      backend.expand(image(v[0], small), y);
      return read(y);
    }, (v, gy) -> {
      var gx = freshImage(small);
      backend.sum(image(gy, large), gx, 1);
      return new double[][] {read(gx)};
    }, random(21, small));
    check("dropout", v -> {
      var y = freshImage(large);
      backend.dropout(0.4, 77, image(v[0], large), y);
      return read(y);
    }, (v, gy) -> {
      var gx = freshImage(large);
      backend.dropout(0.4, 77, image(gy, large), gx);
      return new double[][] {read(gx)};
    }, random(22, large));
  }

  @Test
  void linearAndGemmAgreeWithTheirAdjoints() {
    check("linear", v -> {
      var y = freshPlain(3, 2);
      backend.linear(plain(v[0], 3, 4), plain(v[1], 2, 4), plain(v[2], 2), y);
      return read(y);
    }, (v, gy) -> {
      var gx = freshPlain(3, 4);
      var gw = freshPlain(2, 4);
      var gBias = freshPlain(1, 2);
      backend.gemm(Gemm.of(3, 4, 2, false, false, 0), plain(gy, 3, 2), plain(v[1], 2, 4), gx);
      backend.gemm(Gemm.of(2, 4, 3, true, false, 0), plain(gy, 3, 2), plain(v[0], 3, 4), gw);
      backend.sum(plain(gy, 3, 2), gBias, 1);
      return new double[][] {read(gx), read(gw), read(gBias)};
    }, random(23, 3, 4), random(24, 2, 4), random(25, 2));
  }

  @Test
  void quotientsByTheirParts() {
    // gA = g / b, gB = -g * y / b, built from the kernels themselves.
    int[] dims = {2, 3};
    double[] divisor = {1.5, -2, 0.75, 1.25, 3, -0.5};
    check("divide", v -> {
      var y = freshPlain(dims);
      backend.binary(Binary.DIVIDE, plain(v[0], dims), plain(v[1], dims), y);
      return read(y);
    }, (v, gy) -> {
      var b = plain(v[1], dims);
      var y = freshPlain(dims);
      backend.binary(Binary.DIVIDE, plain(v[0], dims), b, y);
      var ga = freshPlain(dims);
      backend.binary(Binary.DIVIDE, plain(gy, dims), b, ga);
      backend.binary(Binary.MULTIPLY, y, ga, y);
      backend.axpby(-1, y, 0, y);
      return new double[][] {read(ga), read(y)};
    }, random(26, dims), divisor);
  }
}
