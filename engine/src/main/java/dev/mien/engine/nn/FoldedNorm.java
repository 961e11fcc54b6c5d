package dev.mien.engine.nn;

import dev.mien.engine.ops.Convolution;
import dev.mien.engine.tensor.Derived;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.engine.tensor.Variable;
import dev.mien.kernels.Backend;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Epilogue.Activation;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A convolution with the batch norm behind it as one convolution, for inference: with {@code s = gamma / sqrt(variance + eps)} the weight
 * is {@code s w} and the bias {@code beta + s (b - mean)}. Worked out on the device once for each state of the variables.
 */
final class FoldedNorm {
  private static final int WEIGHT = 0;
  private static final int BIAS = 1;

  private final Parameter weight;
  private final Parameter bias;
  private final Convolution.Options options;
  private final BatchNorm norm;
  private final Derived derived;

  FoldedNorm(Parameter weight, Parameter bias, Convolution.Options options, BatchNorm norm) {
    this.weight = weight;
    this.bias = bias;
    this.options = options;
    this.norm = norm;
    this.derived = new Derived(Stream.<Variable>of(weight, bias, norm.weight(), norm.bias(), norm.runningMean(), norm.runningVar())
        .filter(Objects::nonNull).toList(), this::fold);
  }

  BatchNorm norm() {
    return norm;
  }

  /**
   * {@code act(norm(conv(x)) + residual)}.
   *
   * @param shape of the result
   * @param slope of PRELU, otherwise null
   */
  Tensor apply(Tensor x, Shape shape, Tensor residual, Activation activation, Parameter slope) {
    var call = OpCall.of("convNormAct", x, weight.value(), residual, slope == null ? null : slope.value());
    var y = call.result(shape, Kind.IMAGE);
    try (var lease = derived.lease()) {
      var epilogue = new Epilogue(lease.buffer(BIAS), residual == null ? null : residual.buffer(), activation,
          slope == null ? null : slope.value().buffer());
      call.kernels().conv2dFused(options.geometry(), x.buffer(), lease.buffer(WEIGHT), epilogue, y.buffer());
    }
    return y;
  }

  private Buffer[] fold(Backend k) {
    int out = weight.shape().dim(0);
    int rest = (int) (weight.shape().count() / Math.max(1, out));
    Buffer scale = null;
    Buffer foldedBias = null;
    Buffer foldedWeight = null;
    boolean done = false;
    try {
      scale = k.allocate(ElementType.REAL, Kind.PLAIN, out);
      scale(k, scale);
      foldedBias = k.allocate(ElementType.REAL, Kind.PLAIN, out);
      shift(k, scale, foldedBias);
      foldedWeight = k.allocate(ElementType.REAL, Kind.PLAIN, weight.shape().toArray());
      k.binary(Binary.MULTIPLY, k.view(weight.value().buffer(), out, rest), k.view(scale, out, 1), k.view(foldedWeight, out, rest));
      done = true;
      return new Buffer[] {foldedWeight, foldedBias};
    } finally {
      Stream.of(scale, done ? null : foldedBias, done ? null : foldedWeight).filter(Objects::nonNull).forEach(k::release);
    }
  }

  /** {@code gamma / sqrt(variance + eps)}. */
  private void scale(Backend k, Buffer scale) {
    k.unary(new Unary.Affine(1, norm.eps()), norm.runningVar().value().buffer(), scale);
    k.unary(Unary.SQRT, scale, scale);
    if (norm.weight() != null) {
      k.binary(Binary.DIVIDE, norm.weight().value().buffer(), scale, scale);
    } else {
      var one = k.allocate(ElementType.REAL, Kind.PLAIN, 1);
      try {
        k.fill(one, 1);
        k.binary(Binary.DIVIDE, one, scale, scale);
      } finally {
        k.release(one);
      }
    }
  }

  /** {@code beta + scale (b - mean)}. */
  private void shift(Backend k, Buffer scale, Buffer shift) {
    var mean = norm.runningMean().value().buffer();
    if (bias == null) {
      k.unary(new Unary.Affine(-1, 0), mean, shift);
    } else {
      k.binary(Binary.SUBTRACT, bias.value().buffer(), mean, shift);
    }
    k.binary(Binary.MULTIPLY, shift, scale, shift);
    if (norm.bias() != null) {
      k.axpby(1, norm.bias().value().buffer(), 1, shift);
    }
  }
}
