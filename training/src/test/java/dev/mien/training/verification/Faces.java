package dev.mien.training.verification;

import dev.mien.engine.random.Rng;

/** Embeddings as a model might give them, for tests. */
final class Faces {
  private Faces() {}

  /** Distances on a coarse grid, so that many are equal; about two thirds of the pairs are genuine and nearer. Contiguous folds. */
  static PairScores tied(int pairs, int steps, long seed, int folds) {
    var rng = Rng.seed(seed);
    var distance = new double[pairs];
    var same = new boolean[pairs];
    for (int i = 0; i < pairs; i++) {
      same[i] = rng.split("same").below(3, i) > 0;
      double center = same[i] ? 1.1 : 1.9;
      distance[i] = Math.rint(Math.clamp(center + 0.5 * rng.split("d").gaussian(i), 0, 4) * steps) / steps;
    }
    return new PairScores(distance, same, PairScores.contiguousFolds(pairs, folds));
  }

  /** Unit rows of identities 0, 1, 2 ..., each so often, with noise about the identity's direction. */
  static Embeddings people(int[] identities, int dimension, double noise, Rng rng) {
    float[] values = new float[identities.length * dimension];
    for (int i = 0; i < identities.length; i++) {
      for (int j = 0; j < dimension; j++) {
        values[i * dimension + j] = (float) (Rng.seed(99).gaussian((long) identities[i] * dimension + j)
            + noise * rng.gaussian((long) i * dimension + j));
      }
    }
    return new Embeddings(values, dimension).normalized();
  }
}
