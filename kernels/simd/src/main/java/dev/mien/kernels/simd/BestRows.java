package dev.mien.kernels.simd;

import java.util.Arrays;

/**
 * The best k rows of each query so far: a heap for each, its worst at the root. Scores and indices together order rows strictly, so what is
 * kept in the end does not depend on the order in which rows were offered.
 */
final class BestRows {
  private final int k;
  private final float[] scores;
  private final int[] indices;

  BestRows(int queries, int k) {
    this.k = k;
    scores = new float[Math.multiplyExact(queries, k)];
    indices = new int[scores.length];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    Arrays.fill(indices, -1);
  }

  /** The least score that might still enter. */
  float limit(int query) {
    return scores[query * k];
  }

  /** Takes a row when it is better than the worst one kept; a NaN is better than none. */
  void offer(int query, float score, int index) {
    int root = query * k;
    if (better(score, index, scores[root], indices[root])) {
      sift(root, 0, k, score, index);
    }
  }

  private static boolean better(float score, int index, float than, int thanIndex) {
    return score > than || score == than && index < thanIndex && thanIndex >= 0;
  }

  /** Puts a row at a place from which it belongs further down. */
  private void sift(int root, int place, int size, float score, int index) {
    int at = place;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      int other = root + child + 1;
      if (child + 1 < size && better(scores[root + child], indices[root + child], scores[other], indices[other])) {
        child++;
      }
      if (!better(score, index, scores[root + child], indices[root + child])) {
        break;
      }
      scores[root + at] = scores[root + child];
      indices[root + at] = indices[root + child];
      at = child;
    }
    scores[root + at] = score;
    indices[root + at] = index;
  }

  /** Takes what another one has kept. */
  void offerAll(BestRows other) {
    for (int i = 0; i < scores.length; i++) {
      if (other.indices[i] >= 0) {
        offer(i / k, other.scores[i], other.indices[i]);
      }
    }
  }

  /** Writes a query's rows, the best first. Nothing can be offered afterwards. */
  void drain(int query, float[] toScores, int scoresAt, int[] toIndices, int indicesAt) {
    int root = query * k;
    for (int size = k; size > 0; size--) {
      toScores[scoresAt + size - 1] = scores[root];
      toIndices[indicesAt + size - 1] = indices[root];
      sift(root, 0, size - 1, scores[root + size - 1], indices[root + size - 1]);
    }
  }
}
