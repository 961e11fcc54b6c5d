package dev.mien.training.face;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import java.util.Arrays;

/** Sums over the part of an epoch that was trained, and the best validation so far: what must survive a stop in the middle. */
final class FaceTally implements Stateful {
  /** Bins of the histogram of q over [-1, 1], or of the norm over [0, 100]. */
  static final int BINS = 40;
  private static final double LONGEST = 100;

  private final double low;
  private final double high;
  private final float[] histogram = new float[BINS];
  private double loss;
  private double quality;
  private double squares;
  private long pictures;
  private double bestAccuracy = -1;
  private double bestThreshold = Double.NaN;
  private double lastLoss = Double.NaN;

  /** @param signed whether the quality is AdaFace's q in [-1, 1]; otherwise the length of the features */
  FaceTally(boolean signed) {
    low = signed ? -1 : 0;
    high = signed ? 1 : LONGEST;
  }

  void add(double batchLoss, float[] qualities) {
    loss += batchLoss * qualities.length;
    lastLoss = batchLoss;
    for (float q : qualities) {
      quality += q;
      squares += (double) q * q;
      histogram[Math.clamp((int) ((q - low) / (high - low) * BINS), 0, BINS - 1)]++;
    }
    pictures += qualities.length;
  }

  /** Starts the next epoch. */
  void clear() {
    loss = 0;
    quality = 0;
    squares = 0;
    pictures = 0;
    Arrays.fill(histogram, 0);
  }

  /** The newest batch's, for the progress line alone. */
  double lastLoss() {
    return lastLoss;
  }

  double meanLoss() {
    return loss / pictures;
  }

  double meanQuality() {
    return quality / pictures;
  }

  double deviationOfQuality() {
    return Math.sqrt(Math.max(0, squares / pictures - meanQuality() * meanQuality()));
  }

  /** Shares of the epoch's pictures. */
  double[] histogram() {
    var shares = new double[BINS];
    for (int i = 0; i < BINS; i++) {
      shares[i] = histogram[i] / pictures;
    }
    return shares;
  }

  double low() {
    return low;
  }

  double high() {
    return high;
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
    out.putDouble("loss", loss);
    out.putDouble("quality", quality);
    out.putDouble("squares", squares);
    out.putLong("pictures", pictures);
    out.putDouble("bestAccuracy", bestAccuracy);
    out.putString("bestThreshold", Double.toString(bestThreshold));
    out.put("histogram", HostTensor.of(histogram.clone(), BINS));
  }

  @Override
  public void readState(StateMap in) {
    loss = in.doubleValue("loss");
    quality = in.doubleValue("quality");
    squares = in.doubleValue("squares");
    pictures = in.longValue("pictures");
    bestAccuracy = in.doubleValue("bestAccuracy");
    bestThreshold = Double.parseDouble(in.string("bestThreshold"));
    System.arraycopy(in.tensor("histogram", Shape.of(BINS)).floats(), 0, histogram, 0, BINS);
  }
}
