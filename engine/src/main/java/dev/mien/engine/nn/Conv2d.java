package dev.mien.engine.nn;

import dev.mien.engine.ops.Convolution;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;

/**
 * Two-dimensional convolution, {@code [N, inChannels, H, W] -> [N, outChannels, H', W']} (see {@link Convolution#conv2d}). Parameters
 * {@code weight [out, in/groups, k, k]} (Kaiming normal, fan out) and {@code bias [out]} (zero) where wanted.
 */
public final class Conv2d extends Module {
  private final Convolution.Options options;
  private final Parameter weight;
  private final Parameter bias;
  private FoldedNorm folded;

  /** Without bias, as before a batch norm. */
  public Conv2d(int inChannels, int outChannels, int kernelSize, Convolution.Options options, Rng rng) {
    this(inChannels, outChannels, kernelSize, options, false, rng);
  }

  /**
   * @throws IllegalArgumentException when an extent is below 1 or the channels do not divide into the groups
   */
  public Conv2d(int inChannels, int outChannels, int kernelSize, Convolution.Options options, boolean withBias, Rng rng) {
    if (inChannels < 1 || outChannels < 1 || kernelSize < 1 || options.groups() < 1 || inChannels % options.groups() != 0
        || outChannels % options.groups() != 0) {
      throw new IllegalArgumentException("[conv2d] channels and kernel size are at least 1, and the groups divide both channels: "
          + inChannels + " in, " + outChannels + " out, kernel " + kernelSize + ", groups " + options.groups());
    }
    this.options = options;
    weight = parameter("weight", Init.kaimingFanOut(rng, outChannels, inChannels / options.groups(), kernelSize, kernelSize));
    bias = withBias ? parameter("bias", Init.constant(0, outChannels)) : null;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    if (context.infers(x)) {
      try (var reading = weight.readFrozen()) {
        return convolve(x, context);
      }
    }
    return convolve(x, context);
  }

  private Tensor convolve(Tensor x, Context context) {
    return Convolution.conv2d(x, weight.in(context), bias == null ? null : bias.in(context), options);
  }

  /** The shape of the result; a wrong input is told under this layer's path. */
  Shape resultShape(Tensor x, Context context) {
    return within(context, () -> Convolution.resultShape(x, weight.shape(), bias == null ? null : bias.shape(), options));
  }

  /** This convolution with a norm folded into it; null when the two do not fit or another norm came first. */
  synchronized FoldedNorm foldedWith(BatchNorm norm) {
    if (folded == null && norm.runningMean().shape().equals(Shape.of(weight.shape().dim(0)))) {
      folded = new FoldedNorm(weight, bias, options, norm);
    }
    return folded != null && folded.norm() == norm ? folded : null;
  }
}
