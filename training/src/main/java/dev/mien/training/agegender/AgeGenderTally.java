package dev.mien.training.agegender;

import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.training.loop.EpochLoss;
import java.util.List;

/** Sums over the part of an epoch that was trained, and the lowest validation loss so far: what must survive a stop in the middle. */
final class AgeGenderTally implements Stateful {
  private static final String LOWEST = "lowestValidationLoss";
  /** In its place in the checkpoints of runs begun when the epoch was kept by the sum of both shares, which no loss can be compared with. */
  private static final String FORMER = "best";

  private final EpochLoss loss = new EpochLoss();
  private double lowest = Double.NaN;
  private boolean formerlyByShares;

  EpochLoss loss() {
    return loss;
  }

  /** Notes the validation loss of an epoch; true when it is the lowest so far, or no earlier one was a number. */
  boolean lowers(double validationLoss) {
    if (validationLoss < lowest || Double.isNaN(lowest)) {
      lowest = validationLoss;
      return true;
    }
    return false;
  }

  /** Whether the run goes on from epochs that were kept by the sum of both shares. */
  boolean formerlyByShares() {
    return formerlyByShares;
  }

  @Override
  public String stateName() {
    return "progress";
  }

  @Override
  public void writeState(StateMap out) {
    loss.writeState(out);
    out.putDouble(LOWEST, lowest);
  }

  /** A run begun under the former rule goes on, and its next epoch is the first that is compared. */
  @Override
  public List<String> checkState(StateMap in) {
    var expected = new StateMap();
    loss.writeState(expected);
    expected.putDouble(in.contains(FORMER) ? FORMER : LOWEST, lowest);
    return in.differences(expected);
  }

  @Override
  public void readState(StateMap in) {
    loss.readState(in);
    formerlyByShares = in.contains(FORMER);
    lowest = formerlyByShares ? Double.NaN : in.doubleValue(LOWEST);
  }
}
