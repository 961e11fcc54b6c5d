package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.TopK;
import java.util.ArrayList;
import java.util.Comparator;

/** {@link TopK} as it is written there: every score, sorted. */
final class ReferenceTopK {
  private static final String KERNEL = "topKInnerProduct";

  private final ReferenceMemory memory;

  ReferenceTopK(ReferenceMemory memory) {
    this.memory = memory;
  }

  private record Found(double score, int index) {
    static final Comparator<Found> BEST_FIRST = Comparator.comparingDouble((Found f) -> -f.score).thenComparingInt(f -> f.index);
  }

  void search(TopK call) {
    double[] scores = memory.reals(KERNEL, "scores", call.scores());
    int[] indices = memory.ints(KERNEL, "indices", call.indices());
    double[] queries = numbers("queries", call.queries(), call.queryScales());
    double[] gallery = numbers("gallery", call.gallery(), call.galleryScales());
    int features = call.queries().dim(1);
    for (int q = 0; q < call.queries().dim(0); q++) {
      var all = new ArrayList<Found>();
      for (int i = q * call.k(); i < (q + 1) * call.k(); i++) {
        if (indices[i] >= 0) {
          all.add(new Found(scores[i], indices[i]));
        }
      }
      for (int r = 0; r < call.gallery().dim(0); r++) {
        double sum = 0;
        for (int j = 0; j < features; j++) {
          sum += queries[q * features + j] * gallery[r * features + j];
        }
        if (sum > Double.NEGATIVE_INFINITY) {
          all.add(new Found(sum, call.firstIndex() + r));
        }
      }
      all.sort(Found.BEST_FIRST);
      for (int i = 0; i < call.k(); i++) {
        scores[q * call.k() + i] = i < all.size() ? all.get(i).score : Double.NEGATIVE_INFINITY;
        indices[q * call.k() + i] = i < all.size() ? all.get(i).index : -1;
      }
    }
  }

  /** Rows in double, scaled where they have scales. */
  private double[] numbers(String name, Buffer rows, Buffer scales) {
    if (scales == null) {
      return memory.reals(KERNEL, name, rows);
    }
    byte[] bytes = memory.bytes(KERNEL, name, rows);
    double[] by = memory.reals(KERNEL, name + "' scales", scales);
    var values = new double[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] * by[i / rows.dim(1)];
    }
    return values;
  }
}
