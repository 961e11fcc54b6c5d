package dev.mien.training.face;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.training.loop.EpochLoss;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Sums over the part of an epoch that was trained, and the best validation so far: what must survive a stop in the middle. */
final class FaceTally implements Stateful {
  /** Bins of AdaFace's q over -1..1. */
  static final int BINS = 20;

  private final EpochLoss loss = new EpochLoss();
  private double quality;
  private double squares;
  private final long[] bins = new long[BINS];
  private double bestAccuracy = -1;
  private double bestThreshold = Double.NaN;

  void add(double batchLoss, float[] qualities) {
    loss.add(batchLoss, qualities.length);
    for (float q : qualities) {
      quality += q;
      squares += (double) q * q;
      bins[(int) Math.clamp((q + 1.0) * (BINS / 2), 0, BINS - 1)]++;
    }
  }

  /** Starts the next epoch. */
  void clear() {
    loss.clear();
    quality = 0;
    squares = 0;
    Arrays.fill(bins, 0);
  }

  EpochLoss loss() {
    return loss;
  }

  double meanQuality() {
    return quality / loss.pictures();
  }

  double deviationOfQuality() {
    return Math.sqrt(Math.max(0, squares / loss.pictures() - meanQuality() * meanQuality()));
  }

  /** How many faces of the epoch had a q in each of {@value #BINS} equal parts of -1..1; of no meaning for heads without a q. */
  long[] histogramOfQuality() {
    return bins.clone();
  }

  /** Notes an epoch's validation; true when it is the best so far, the first on ties. */
  boolean improves(double accuracy, double threshold) {
    if (accuracy > bestAccuracy) {
      bestAccuracy = accuracy;
      bestThreshold = threshold;
      return true;
    }
    return false;
  }

  double bestThreshold() {
    return bestThreshold;
  }

  @Override
  public String stateName() {
    return "progress";
  }

  @Override
  public void writeState(StateMap out) {
    loss.writeState(out);
    out.putDouble("quality", quality);
    out.putDouble("squares", squares);
    out.putString("bins", Arrays.stream(bins).mapToObj(Long::toString).collect(Collectors.joining(" ")));
    out.putDouble("bestAccuracy", bestAccuracy);
    out.putString("bestThreshold", Double.toString(bestThreshold));
  }

  @Override
  public void readState(StateMap in) {
    loss.readState(in);
    quality = in.doubleValue("quality");
    squares = in.doubleValue("squares");
    Arrays.setAll(bins, readBins(in.string("bins"))::get);
    bestAccuracy = in.doubleValue("bestAccuracy");
    bestThreshold = Double.parseDouble(in.string("bestThreshold"));
  }

  private static List<Long> readBins(String text) {
    try {
      var read = Arrays.stream(text.split(" ")).map(Long::valueOf).toList();
      if (read.size() == BINS && read.stream().allMatch(n -> n >= 0)) {
        return read;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new FormatException("the checkpoint's histogram of qualities is \"" + text + "\"; expected " + BINS + " counts");
  }
}
