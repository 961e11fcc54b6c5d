package dev.mien.kernels;

/**
 * Exact search of a gallery, or of a part of it, by inner products: {@code score(q, r) = sum_j queries[q, j] gallery[r, j]}, for int8 operands
 * {@code queryScales[q] galleryScales[r]} times that. What was found in earlier parts is in {@code scores} and {@code indices} and is merged
 * with, so that a gallery of any size is searched part by part. The greater score comes first, of equal scores the lower index; a score that
 * is no number never enters.
 *
 * @param queries REAL or INT8 PLAIN {@code [Q, D]}
 * @param queryScales REAL {@code [Q]} for INT8; otherwise null
 * @param gallery {@code [N, D]} of the queries' type
 * @param galleryScales REAL {@code [N]} for INT8; otherwise null
 * @param firstIndex index of the gallery's row 0
 * @param scores REAL {@code [Q, k]}: the best so far; minus infinity where there is none
 * @param indices INT32 {@code [Q, k]}: theirs; -1 where there is none
 */
public record TopK(Buffer queries, Buffer queryScales, Buffer gallery, Buffer galleryScales, int firstIndex, Buffer scores, Buffer indices) {
  /** The most rows that are kept for a query. */
  public static final int MOST = 1024;

  /** The most features for which the sum of int8 products is exact in float32. */
  private static final int MOST_INT8_FEATURES = (1 << 24) / (128 * 128);

  /**
   * @throws IllegalArgumentException when types or shapes do not fit
   */
  public TopK {
    require(queries.kind() == Kind.PLAIN && queries.rank() == 2 && gallery.kind() == Kind.PLAIN && gallery.rank() == 2
        && queries.dim(1) == gallery.dim(1), "queries " + queries + " and gallery " + gallery + "; expected PLAIN [Q, D] and [N, D]");
    boolean bytes = queries.type() == ElementType.INT8;
    require(queries.type() == gallery.type() && (bytes || queries.type() == ElementType.REAL), "queries " + queries + " and gallery " + gallery
        + "; expected both REAL or both INT8");
    require(bytes == (queryScales != null) && bytes == (galleryScales != null), "INT8 operands need scales, and REAL ones take none");
    if (bytes) {
      require(fits(queryScales, ElementType.REAL, queries.dim(0)) && fits(galleryScales, ElementType.REAL, gallery.dim(0)), "scales " + queryScales
          + " and " + galleryScales + "; expected REAL [Q] and [N] of " + queries + " and " + gallery);
      require(queries.dim(1) <= MOST_INT8_FEATURES, "INT8 rows of " + queries.dim(1) + " features; their sums are exact up to "
          + MOST_INT8_FEATURES);
    }
    require(scores.rank() == 2 && fits(scores, ElementType.REAL, queries.dim(0), scores.dim(1)) && scores.dim(1) >= 1 && scores.dim(1) <= MOST
        && fits(indices, ElementType.INT32, queries.dim(0), scores.dim(1)), "scores " + scores + " and indices " + indices
        + "; expected REAL and INT32 [Q, k] of " + queries + ", k 1 to " + MOST);
    require(firstIndex >= 0 && firstIndex <= Integer.MAX_VALUE - gallery.dim(0), "first index " + firstIndex + " of " + gallery
        + "; expected that the last is below 2^31");
  }

  private static boolean fits(Buffer buffer, ElementType type, int... dims) {
    return buffer.type() == type && buffer.kind() == Kind.PLAIN && java.util.Arrays.equals(buffer.dims(), dims);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("[topKInnerProduct] " + message);
    }
  }

  /** Rows kept for a query, k. */
  public int k() {
    return scores.dim(1);
  }

  /** Whether rows are signed bytes with scales. */
  public boolean int8() {
    return queries.type() == ElementType.INT8;
  }
}
