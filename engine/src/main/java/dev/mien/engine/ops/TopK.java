package dev.mien.engine.ops;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Tensor;

/** The rows of a gallery that have the greatest inner products with a query: exact search. Without gradients. */
public final class TopK {
  /** The most rows that can be asked for. */
  public static final int MOST = 1024;

  private TopK() {}

  /**
   * What was found.
   *
   * @param scores {@code [Q, k]}, the greatest first
   * @param indices INT32 {@code [Q, k]}: rows of the gallery; of equal scores the lower first; -1 where a row had no number for a score
   */
  public record Found(Tensor scores, Tensor indices) {}

  /**
   * Searches {@code [N, D]} for {@code [Q, D]}: float32 without scales, or int8 with the scales of its rows, {@code [Q]} and {@code [N]}, where
   * {@code score = sQuery sGallery sum(q g)}.
   *
   * @throws MienException when shapes or types do not fit, or k is not 1..min(N, 1024)
   */
  public static Found of(Tensor queries, Tensor queryScales, Tensor gallery, Tensor galleryScales, int k) {
    Check.rank("topK", "queries", queries, 2, "[Q, D]");
    Check.rank("topK", "gallery", gallery, 2, "[N, D]");
    int n = gallery.shape().dim(0);
    Check.that(queries.shape().dim(1) == gallery.shape().dim(1), "[topK] queries %s and gallery %s differ in the number of features", queries.shape(),
        gallery.shape());
    Check.that(k >= 1 && k <= Math.min(n, MOST), "[topK] k is %d; expected 1 to the gallery's %d rows, and at most %d", k, n, MOST);
    return new Search(queries, queryScales, gallery, galleryScales, k).run();
  }

  private record Search(Tensor queries, Tensor queryScales, Tensor gallery, Tensor galleryScales, int k) {
    Found run() {
      var scores = MatMul.matmul(real(queries), real(gallery), false, true).download().floats();
      int rows = queries.shape().dim(0);
      int n = gallery.shape().dim(0);
      float[] qs = queryScales == null ? null : queryScales.download().floats();
      float[] gs = galleryScales == null ? null : galleryScales.download().floats();
      var best = new float[rows * k];
      var at = new int[rows * k];
      for (int q = 0; q < rows; q++) {
        var order = new Integer[n];
        for (int i = 0; i < n; i++) {
          order[i] = i;
          if (qs != null) {
            scores[q * n + i] *= qs[q] * gs[i];
          }
        }
        int row = q;
        java.util.Arrays.sort(order, (a, b) -> Float.compare(scores[row * n + b], scores[row * n + a]));
        for (int i = 0; i < k; i++) {
          best[q * k + i] = scores[q * n + order[i]];
          at[q * k + i] = order[i];
        }
      }
      return new Found(queries.constant(HostTensor.of(best, rows, k)), queries.constant(HostTensor.of(at, rows, k)));
    }

    private static Tensor real(Tensor x) {
      var host = x.download();
      if (host.isReal()) {
        return x;
      }
      var bytes = host.bytes();
      var values = new float[bytes.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = bytes[i];
      }
      return x.constant(HostTensor.of(values, host.shape().toArray()));
    }
  }
}
