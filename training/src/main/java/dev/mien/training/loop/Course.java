package dev.mien.training.loop;

import dev.mien.engine.tensor.MienException;

/**
 * How long a training goes, in which steps and by which rule.
 *
 * @param epochs passes over what is learned from
 * @param batch pictures at once
 * @param accumulate batches a step, whose gradients are averaged
 * @param seed of every random stream
 * @param recipe how weights move
 */
public record Course(int epochs, int batch, int accumulate, long seed, Recipe recipe) {
  public Course {
    require(epochs >= 1 && epochs <= 100_000, "--epochs must lie in 1..100000, got " + epochs);
    require(batch >= 2 && batch <= 65_536, "--batch must lie in 2..65536 (batch normalisation needs two), got " + batch);
    require(accumulate >= 1 && accumulate <= 10_000, "--accumulate must lie in 1..10000, got " + accumulate);
    require(recipe.learningRate() > 0 && recipe.learningRate() < 100, "--learning-rate must be above 0, got " + recipe.learningRate());
    require(recipe.weightDecay() >= 0, "--weight-decay must be 0 or more, got " + recipe.weightDecay());
    require(recipe.clipNorm() >= 0, "--clip-norm must be 0 or more, got " + recipe.clipNorm());
    require(recipe.averageDecay() >= 0 && recipe.averageDecay() < 1, "--average must lie in 0..1, below 1, got " + recipe.averageDecay());
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new MienException(message);
    }
  }

  /** Pictures a step learns from. */
  public long stepSize() {
    return (long) batch * accumulate;
  }

  /**
   * @param pictures there are to learn from
   * @param excess says what is wrong when they are fewer than a step takes
   */
  public void requireStepOf(int pictures, String excess) {
    require(stepSize() <= pictures, "--batch " + batch + (accumulate > 1 ? " times --accumulate " + accumulate : "") + " " + excess
        + "; choose a smaller batch");
  }
}
