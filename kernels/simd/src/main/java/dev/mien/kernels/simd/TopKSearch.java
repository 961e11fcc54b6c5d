package dev.mien.kernels.simd;

import dev.mien.kernels.TopK;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@link TopK}: each gallery row is read from memory once for all queries. int8 rows become floats in scratch: sums of their products are
 * integers below 2^24, so every order of a float chain gives the same exact number.
 */
final class TopKSearch {
  /** Rows of a task: 8 MiB of 512 features, so that the merging of its best rows costs nothing. */
  private static final int TASK_ROWS = 4096;
  private static final int TILE_ROWS = 8;
  private static final int TILE_QUERIES = 2;
  private static final int TILE = TILE_ROWS * TILE_QUERIES;

  private final SimdBackend backend;
  private final TopK call;
  private final SimdBuffer gallery;
  private final int queries;
  private final int rows;
  private final int features;
  /** Features with zeros up to a multiple of 16. */
  private final int padded;
  private final BestRows best;

  private TopKSearch(SimdBackend backend, TopK call) {
    this.backend = backend;
    this.call = call;
    gallery = SimdBuffer.of(call.gallery());
    queries = call.queries().dim(0);
    rows = call.gallery().dim(0);
    features = call.queries().dim(1);
    padded = RowTools.padded(features);
    best = new BestRows(queries, call.k());
  }

  static void search(SimdBackend backend, TopK call) {
    new TopKSearch(backend, call).run();
  }

  private void run() {
    var scores = SimdBuffer.of(call.scores());
    var indices = SimdBuffer.of(call.indices());
    for (int i = 0; i < queries * call.k(); i++) {
      if (indices.ints[indices.offset + i] >= 0) {
        best.offer(i / call.k(), scores.reals[scores.offset + i], indices.ints[indices.offset + i]);
      }
    }
    int tiles = (queries + TILE_QUERIES - 1) / TILE_QUERIES;
    try (var q = backend.scratch.lease(Math.multiplyExact(tiles * TILE_QUERIES, padded))) {
      fill(SimdBuffer.of(call.queries()), 0, queries, tiles * TILE_QUERIES, q.array, q.offset);
      backend.workers.ranges(rows, TASK_ROWS, (from, to) -> task(from, to, q));
    }
    for (int i = 0; i < queries; i++) {
      best.drain(i, scores.reals, scores.offset + i * call.k(), indices.ints, indices.offset + i * call.k());
    }
  }

  /** Rows of an operand as padded floats; those beyond its last one are zero. */
  private void fill(SimdBuffer x, int from, int to, int end, float[] t, int at) {
    Arrays.fill(t, at, at + (end - from) * padded, 0);
    for (int r = from; r < to; r++) {
      int source = x.offset + r * features;
      int target = at + (r - from) * padded;
      if (x.bytes == null) {
        System.arraycopy(x.reals, source, t, target, features);
      } else {
        widen(x.bytes, source, t, target, features);
      }
    }
  }

  private static void widen(byte[] x, int from, float[] t, int at, int n) {
    for (int i = 0; i < n; i++) {
      t[at + i] = x[from + i];
    }
  }

  private void task(int from, int to, Scratch.Lease q) {
    var mine = new BestRows(queries, call.k());
    float[] limits = limits();
    boolean inPlace = gallery.bytes == null && padded == features;
    try (var t = backend.scratch.lease(TILE * Lanes.BLOCK + TILE + TILE_ROWS * padded)) {
      int sums = t.offset + TILE * Lanes.BLOCK;
      int copy = sums + TILE;
      for (int r = from; r < to; r += TILE_ROWS) {
        boolean whole = inPlace && r + TILE_ROWS <= to;
        if (!whole) {
          fill(gallery, r, Math.min(to, r + TILE_ROWS), r + TILE_ROWS, t.array, copy);
        }
        float[] g = whole ? gallery.reals : t.array;
        int at = whole ? gallery.offset + r * features : copy;
        for (int first = 0; first < queries; first += TILE_QUERIES) {
          int count = Math.min(TILE_QUERIES, queries - first);
          products(g, at, q.array, q.offset + first * padded, count, t);
          for (int j = 0; j < count; j++) {
            offer(mine, limits, first + j, r, Math.min(to, r + TILE_ROWS), t.array, sums + j * TILE_ROWS);
          }
        }
      }
    }
    synchronized (best) {
      best.offerAll(mine);
    }
  }

  /** What a row must reach for each query, as it stands when a task begins. */
  private float[] limits() {
    var limits = new float[queries];
    synchronized (best) {
      for (int i = 0; i < queries; i++) {
        limits[i] = best.limit(i);
      }
    }
    return limits;
  }

  private void offer(BestRows mine, float[] limits, int query, int from, int to, float[] t, int sums) {
    float least = Math.max(limits[query], mine.limit(query));
    for (int r = from; r < to; r++) {
      float score = t[sums + r - from];
      if (call.int8()) {
        score = score * scale(call.queryScales(), query) * scale(call.galleryScales(), r);
      }
      if (score >= least) {
        mine.offer(query, score, call.firstIndex() + r);
      }
    }
  }

  private static float scale(dev.mien.kernels.Buffer scales, int row) {
    var s = (SimdBuffer) scales;
    return s.reals[s.offset + row];
  }

