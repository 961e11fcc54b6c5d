package dev.mien.engine.optim;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Gradients;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.OptimizerStep;

/**
 * A table of rows of which a step uses and changes only some: the classes of a recogniser with very many identities (An et al. 2021,
 * "Partial FC"). Only the rows in use have activations, gradients and an optimiser step; table and velocities belong to the device.
 *
 * <pre>{@code
 * table.select(rows);                                   // [S] different rows
 * var cosines = MatMul.matmul(faces, table.parameter().in(context), false, true);
 * var gradients = loss.backward();
 * sgd.step(gradients, context);
 * table.step(gradients, sgd);                           // these rows alone move
 * }</pre>
 */
public final class SampledRows implements Stateful, AutoCloseable {
  private final Device device;
  private final Tensor table;
  private final Tensor velocities;
  private final Parameter selected;
  private final Tensor selectedVelocities;
  private final double momentum;
  private final double weightDecay;
  private int[] rows;

  /**
   * @param initial {@code [R, D]}
   * @param sample how many rows a step uses, S
   * @param momentum of SGD; a row that is not selected keeps its velocity
   * @param weightDecay L2 factor, for the selected rows
   */
  public SampledRows(Device device, HostTensor initial, int sample, double momentum, double weightDecay) {
    this.device = device;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    int columns = initial.shape().dim(1);
    table = device.zeros(initial.shape());
    table.overwrite(initial);
    velocities = device.zeros(initial.shape());
    selected = new Parameter("selected", HostTensor.of(new float[sample * columns], sample, columns));
    selected.to(device);
    selectedVelocities = device.zeros(Shape.of(sample, columns));
  }

  /** Number of rows, R. */
  public int rows() {
    return table.shape().dim(0);
  }

  /** Takes these S different rows into use. */
  public void select(int... chosen) {
    if (chosen.length != selected.shape().dim(0)) {
      throw new IllegalArgumentException("[sampled rows] " + chosen.length + " rows chosen, a step uses " + selected.shape().dim(0));
    }
    rows = chosen.clone();
    try (var scope = device.scope()) {
      var at = indices(scope);
      device.backend().gatherRows(table.buffer(), at, selected.valueForUpdate().buffer());
      device.backend().gatherRows(velocities.buffer(), at, selectedVelocities.buffer());
      selected.changed();
    }
  }

  private Buffer indices(Scope scope) {
    return scope.upload(HostTensor.of(rows, rows.length)).buffer();
  }

  /** The rows in use, {@code [S, D]}, in the order in which they were selected. */
  public Parameter parameter() {
    return selected;
  }

  /** One step of SGD on the rows in use, which go back to the table. The gradients must be known to be finite. */
  public void step(Gradients gradients, double learningRate) {
    step(gradients, new OptimizerStep.Sgd(learningRate, momentum, weightDecay, false, 1));
  }

  /**
   * The same after the step that the main optimiser made with these gradients: with its rate and clipping, and changing nothing where it
   * refused a NaN or infinity, be it on a device that tells so later.
   */
  public void step(Gradients gradients, Optimizer after) {
    step(gradients, new OptimizerStep.Sgd(after.learningRate(), momentum, weightDecay, false, after.gradientScale(), after.guard()));
  }

  private void step(Gradients gradients, OptimizerStep.Sgd rule) {
    var gradient = gradients.of(selected);
    if (gradient == null) {
      return;
    }
    var k = device.backend();
    selected.changing(true);
    try (var scope = device.scope()) {
      var value = selected.valueForUpdate().buffer();
      k.sgd(rule, new Buffer[] {value}, new Buffer[] {gradient.buffer()}, new Buffer[] {selectedVelocities.buffer()});
      var at = indices(scope);
      k.scatterRows(value, at, table.buffer());
      k.scatterRows(selectedVelocities.buffer(), at, velocities.buffer());
    } finally {
      selected.changing(false);
    }
  }

  @Override
  public String stateName() {
    return "sampled";
  }

  @Override
  public void writeState(StateMap out) {
    out.put("table", table.download());
    out.put("velocities", velocities.download());
  }

  @Override
  public void readState(StateMap in) {
    table.overwrite(in.tensor("table", table.shape()));
    velocities.overwrite(in.tensor("velocities", velocities.shape()));
  }

  @Override
  public void close() {
    device.free(table);
    device.free(velocities);
    device.free(selectedVelocities);
  }
}
