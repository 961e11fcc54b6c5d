package dev.mien.training.age;

import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;

/** Sums over the part of an epoch that was trained, and the best validation error so far: what must survive a stop in the middle. */
final class EpochTally implements Stateful {
  /** Columns of the per-row terms of the loss that are averaged. */
  private static final int EXPECTATION = 5;
  private static final int K = 6;
  private static final int TERMS = 7;

  private double loss;
  private double absoluteError;
  private double k;
  private long pictures;
  private double bestMaeYears = Double.POSITIVE_INFINITY;
  private double lastLoss = Double.NaN;

  /** Takes a batch in: its mean loss, and per row the terms of the loss beside the true ages. */
  void add(double batchLoss, float[] terms, float[] ageYears) {
    int n = ageYears.length;
    loss += batchLoss * n;
    lastLoss = batchLoss;
    for (int i = 0; i < n; i++) {
      absoluteError += Math.abs(terms[i * TERMS + EXPECTATION] - ageYears[i]);
      k += terms[i * TERMS + K];
    }
    pictures += n;
  }

  /** Starts the next epoch. */
  void clear() {
    loss = 0;
    absoluteError = 0;
    k = 0;
    pictures = 0;
  }

  /** The newest batch's, for the progress line alone. */
  double lastLoss() {
    return lastLoss;
  }

  double meanLoss() {
    return loss / pictures;
  }

  double maeYears() {
    return absoluteError / pictures;
  }

  double averageK() {
    return k / pictures;
  }

  /** Notes the validation error of an epoch; true when it is the best so far. */
  boolean improves(double maeYears) {
    if (maeYears < bestMaeYears) {
      bestMaeYears = maeYears;
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
    out.putDouble("absoluteError", absoluteError);
    out.putDouble("k", k);
    out.putLong("pictures", pictures);
    out.putDouble("bestMaeYears", bestMaeYears);
  }

  @Override
  public void readState(StateMap in) {
    loss = in.doubleValue("loss");
    absoluteError = in.doubleValue("absoluteError");
    k = in.doubleValue("k");
    pictures = in.longValue("pictures");
    bestMaeYears = in.doubleValue("bestMaeYears");
  }
}
