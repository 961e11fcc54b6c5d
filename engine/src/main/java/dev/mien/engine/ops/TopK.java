package dev.mien.engine.ops;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Exact search of a gallery by inner products, part by part, without gradients: the k rows with the greatest scores
 * {@code sum_j q_j g_j} for each query. The result does not depend on how the gallery is cut.
 *
 * <pre>{@code
 * var found = TopK.of(queries, null, 10);
 * found.search(gallery, null, 0);
 * int[] rows = found.indices().download().ints();
 * }</pre>
 */
public final class TopK {
  /** The most rows that can be asked for. */
  public static final int MOST = dev.mien.kernels.TopK.MOST;

  private final Tensor queries;
  private final Tensor queryScales;
  private final Tensor scores;
  private final Tensor indices;

  private TopK(Tensor queries, Tensor queryScales, int k) {
    this.queries = queries;
    this.queryScales = queryScales;
    int n = queries.shape().dim(0);
    var none = new float[Math.multiplyExact(n, k)];
    var nobody = new int[n * k];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    Arrays.fill(nobody, -1);
    scores = queries.constant(HostTensor.of(none, n, k));
    indices = queries.constant(HostTensor.of(nobody, n, k));
  }

  /**
   * Begins a search.
   *
   * @param queries float32 {@code [Q, D]}, or int8
   * @param queryScales {@code [Q]}, by which int8 queries are multiplied; null for float32
   * @throws MienException when shapes do not fit, or k is not 1..1024
   */
  public static TopK of(Tensor queries, Tensor queryScales, int k) {
    Check.rank("topK", "queries", queries, 2, "[Q, D]");
    Check.that(k >= 1 && k <= MOST, "[topK] k is %d; expected 1 to %d", k, MOST);
    return new TopK(queries, queryScales, k);
  }

  /**
   * Searches a part of the gallery: {@code [N, D]} of the queries' type.
   *
   * @param galleryScales {@code [N]} for int8; null for float32
   * @param firstIndex index of its first row in the whole gallery
   * @throws MienException when types or shapes do not fit
   */
  public void search(Tensor gallery, Tensor galleryScales, int firstIndex) {
    Check.that(gallery.device() == queries.device(), "[topK] the gallery is on device %s, the queries on %s", gallery.device().name(),
        queries.device().name());
    try {
      queries.device().backend().topKInnerProduct(new dev.mien.kernels.TopK(queries.buffer(), buffer(queryScales), gallery.buffer(), buffer(galleryScales),
          firstIndex, scores.buffer(), indices.buffer()));
    } catch (IllegalArgumentException e) {
      throw new MienException(e.getMessage());
    }
  }

  private static dev.mien.kernels.Buffer buffer(Tensor scales) {
    return scales == null ? null : scales.buffer();
  }

  /** {@code [Q, k]}, the greatest first; minus infinity where there are fewer rows. */
  public Tensor scores() {
    return scores;
  }

  /** INT32 {@code [Q, k]}: of equal scores the lower first; -1 where there are fewer rows, or their scores are no numbers. */
  public Tensor indices() {
    return indices;
  }
}
