package dev.mien.engine.optim;

import dev.mien.engine.nn.Module;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.engine.tensor.Tensor;
import dev.mien.engine.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Moving average of a model's parameters and states: {@code a = d a + (1 - d) p} after each step, {@code d = min(decay, (1 + t) / (10 + t))}
 * so that the start is forgotten. Often a better model than the last step's.
 */
public final class ExponentialAverage implements Stateful {
  private final double decay;
  private final Map<String, Variable> source;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();
  private long updates;

  /** Starts from the model's present values; the model is on its device already. */
  public ExponentialAverage(Module model, double decay) {
    this.decay = decay;
    this.source = model.namedVariables();
    source.forEach((name, v) -> {
      var copy = v.value().device().zeros(v.shape());
      copy.overwrite(v.read());
      averages.put(name, copy);
    });
  }

  /** Takes the model's present values in. */
  public void update() {
    double d = Math.min(decay, (1.0 + updates) / (10.0 + updates));
    updates++;
    averages.forEach((name, a) -> a.device().backend().axpby(1 - d, source.get(name).value().buffer(), d, a.buffer()));
  }

  /** Writes the averages into a model built alike. */
  public void copyTo(Module target) {
    var variables = target.namedVariables();
    averages.forEach((name, a) -> variables.get(name).write(a.download()));
  }

  @Override
  public String stateName() {
    return "average";
  }

  @Override
  public void writeState(StateMap out) {
    out.putLong("updates", updates);
    averages.forEach((name, a) -> out.put(name, a.download()));
  }

  @Override
  public void readState(StateMap in) {
    updates = in.longValue("updates");
    averages.forEach((name, a) -> a.overwrite(in.tensor(name, a.shape())));
  }
}
