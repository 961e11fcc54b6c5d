package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;

/**
 * Rows of floats, [N, D] in row order; not copied, so they must not change while they are measured.
 *
 * @param values the N * D numbers, all finite
 * @param dimension D, numbers in a row
 */
public record Embeddings(float[] values, int dimension) {
  /**
   * @throws MienException when the values are no whole rows, or one of them is not finite
   */
  public Embeddings {
    if (dimension < 1 || values.length % dimension != 0) {
      throw new MienException("[verification] " + values.length + " values are no whole rows of " + dimension
          + ": expected [N, D] in row order. Is the dimension that of the model's output?");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new MienException("[verification] embedding " + i / dimension + " holds " + values[i] + " at " + i % dimension
            + "; expected finite numbers. Did the model give NaN, or the picture hold nothing?");
      }
    }
  }

  /** N, the number of rows. */
  public int count() {
    return values.length / dimension;
  }

  /** The same rows at unit length. */
  public Embeddings normalized() {
    float[] unit = new float[values.length];
    for (int row = 0; row < count(); row++) {
      double length = length(row);
      for (int j = row * dimension; j < (row + 1) * dimension; j++) {
        unit[j] = (float) (values[j] / length);
      }
    }
    return new Embeddings(unit, dimension);
  }

  /** The row's L2 norm, positive; a row of zeros has no direction and is refused. */
  double length(int row) {
    double sum = 0;
    for (int j = row * dimension; j < (row + 1) * dimension; j++) {
      sum += (double) values[j] * values[j];
    }
    if (sum == 0) {
      throw new MienException("[verification] embedding " + row + " is all zeros, so it points nowhere; expected a direction. "
          + "Leave its picture out and name it as missing.");
    }
    return Math.sqrt(sum);
  }

  /** e_a . e_b, summed in double in the order of the values. */
  public double dot(int a, int b) {
    double sum = 0;
    for (int j = 0; j < dimension; j++) {
      sum += (double) values[a * dimension + j] * values[b * dimension + j];
    }
    return sum;
  }

  /** Refuses labels that are not one for each of so many things. */
  static void sameCount(String what, int labels, String of, int count) {
    if (labels != count) {
      throw new MienException("[verification] " + labels + " " + what + " for " + count + " " + of
          + "; expected one each, in the same order.");
    }
  }
}
