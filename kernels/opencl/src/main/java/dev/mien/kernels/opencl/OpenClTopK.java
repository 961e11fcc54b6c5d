package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.TopK;

/** {@link TopK}: all scores of the call, {@code [Q, N]}, and the best of them by segments and then of the segments' best. */
final class OpenClTopK {
  private static final int SEGMENT = 4096;

  private final ClContext context;
  private final OpenClMemory memory;
  private final OpenClDense dense;

  OpenClTopK(ClContext context, OpenClMemory memory, OpenClDense dense) {
    this.context = context;
    this.memory = memory;
    this.dense = dense;
  }

  void search(TopK call) {
    int queries = call.queries().dim(0);
    int rows = call.gallery().dim(0);
    int features = call.queries().dim(1);
    if (queries == 0 || rows == 0) {
      return;
    }
    try (var scores = memory.lease(queries, rows)) {
      if (call.int8()) {
        Launch.of(context, "topk", "int8_scores").buffer(call.queries()).buffer(call.queryScales()).buffer(call.gallery())
            .buffer(call.galleryScales()).buffer(scores.buffer()).value(queries * rows).value(rows).value(features).items((long) queries * rows);
      } else {
        dense.gemm(Gemm.of(queries, rows, features, false, true, 0), call.queries(), call.gallery(), scores.buffer());
      }
      int segments = (rows + SEGMENT - 1) / SEGMENT;
      if (segments == 1) {
        best(scores.buffer(), null, rows, call);
        return;
      }
      var indices = memory.allocate(ElementType.INT32, Kind.PLAIN, queries, segments * call.k());
      try (var parts = memory.lease(queries, segments * call.k())) {
        Launch.of(context, "topk", "best_rows").buffer(scores.buffer()).buffer(null).value(rows).value(SEGMENT).value(call.firstIndex())
            .buffer(null).buffer(null).value(call.k()).buffer(parts.buffer()).buffer(indices).groups(queries * segments);
        best(parts.buffer(), indices, segments * call.k(), call);
      } finally {
        memory.release(indices);
      }
    }
  }

  /** The best of a list of n scores for each query and of what was found before, in its place: a group writes when it has read all. */
  private void best(Buffer scores, Buffer indices, int n, TopK call) {
    Launch.of(context, "topk", "best_rows").buffer(scores).buffer(indices).value(n).value(n).value(call.firstIndex()).buffer(call.scores())
        .buffer(call.indices()).value(call.k()).buffer(call.scores()).buffer(call.indices()).groups(call.queries().dim(0));
  }
}
