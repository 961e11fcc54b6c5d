package dev.mien.engine.nn;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.engine.tensor.Tensor;
import dev.mien.engine.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A layer or a model: named parameters, running states and children. Holds no mode and no randomness, so one module serves many
 * threads at once; {@link Context} brings both.
 *
 * <pre>{@code
 * final class Mlp extends Module {
 *   private final Linear fc1, fc2;
 *   Mlp(Rng rng) {
 *     fc1 = child("fc1", new Linear(784, 128, rng.split("fc1")));
 *     fc2 = child("fc2", new Linear(128, 10, rng.split("fc2")));
 *   }
 *   protected Tensor apply(Tensor x, Context context) {
 *     return fc2.forward(Elementwise.relu(fc1.forward(x, context)), context);
 *   }
 * }
 * }</pre>
 */
public abstract class Module implements Stateful {
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private String name = "net";

  /** Registers a child under its field's name. */
  protected final <M extends Module> M child(String childName, M module) {
    if (children.putIfAbsent(childName, module) != null || variables.containsKey(childName)) {
      throw new IllegalArgumentException("a child named '" + childName + "' is registered already");
    }
    ((Module) module).name = childName;
    return module;
  }

  /** Registers a trainable value. */
  protected final Parameter parameter(String parameterName, HostTensor initial) {
    return register(new Parameter(parameterName, initial));
  }

  /** Registers a value that training moves without gradients. */
  protected final State state(String stateName, HostTensor initial) {
    return register(new State(stateName, initial));
  }

  private <V extends Variable> V register(V variable) {
    if (children.containsKey(variable.name()) || variables.putIfAbsent(variable.name(), variable) != null) {
      throw new IllegalArgumentException("a value named '" + variable.name() + "' is registered already");
    }
    return variable;
  }

  /** Runs the module. Errors of shape name the path of the layer. */
  public final Tensor forward(Tensor x, Context context) {
    return within(context, () -> apply(x, context));
  }

  /** What the module computes. */
  protected abstract Tensor apply(Tensor x, Context context);

  /** Runs a piece of this module under its name, so that errors and random keys carry its path. */
  protected final <T> T within(Context context, Supplier<T> piece) {
    context.enter(name);
    try {
      return piece.get();
    } catch (ShapeException e) {
      if (e.getMessage().contains(" (at ")) {
        throw e;
      }
      throw new ShapeException(e.getMessage() + " (at " + context.path() + ")");
    } finally {
      context.leave();
    }
  }

  /** Trainable values of this module and its children, in registration order. */
  public final List<Parameter> parameters() {
    var found = new ArrayList<Parameter>();
    namedVariables().values().forEach(v -> {
      if (v instanceof Parameter p) {
        found.add(p);
      }
    });
    return found;
  }

  /** Parameters and states under their dotted names, as PyTorch's state_dict: {@code layer1.0.conv1.weight}. */
  public final Map<String, Variable> namedVariables() {
    var found = new LinkedHashMap<String, Variable>();
    collect("", found);
    return found;
  }

  private void collect(String prefix, Map<String, Variable> found) {
    variables.forEach((n, v) -> found.put(prefix + n, v));
    children.forEach((n, m) -> m.collect(prefix + n + ".", found));
  }

  /** Scales and shifts of the batch norms inside: recipes leave them out of weight decay. */
  public final List<Parameter> normParameters() {
    var found = new ArrayList<Parameter>();
    children.values().forEach(m -> found.addAll(m.normParameters()));
    if (this instanceof BatchNorm) {
      found.addAll(parameters());
    }
    return found;
  }

  /** Number of trainable elements. */
  public final long parameterCount() {
    return parameters().stream().mapToLong(p -> p.shape().count()).sum();
  }

  /** Moves all values to a device. */
  public Module to(Device device) {
    namedVariables().values().forEach(v -> v.to(device));
    return this;
  }

  @Override
  public String stateName() {
    return "model";
  }

  @Override
  public void writeState(StateMap out) {
    namedVariables().forEach((n, v) -> out.put(n, v.read()));
  }

  @Override
  public void readState(StateMap in) {
    namedVariables().forEach((n, v) -> v.write(in.tensor(n, v.shape())));
  }
}
