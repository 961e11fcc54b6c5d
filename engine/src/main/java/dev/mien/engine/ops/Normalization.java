package dev.mien.engine.ops;

import dev.mien.engine.tensor.BackwardCall;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/**
 * Batch normalisation (Ioffe and Szegedy 2015), with an optional residual and ReLU in the same pass over memory, and layer normalisation (Ba
 * et al. 2016).
 */
public final class Normalization {
  private Normalization() {}

  /**
   * What belongs to the layer.
   *
   * @param gamma scale {@code [C]} or null
   * @param beta shift {@code [C]} or null
   * @param runningMean moving average of the mean
   * @param runningVariance moving average of the unbiased variance
   * @param eps added to the variance
   * @param momentum weight of the new batch in the moving averages
   */
  public record Layer(Tensor gamma, Tensor beta, State runningMean, State runningVariance, double eps, double momentum) {}

  /** {@code y = (x - mean) / sqrt(variance + eps) * gamma + beta}; x {@code [N, C, H, W]} or {@code [N, C]}. */
  public static Tensor batchNorm(Tensor x, Layer layer, Context context) {
    return batchNorm(x, layer, null, false, context);
  }

  /**
   * {@code y = act(batchNorm(x) + residual)}: residual may be null, act is ReLU when asked. In training the statistics are the batch's
   * (biased variance), and the context is told to move the running ones; in eval the running ones are used.
   */
  public static Tensor batchNorm(Tensor x, Layer layer, Tensor residual, boolean relu, Context context) {
    check(x, layer, residual);
    int channels = x.shape().dim(1);
    long perChannel = channels == 0 ? 0 : x.shape().count() / channels;
    boolean train = context.training();
    Check.that(!train || perChannel > 1, "[batchNorm] needs more than one value per channel to train, got input %s", x.shape());
    var call = OpCall.of("batchNorm", x, layer.gamma, layer.beta, residual);
    var y = call.result(x.shape());
    var vector = Shape.of(channels);
    var mean = train ? call.result(vector, Kind.PLAIN, ElementType.REAL) : layer.runningMean.value();
    var variance = train ? call.result(vector, Kind.PLAIN, ElementType.REAL) : layer.runningVariance.value();
    call.kernels().batchNorm(new BatchNorm.Forward(x.buffer(), buffer(layer.gamma), buffer(layer.beta), buffer(residual),
        mean.buffer(), variance.buffer(), y.buffer(), layer.eps, relu, train));
    if (train) {
      double unbiased = (double) perChannel / (perChannel - 1);
      context.update(() -> {
        move(layer.runningMean, mean, layer.momentum, 1);
        move(layer.runningVariance, variance, layer.momentum, unbiased);
      }, mean, variance);
    }
    boolean masked = relu && residual != null; // without a residual the mask follows from x
    return call.record(y, g -> {
      // The residual first: what it takes of the result's gradient is not free for x's any more.
      var gResidual = relu ? g.gradientInPlace(3) : passed(g);
      g.kernels().batchNormBackward(new BatchNorm.Backward(g.saved(0), g.saved(1), g.saved(2), g.saved(3), g.saved(4), g.saved(5),
          g.gradient(), g.gradientInPlace(0), g.gradientOf(1), g.gradientOf(2), gResidual, layer.eps, relu, train));
    }, x, layer.gamma, layer.beta, mean, variance, masked ? y : null);
  }

