package dev.mien.models.head;

import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.optim.SampledRows;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Gradients;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import dev.mien.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A head over very many identities of which a step sees a sample (An et al. 2021, "Partial FC"): those of the batch, and others drawn at
 * random up to a fixed number. One million identities of 512 features take 4 GB (rows and velocities) and a tenth of the work.
 */
public final class PartialFc implements Stateful, AutoCloseable {
  private final FaceHead head;
  private final SampledRows table;
  private final int sample;
  private final Rng rng;

  /**
   * @param head with 0 classes of its own, see {@link FaceHeads#named}
   * @param classes identities, C
   * @param sample identities a step sees, at least a batch's
   */
  public PartialFc(Device device, FaceHead head, int classes, int features, int sample, double momentum, double weightDecay, Rng rng) {
    if (sample < 2 || sample > classes) {
      throw new MienException("[partial fc] a sample of " + sample + " identities from " + classes + "; expected 2.." + classes);
    }
    this.head = head;
    this.sample = sample;
    this.rng = rng.split("sample");
    this.table = new SampledRows(device, FaceHead.directions(classes, features, rng.split("weight")), sample, momentum, weightDecay);
  }

  /**
   * The loss of a batch over a sample of the identities, a pure function of the key given at construction and the step.
   *
   * @param features {@code [N, D]}
   * @param labels N identities in [0, C)
   * @throws MienException when the batch has more identities than a sample holds
   */
  public FaceHead.Result evaluate(Scope scope, Tensor features, int[] labels, long step, Context context) {
    int[] rows = draw(labels, step);
    table.select(rows);
    int[] places = Arrays.stream(labels).map(label -> Arrays.binarySearch(rows, label)).toArray();
    return head.evaluate(features, table.parameter().in(context), scope.upload(HostTensor.of(places, places.length)), context);
  }

  /** The batch's identities and others, ascending. */
  private int[] draw(int[] labels, long step) {
    var chosen = new BitSet(table.rows());
    for (int label : labels) {
      if (label < 0 || label >= table.rows()) {
        throw new MienException("[partial fc] identity " + label + " is outside [0, " + table.rows() + ")");
      }
      chosen.set(label);
    }
    int count = chosen.cardinality();
    if (count > sample) {
      throw new MienException("[partial fc] the batch holds " + count + " identities, a sample " + sample + "; take a larger sample");
    }
    var key = rng.at(step);
    for (long i = 0; count < sample; i++) {
      int row = key.below(table.rows(), i);
      if (!chosen.get(row)) {
        chosen.set(row);
        count++;
      }
    }
    return chosen.stream().toArray();
  }

  /** Moves the rows of the last sample; the gradients must be known to be finite. */
  public void step(Gradients gradients, double learningRate) {
    table.step(gradients, learningRate);
  }

  /** The same after the optimiser's step with these gradients, at its rate; rows stay where it refused a NaN or infinity. */
  public void step(Gradients gradients, Optimizer after) {
    table.step(gradients, after);
  }

  @Override
  public String stateName() {
    return "partialFc";
  }

  @Override
  public void writeState(StateMap out) {
    table.writeState(out);
  }

  @Override
  public void readState(StateMap in) {
    table.readState(in);
  }

  @Override
  public void close() {
    table.close();
  }
}
