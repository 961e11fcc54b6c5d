package dev.mien.training.loop;

import dev.mien.engine.optim.AdamW;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.tensor.Parameter;
import java.util.List;

/**
 * How weights move.
 *
 * @param optimizer SGD with momentum 0.9, or AdamW
 * @param learningRate at the start, after the warm-up
 * @param weightDecay L2 factor (SGD) or decoupled decay (AdamW)
 * @param schedule how the rate falls
 * @param warmUpEpochs epochs over which the rate rises
 * @param clipNorm largest global gradient norm; 0 for no clipping
 * @param averageDecay decay of the moving average of the weights that is validated and kept; 0 for none
 */
public record Recipe(Optimizer optimizer, double learningRate, double weightDecay, Schedule schedule, double warmUpEpochs, double clipNorm,
                     double averageDecay) {
  private static final double MOMENTUM = 0.9;

  /** The optimiser. */
  public enum Optimizer {
    SGD, ADAMW
  }

  /** How the learning rate moves. */
  public enum Schedule {
    /** Half a cosine down to a hundredth. */
    COSINE,
    /** Times 0.1 every 15 epochs (the AMR paper). */
    STEP15,
    /** Times 0.1 at 12/26, 20/26 and 24/26 of the epochs (the AdaFace paper). */
    STEPS
  }

  /** The optimiser of these parameters; all decay until it is told which do not. */
  public dev.mien.engine.optim.Optimizer optimizerOf(List<Parameter> parameters) {
    return switch (optimizer) {
      case SGD -> new Sgd(parameters, Sgd.learningRate(learningRate).momentum(MOMENTUM).weightDecay(weightDecay).clipNorm(clipNorm));
      case ADAMW -> new AdamW(parameters, AdamW.learningRate(learningRate).weightDecay(weightDecay).clipNorm(clipNorm));
    };
  }

  /** The learning rate of each step. */
  dev.mien.engine.optim.Schedule rates(int epochs, int stepsPerEpoch) {
    long total = (long) epochs * stepsPerEpoch;
    var falling = switch (schedule) {
      case COSINE -> dev.mien.engine.optim.Schedule.cosine(learningRate, learningRate / 100, total);
      case STEP15 -> dev.mien.engine.optim.Schedule.step(learningRate, 15L * stepsPerEpoch, 0.1);
      case STEPS -> dev.mien.engine.optim.Schedule.multiStep(learningRate, 0.1, total * 12 / 26, total * 20 / 26, total * 24 / 26);
    };
    long warmUp = Math.round(warmUpEpochs * stepsPerEpoch);
    return warmUp > 0 ? falling.warmUp(warmUp) : falling;
  }
}
