package dev.mien.models.head;

import dev.mien.engine.nn.Init;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.MarginLogits.Beyond;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.Tensor;

/**
 * AdaFace (Kim et al. 2022, equations 14-18, as the released code has them): the margin follows the length of the features, a stand-in for the
 * quality of the picture. With n = clamp(|z|, 0.001, 100), held constant, and moving averages mu, sigma of its batch mean and deviation:
 *
 * <pre>
 *   q = clamp(h (n - mu) / (sigma + 1e-3), -1, 1)      g = -m q      a = m + m q
 *   logit of the own identity = s (cos(clamp(theta + g, eps, pi - eps)) - a)
 * </pre>
 *
 * q = -1 is ArcFace, q = 0 CosFace. The averages start at 20 and 100 and move by 1 %, so the first few hundred steps are CosFace.
 */
public final class AdaFaceHead extends MarginHead {
  private static final double EPS = 1e-3;
  private static final double SHORTEST = 0.001;
  private static final double LONGEST = 100;

  private final Options options;
  private final State mean;
  private final State deviation;
  private final State begun;

  /**
   * @param scale s
   * @param margin m
   * @param h how many deviations of the norm reach q = 1/h
   * @param rate weight of the new batch in the averages, t_alpha
   * @param initFromFirstBatch whether the averages begin with the first batch's instead of 20 and 100: for runs of a few hundred steps
   * @param straightThrough whether the margin is left out of the gradient, as in CVLface
   */
  public record Options(double scale, double margin, double h, double rate, boolean initFromFirstBatch, boolean straightThrough) {
    /** Of the released code: 64, 0.4, 0.333, 0.01. */
    public static final Options PAPER = new Options(64, 0.4, 0.333, 0.01, false, false);

    public Options withScale(double s) {
      return new Options(s, margin, h, rate, initFromFirstBatch, straightThrough);
    }

    public Options withMargin(double m) {
      return new Options(scale, m, h, rate, initFromFirstBatch, straightThrough);
    }

    public Options withH(double value) {
      return new Options(scale, margin, value, rate, initFromFirstBatch, straightThrough);
    }

    public Options fromFirstBatch() {
      return new Options(scale, margin, h, rate, true, straightThrough);
    }

    public Options straight() {
      return new Options(scale, margin, h, rate, initFromFirstBatch, true);
    }
  }

  public AdaFaceHead(int classes, int features, Options options, Rng rng) {
    super(classes, features, new MarginLogits.Rule(options.scale, 1 - EPS, Beyond.CLIP, EPS, options.straightThrough), rng);
    this.options = options;
    mean = state("batch_mean", Init.constant(20, 1));
    deviation = state("batch_std", Init.constant(100, 1));
    begun = state("begun", Init.constant(0, 1));
  }

  @Override
  Margins margins(Tensor norms, Tensor cosines, Tensor labels, Context context) {
    var n = Elementwise.clamp(norms.detached(), SHORTEST, LONGEST);
    int count = n.shape().dim(0);
    var mu = mean.value();
    var sigma = deviation.value();
    if (context.training()) {
      if (count < 2) {
        throw new IllegalArgumentException("[adaface] a batch of one face has no deviation of norms; train with batches of 2 or more");
      }
      var batchMean = Reductions.mean(n, 0);
      var squares = Reductions.sum(Elementwise.square(Arithmetic.subtract(n, batchMean)), 0);
      var batchDeviation = Elementwise.sqrt(Elementwise.scale(squares, 1.0 / (count - 1)));
      mu = moved(mean, batchMean, context);
      sigma = moved(deviation, batchDeviation, context);
      if (options.initFromFirstBatch) {
        var one = Elementwise.affine(batchMean, 0, 1);
        context.update(() -> begun.copyFrom(one), one);
      }
    }
    var q = Elementwise.clamp(Arithmetic.divide(Elementwise.scale(Arithmetic.subtract(n, mu), options.h), Elementwise.affine(
        Arithmetic.add(Elementwise.affine(n, 0, 0), sigma), 1, EPS)), -1, 1);
    double m = options.margin;
    return new Margins(Elementwise.scale(q, -m), Elementwise.affine(q, m, m), null, null, q);
  }

  /** The average moved towards the batch's value: used in this step, and kept when the optimiser steps. */
  private Tensor moved(State state, Tensor batch, Context context) {
    var distance = Arithmetic.subtract(batch, state.value());
    var step = Elementwise.scale(distance, options.rate);
    if (options.initFromFirstBatch) { // the whole way while nothing has begun
      var whole = Elementwise.scale(Arithmetic.subtract(distance, Arithmetic.multiply(distance, begun.value())), 1 - options.rate);
      step = Arithmetic.add(step, whole);
    }
    var value = Arithmetic.add(step, state.value());
    context.update(() -> state.copyFrom(value), value);
    return value;
  }
}