  /**
   * {@code y = (x - mean) / sqrt(variance + eps) * gamma + beta} along the last axis, with the biased variance of each row; x {@code [.., C]} of
   * rank 2 or more, row-major.
   *
   * @param gamma scale {@code [C]} or null
   * @param beta shift {@code [C]} or null
   */
  public static Tensor layerNorm(Tensor x, Tensor gamma, Tensor beta, double eps) {
    int rank = x.shape().rank();
    Check.that(rank >= 2 && !x.isImage(), "[layerNorm] input must be row-major of rank 2 or more, got %s%s: turn it with Layouts.plain", x.shape(),
        x.isImage() ? ", an image" : "");
    var features = Shape.of(x.shape().dim(-1));
    Check.that(x.shape().dim(-1) > 0 && fits(gamma, features) && fits(beta, features), "[layerNorm] input %s needs scale and shift of shape %s, got "
        + "%s and %s", x.shape(), features, gamma == null ? "none" : gamma.shape(), beta == null ? "none" : beta.shape());
    Check.that(eps > 0, "[layerNorm] eps must be positive, got %s", eps);
    var y = standardize(x, eps);
    y = gamma == null ? y : Arithmetic.multiply(y, row(x.attach(gamma), rank));
    return beta == null ? y : Arithmetic.add(y, row(x.attach(beta), rank));
  }

  /** {@code y = (x - mean) / sqrt(variance + eps)} along the last axis, with the biased variance of each row; x {@code [.., C]}, row-major. */
  public static Tensor standardize(Tensor x, double eps) {
    Check.that(!x.isImage() && x.shape().rank() >= 1 && x.shape().dim(-1) >= 1, "[standardize] needs row-major [.., C] with C >= 1, got %s", x.shape());
    Check.that(eps > 0, "[standardize] eps must be positive, got %s", eps);
    var call = OpCall.of("standardize", x);
    var y = call.result(x.shape());
    var scale = call.result(Shape.of(Math.toIntExact(x.shape().count() / x.shape().dim(-1))));
    call.kernels().standardize(eps, x.buffer(), y.buffer(), scale.buffer());
    return call.record(y, g -> g.kernels().standardizeBackward(g.saved(0), g.saved(1), g.gradient(), g.gradientOf(0)), y, scale);
  }

  /** {@code [C]} as {@code [1, .., 1, C]}. */
  private static Tensor row(Tensor vector, int rank) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[rank - 1] = vector.shape().dim(0);
    return Layouts.reshape(vector, dims);
  }

  private static void check(Tensor x, Layer layer, Tensor residual) {
    int rank = x.shape().rank();
    Check.that(rank == 2 || rank == 4, "[batchNorm] input must be [N, C, H, W] or [N, C], got %s", x.shape());
    if (rank == 4) {
      Check.image("batchNorm", x);
    }
    var features = Shape.of(x.shape().dim(1));
    var mean = layer.runningMean.shape();
    Check.that(mean.equals(features),
        "[batchNorm] input has %d channels, the layer %s: input %s. Did the layer get the right number of features?",
        x.shape().dim(1), mean.rank() == 1 ? mean.dim(0) : mean, x.shape());
    Check.that(layer.runningVariance.shape().equals(features) && fits(layer.gamma, features) && fits(layer.beta, features),
        "[batchNorm] scale, shift and running variance must have the running mean's shape %s, got %s, %s and %s", features,
        layer.gamma == null ? "none" : layer.gamma.shape(), layer.beta == null ? "none" : layer.beta.shape(),
        layer.runningVariance.shape());
    Check.that(fits(residual, x.shape()) && (residual == null || residual.isImage() == x.isImage()),
        "[batchNorm] residual %s differs from input %s in shape or kind", residual == null ? "" : residual.shape(), x.shape());
  }

  private static boolean fits(Tensor t, Shape shape) {
    return t == null || t.shape().equals(shape);
  }

  /** Without ReLU the residual's gradient is the result's: nothing to compute. */
  private static Buffer passed(BackwardCall g) {
    g.pass(3);
    return null;
  }

  private static void move(State state, Tensor batch, double momentum, double factor) {
    var value = state.valueForUpdate();
    value.device().backend().axpby(momentum * factor, batch.buffer(), 1 - momentum, value.buffer());
    state.changed();
  }

  private static Buffer buffer(Tensor t) {
    return t == null ? null : t.buffer();
  }
}
