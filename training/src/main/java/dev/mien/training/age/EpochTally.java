package dev.mien.training.age;

import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.training.loop.EpochLoss;

/** Sums over the part of an epoch that was trained, and the best validation error so far: what must survive a stop in the middle. */
final class EpochTally implements Stateful {
  /** Columns of the per-row terms of the loss that are averaged. */
  private static final int EXPECTATION = 5;
  private static final int K = 6;
  private static final int TERMS = 7;

  private final EpochLoss loss = new EpochLoss();
  private double absoluteError;
  private double k;
  private double bestMaeYears = Double.POSITIVE_INFINITY;

  /** Takes a batch in: its mean loss, and per row the terms of the loss beside the true ages. */
  void add(double batchLoss, float[] terms, float[] ageYears) {
    int n = ageYears.length;
    loss.add(batchLoss, n);
    for (int i = 0; i < n; i++) {
      absoluteError += Math.abs(terms[i * TERMS + EXPECTATION] - ageYears[i]);
      k += terms[i * TERMS + K];
    }
  }

  /** Starts the next epoch. */
  void clear() {
    loss.clear();
    absoluteError = 0;
    k = 0;
  }

  EpochLoss loss() {
    return loss;
  }

  double maeYears() {
    return absoluteError / loss.pictures();
  }

  double averageK() {
    return k / loss.pictures();
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
    loss.writeState(out);
    out.putDouble("absoluteError", absoluteError);
    out.putDouble("k", k);
    out.putDouble("bestMaeYears", bestMaeYears);
  }

  @Override
  public void readState(StateMap in) {
    loss.readState(in);
    absoluteError = in.doubleValue("absoluteError");
    k = in.doubleValue("k");
    bestMaeYears = in.doubleValue("bestMaeYears");
  }
}
