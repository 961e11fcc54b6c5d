package dev.mien.engine.nn;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Segment;
import dev.mien.engine.tensor.Tensor;
import java.util.List;

/** Modules one behind the other, named 0, 1, 2 ... Without a tape, each intermediate result is released as soon as it is read. */
public final class Sequential extends Module {
  private final List<Module> modules;
  private boolean recomputes;

  public Sequential(Module... modules) {
    this(List.of(modules));
  }

  public Sequential(List<? extends Module> modules) {
    this.modules = List.copyOf(modules);
    for (int i = 0; i < modules.size(); i++) {
      child(Integer.toString(i), this.modules.get(i));
    }
  }

  /**
   * Whether, in training, only the input of each module is kept and backward runs the module again ({@link Segment}): less memory, a
   * second forward pass in time, the same bits.
   */
  public Sequential recomputing(boolean on) {
    recomputes = on;
    return this;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var y = x;
    for (var module : modules) {
      var next = recomputes ? Segment.run(module::forward, y, context) : module.forward(y, context);
      if (y != x && next != y) {
        context.done(y);
      }
      y = next;
    }
    return y;
  }
}