  /**
   * Inner products of eight rows and one or two queries, a query's behind those of the one before, at the place of the sums behind the partial
   * sums: segments of 1024 features in their order.
   */
  private void products(float[] g, int at, float[] q, int query, int count, Scratch.Lease t) {
    int sums = t.offset + TILE * Lanes.BLOCK;
    for (int k = 0; k < padded; k += Sums.SEGMENT) {
      int n = Math.min(Sums.SEGMENT, padded - k);
      for (int lane = 0; lane < Lanes.BLOCK; lane += Lanes.COUNT) {
        if (count == 1) {
          single(g, at + k + lane, q, query + k + lane, padded, n, t.array, t.offset + lane);
        } else {
          pair(g, at + k + lane, q, query + k + lane, padded, n, t.array, t.offset + lane);
          pair(g, at + 4 * padded + k + lane, q, query + k + lane, padded, n, t.array, t.offset + 4 * Lanes.BLOCK + lane);
        }
      }
      for (int p = 0; p < count * TILE_ROWS; p++) {
        float sum = join(t.array, t.offset + p * Lanes.BLOCK);
        t.array[sums + p] = k == 0 ? sum : t.array[sums + p] + sum;
      }
    }
  }

  /** Partial sums of eight rows and one query. */
  private static void single(float[] g, int at, float[] q, int query, int stride, int n, float[] t, int to) {
    var zero = FloatVector.zero(Lanes.F);
    var s0 = zero;
    var s1 = zero;
    var s2 = zero;
    var s3 = zero;
    var s4 = zero;
    var s5 = zero;
    var s6 = zero;
    var s7 = zero;
    for (int i = 0; i < n; i += Lanes.BLOCK) {
      var v = FloatVector.fromArray(Lanes.F, q, query + i);
      s0 = FloatVector.fromArray(Lanes.F, g, at + i).fma(v, s0);
      s1 = FloatVector.fromArray(Lanes.F, g, at + stride + i).fma(v, s1);
      s2 = FloatVector.fromArray(Lanes.F, g, at + 2 * stride + i).fma(v, s2);
      s3 = FloatVector.fromArray(Lanes.F, g, at + 3 * stride + i).fma(v, s3);
      s4 = FloatVector.fromArray(Lanes.F, g, at + 4 * stride + i).fma(v, s4);
      s5 = FloatVector.fromArray(Lanes.F, g, at + 5 * stride + i).fma(v, s5);
      s6 = FloatVector.fromArray(Lanes.F, g, at + 6 * stride + i).fma(v, s6);
      s7 = FloatVector.fromArray(Lanes.F, g, at + 7 * stride + i).fma(v, s7);
    }
    s0.intoArray(t, to);
    s1.intoArray(t, to + Lanes.BLOCK);
    s2.intoArray(t, to + 2 * Lanes.BLOCK);
    s3.intoArray(t, to + 3 * Lanes.BLOCK);
    s4.intoArray(t, to + 4 * Lanes.BLOCK);
    s5.intoArray(t, to + 5 * Lanes.BLOCK);
    s6.intoArray(t, to + 6 * Lanes.BLOCK);
    s7.intoArray(t, to + 7 * Lanes.BLOCK);
  }

  /** Partial sums of four rows and two queries, the second query's eight blocks behind the first's. */
  private static void pair(float[] g, int at, float[] q, int query, int stride, int n, float[] t, int to) {
    var zero = FloatVector.zero(Lanes.F);
    var a0 = zero;
    var a1 = zero;
    var b0 = zero;
    var b1 = zero;
    var c0 = zero;
    var c1 = zero;
    var d0 = zero;
    var d1 = zero;
    for (int i = 0; i < n; i += Lanes.BLOCK) {
      var q0 = FloatVector.fromArray(Lanes.F, q, query + i);
      var q1 = FloatVector.fromArray(Lanes.F, q, query + stride + i);
      var a = FloatVector.fromArray(Lanes.F, g, at + i);
      a0 = a.fma(q0, a0);
      a1 = a.fma(q1, a1);
      var b = FloatVector.fromArray(Lanes.F, g, at + stride + i);
      b0 = b.fma(q0, b0);
      b1 = b.fma(q1, b1);
      var c = FloatVector.fromArray(Lanes.F, g, at + 2 * stride + i);
      c0 = c.fma(q0, c0);
      c1 = c.fma(q1, c1);
      var d = FloatVector.fromArray(Lanes.F, g, at + 3 * stride + i);
      d0 = d.fma(q0, d0);
      d1 = d.fma(q1, d1);
    }
    int second = to + TILE_ROWS * Lanes.BLOCK;
    a0.intoArray(t, to);
    b0.intoArray(t, to + Lanes.BLOCK);
    c0.intoArray(t, to + 2 * Lanes.BLOCK);
    d0.intoArray(t, to + 3 * Lanes.BLOCK);
    a1.intoArray(t, second);
    b1.intoArray(t, second + Lanes.BLOCK);
    c1.intoArray(t, second + 2 * Lanes.BLOCK);
    d1.intoArray(t, second + 3 * Lanes.BLOCK);
  }

  /** Sum of 16 partial sums, neighbours first; in float, for a search does not need more. */
  private static float join(float[] t, int at) {
    float a = (t[at] + t[at + 1]) + (t[at + 2] + t[at + 3]);
    float b = (t[at + 4] + t[at + 5]) + (t[at + 6] + t[at + 7]);
    float c = (t[at + 8] + t[at + 9]) + (t[at + 10] + t[at + 11]);
    float d = (t[at + 12] + t[at + 13]) + (t[at + 14] + t[at + 15]);
    return (a + b) + (c + d);
  }
}
