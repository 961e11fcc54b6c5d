package dev.mien.engine.optim;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Gradients;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What optimisers share: the count of steps, clipping, the guard against NaN, and the commit of running statistics. Not thread-safe.
 */
public abstract class Optimizer implements Stateful {
  private final List<Parameter> parameters;
  private final int slots;
  private final List<List<Tensor>> slotTensors = new ArrayList<>();
  private double learningRate;
  private long steps;
  private double lastGradientNorm = Double.NaN;
  private double gradientScale = 1;
  private final Set<Parameter> undecayed = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean deferred;
  /** On a device that queues its work: norm, factor, steps refused. See {@code Backend.guardStep}. */
  private Tensor guard;
  private boolean guardUnread;

  /**
   * @param slots state tensors per parameter (velocity, moments); they start at 0
   */
  Optimizer(List<Parameter> parameters, int slots, double learningRate) {
    this.parameters = List.copyOf(parameters);
    this.slots = slots;
    this.learningRate = learningRate;
  }

  /** Steps taken. */
  public final long steps() {
    return steps;
  }

  public final double learningRate() {
    return learningRate;
  }

  /** Sets the rate of the coming steps; schedules call it. */
  public final void setLearningRate(double rate) {
    learningRate = rate;
  }

  /** The global L2 norm of the last step's gradients, before clipping. */
  public final double lastGradientNorm() {
    readGuard();
    return lastGradientNorm;
  }

  /**
   * Whether {@link #step} leaves its look at the gradients on a device that queues its work instead of waiting for it. From a step with a
   * NaN or infinity on, parameters then stay as they are (states that the context collected do not), and {@link #firstRefusedStep} must be
   * asked now and then, always before a checkpoint. The results are the same to the bit; on other devices nothing changes.
   */
  public final void deferChecks(boolean defer) {
    deferred = defer;
  }

  /**
   * Number, from 1, of the first step that was refused since the state was read, because its gradients held a NaN or infinity; 0 if none.
   * Waits for the device.
   */
  public final long firstRefusedStep() {
    long refused = readGuard();
    return refused == 0 ? 0 : steps - refused + 1;
  }

  /** Takes over what the device knows: how many steps it refused. */
  private long readGuard() {
    if (!guardUnread) {
      return 0;
    }
    var values = guard.download().floats();
    lastGradientNorm = values[0];
    guardUnread = values[2] != 0;
    return (long) values[2];
  }

  /**
   * Changes each parameter that has a gradient, and commits the states that the context collected.
   *
   * @throws NonFiniteException when the gradients hold a NaN or infinity; nothing is changed then. See {@link #deferChecks}
   * @throws IllegalStateException when another thread infers with a parameter or steps it right now; nothing is changed then
   */
  public final void step(Gradients gradients, Context context) {
    boolean queued = !parameters.isEmpty() && device().backend().queuesWork();
    if (queued) {
      guard(gradients);
    } else {
      lastGradientNorm = gradients.globalNorm();
      requireFinite();
    }
    for (int s = 0; s < slots; s++) {
      slot(s); // memory first: what fails from here on would leave half a step
    }
    double maxNorm = clipNorm();
    gradientScale = !queued && maxNorm > 0 && lastGradientNorm > maxNorm ? maxNorm / (lastGradientNorm + 1e-6) : 1;
    beginChange();
    steps++;
    boolean changed = false;
    try {
      for (boolean decayed : new boolean[] {true, false}) {
        changed |= update(gradients, decayed);
      }
      changed = true;
      context.commitUpdates();
    } catch (RuntimeException | Error e) {
      steps -= changed ? 0 : 1; // a kernel that failed before any parameter moved has made no step
      throw e;
    } finally {
      parameters.forEach(p -> p.changing(false));
    }
  }

  /** Asks the device to look at the gradients, and waits for its answer unless that was deferred. */
  private void guard(Gradients gradients) {
    if (guard == null) {
      guard = device().zeros(Shape.of(4));
    }
    device().backend().guardStep(clipNorm(), gradients.parameters().stream().map(p -> gradients.of(p).buffer()).toArray(Buffer[]::new),
        guard.buffer());
    guardUnread = true;
    if (!deferred && readGuard() > 0) {
      clearGuard();
      requireFinite();
    }
  }

