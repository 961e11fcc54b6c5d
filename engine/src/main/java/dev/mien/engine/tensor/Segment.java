package dev.mien.engine.tensor;

import java.util.List;

/**
 * Gradient checkpointing (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"): a piece of a forward pass of which only the
 * input is kept; backward runs it again, recorded, and walks that. The same bits as without, for a second forward pass in time: random
 * keys come from the module's path, and the state updates of the second run are dropped.
 *
 * <p>A parameter used both in a segment and outside, or a segment's input that others read too, gets its gradients summed segment by
 * segment, which may differ in the last bit from the order without segments.
 */
public final class Segment {
  private final Body body;
  private final Context context;

  private Segment(Body body, Context context) {
    this.body = body;
    this.context = context;
  }

  /** What a segment computes; a pure function of input, parameters and the context's key. */
  @FunctionalInterface
  public interface Body {
    Tensor apply(Tensor x, Context context);
  }

  /** {@code body.apply(x, context)}, in training recorded as one operation. */
  public static Tensor run(Body body, Tensor x, Context context) {
    // Recorded inference is left alone: its first run, off the tape, would be fused and have other bits than the second.
    if (!context.recording() || !context.training() || x.scope().depth() == 0) {
      return body.apply(x, context);
    }
    var segment = new Segment(body, context.recordedAgain());
    if (context.detectsAnomalies()) {
      segment.check(x);
    }
    var silent = context.unrecorded();
    Tensor y;
    try (var inside = x.scope().nested()) {
      var input = x.sharedWith(inside);
      y = body.apply(input, silent);
      if (y != input) {
        input.release();
      }
      inside.handOver(y);
      silent.handOverUpdates(context, inside);
    }
    var used = silent.used();
    var inputs = new Tensor[1 + used.size()];
    inputs[0] = x;
    for (int i = 0; i < used.size(); i++) {
      inputs[1 + i] = context.leaf(used.get(i)); // in the order of first use, as if each had been recorded by its operation
    }
    return OpCall.of("segment", inputs).record(y, g -> segment.backward(g, used), x);
  }

  /** Runs it recorded, so that the operation that makes a NaN is named and not the whole segment. */
  private void check(Tensor x) {
    try (var inside = x.scope().nested()) {
      var input = x.sharedWith(inside);
      body.apply(input, context.recordedAgain());
      input.release();
    }
  }

  private void backward(BackwardCall g, List<Parameter> used) {
    var again = context.recordedAgain();
    try (var inside = g.scope().nested()) {
      var x = g.savedTensor(0, inside);
      var input = g.wants(0) ? again.watch(x) : x;
      var y = body.apply(input, again);
      x.release(); // whichever operation needs it has saved it
      var walk = new BackwardPass(y.tape(), y, g.scope());
      var gradients = walk.runFrom(g.takeGradient(), input);
      g.produced(0, g.wants(0) ? gradients[input.id()] : null);
      for (int i = 0; i < used.size(); i++) {
        g.produced(1 + i, gradients[y.tape().leafOf(used.get(i)).id()]);
      }
    }
  }
}
