package dev.mien.training.agegender;

import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.training.loop.EpochLoss;

/** Sums over the part of an epoch that was trained, and the best score so far: what must survive a stop in the middle. */
final class AgeGenderTally implements Stateful {
  private final EpochLoss loss = new EpochLoss();
  private double best = Double.NEGATIVE_INFINITY;

  EpochLoss loss() {
    return loss;
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
    loss.writeState(out);
    out.putDouble("best", best);
  }

  @Override
  public void readState(StateMap in) {
    loss.readState(in);
    best = in.doubleValue("best");
  }
}