  /** What a step beside this one must obey on a device that queues its work; null elsewhere. */
  final Buffer guard() {
    return guard == null ? null : guard.buffer();
  }

  /** The factor that clipped the last step's gradients, where {@link #guard} does not hold it. */
  final double gradientScale() {
    return gradientScale;
  }

  private void clearGuard() {
    if (guard != null) {
      device().backend().fill(guard.buffer(), 0);
    }
    guardUnread = false;
  }

  private void requireFinite() {
    if (!Double.isFinite(lastGradientNorm)) {
      throw new NonFiniteException("[optimizer] the global gradient norm of step " + (steps + 1) + " is " + lastGradientNorm
          + "; no parameter was changed. Run the step again with Context.trainDetectingAnomalies to find the operation");
    }
  }

  /** Marks every parameter as being changed, or none. */
  private void beginChange() {
    for (int i = 0; i < parameters.size(); i++) {
      try {
        parameters.get(i).changing(true);
      } catch (IllegalStateException e) {
        parameters.subList(0, i).forEach(p -> p.changing(false));
        throw e;
      }
    }
  }

  /** Whether there was anything to change. */
  private boolean update(Gradients gradients, boolean decayed) {
    var chosen = new ArrayList<Integer>();
    for (int i = 0; i < parameters.size(); i++) {
      if (gradients.of(parameters.get(i)) != null && decays(parameters.get(i)) == decayed) {
        chosen.add(i);
      }
    }
    if (chosen.isEmpty()) {
      return false;
    }
    var values = chosen.stream().map(i -> parameters.get(i).valueForUpdate().buffer()).toArray(Buffer[]::new);
    var grads = chosen.stream().map(i -> gradients.of(parameters.get(i)).buffer()).toArray(Buffer[]::new);
    var state = new Buffer[slots][];
    for (int s = 0; s < slots; s++) {
      var slot = slot(s);
      state[s] = chosen.stream().map(i -> slot.get(i).buffer()).toArray(Buffer[]::new);
    }
    apply(device(), new Group(values, grads, state, decayed, gradientScale, guard()));
    return true;
  }

  /** Buffers of one group of parameters. */
  record Group(Buffer[] values, Buffer[] gradients, Buffer[][] slots, boolean decayed, double gradientScale, Buffer guard) {}

  /** Runs the kernel of one step on one group. */
  abstract void apply(Device device, Group group);

  /** Largest allowed global norm; 0 for no clipping. */
  abstract double clipNorm();

  /** Leaves parameters out of weight decay (batch norm's, by most recipes), whatever the options say of vectors. */
  public final void withoutDecay(Collection<Parameter> undecayed) {
    this.undecayed.addAll(undecayed);
  }

  /** Whether weight decay applies to vectors (biases, batch norm) too. */
  abstract boolean decayVectors();

  private boolean decays(Parameter p) {
    return !undecayed.contains(p) && (decayVectors() || p.shape().rank() > 1);
  }

  private Device device() {
    return parameters.getFirst().valueForUpdate().device();
  }

  private List<Tensor> slot(int s) {
    while (slotTensors.size() <= s) {
      slotTensors.add(new ArrayList<>());
    }
    var slot = slotTensors.get(s);
    for (var p : parameters.subList(slot.size(), parameters.size())) {
      slot.add(p.valueForUpdate().device().zeros(p.shape()));
    }
    return slot;
  }

  @Override
  public String stateName() {
    return "optimizer";
  }

  @Override
  public void writeState(StateMap out) {
    out.putLong("steps", steps);
    out.putDouble("learning_rate", learningRate);
    for (int s = 0; s < slots; s++) {
      for (int i = 0; i < parameters.size(); i++) {
        out.put("slot" + s + "." + i, slot(s).get(i).download());
      }
    }
  }

  @Override
  public void readState(StateMap in) {
    clearGuard();
    steps = in.longValue("steps");
    learningRate = in.doubleValue("learning_rate");
    for (int s = 0; s < slots; s++) {
      for (int i = 0; i < parameters.size(); i++) {
        HostTensor data = in.tensor("slot" + s + "." + i, parameters.get(i).shape());
        slot(s).get(i).overwrite(data);
      }
    }
  }
}
