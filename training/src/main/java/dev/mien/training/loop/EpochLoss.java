package dev.mien.training.loop;

import dev.mien.engine.tensor.StateMap;

/** The mean loss over the part of an epoch that was trained; part of a task's state, so that it survives a stop in the middle. */
public final class EpochLoss {
  private double loss;
  private long pictures;
  private double last = Double.NaN;

  /** Takes in the mean loss of a batch of {@code n} pictures. */
  public void add(double batchLoss, int n) {
    loss += batchLoss * n;
    last = batchLoss;
    pictures += n;
  }

  /** Starts the next epoch. */
  public void clear() {
    loss = 0;
    pictures = 0;
  }

  /** The newest batch's, for the progress line alone. */
  public double last() {
    return last;
  }

  /** The mean over the pictures; NaN before the first. */
  public double mean() {
    return loss / pictures;
  }

  /** How many pictures were taken in. */
  public long pictures() {
    return pictures;
  }

  /** Writes the sums into a task's state. */
  public void writeState(StateMap out) {
    out.putDouble("loss", loss);
    out.putLong("pictures", pictures);
  }

  /** Reads what {@link #writeState} wrote. */
  public void readState(StateMap in) {
    loss = in.doubleValue("loss");
    pictures = in.longValue("pictures");
  }
}
