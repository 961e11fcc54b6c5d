package dev.mien.training.agegender;

import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;

/** Sums over the part of an epoch that was trained, and the best score so far: what must survive a stop in the middle. */
final class AgeGenderTally implements Stateful {
  private double loss;
  private long pictures;
  private double best = Double.NEGATIVE_INFINITY;
  private double lastLoss = Double.NaN;

  void add(double batchLoss, int n) {
    loss += batchLoss * n;
    lastLoss = batchLoss;
    pictures += n;
  }

  /** Starts the next epoch. */
  void clear() {
    loss = 0;
    pictures = 0;
  }

  /** The newest batch's, for the progress line alone. */
  double lastLoss() {
    return lastLoss;
  }

  double meanLoss() {
    return loss / pictures;
  }

  /** Notes the score of an epoch, the more the better; true when it is the best so far. */
  boolean improves(double score) {
    if (score > best) {
      best = score;
      return true;
    }
    return false;
  }

  @Override
  public String stateName() {
    return "progress";
  }

  @Override
  public void writeState(StateMap out) {
    out.putDouble("loss", loss);
    out.putLong("pictures", pictures);
    out.putDouble("best", best);
  }

  @Override
  public void readState(StateMap in) {
    loss = in.doubleValue("loss");
    pictures = in.longValue("pictures");
    best = in.doubleValue("best");
  }
}
