package dev.mien.engine.plan;

import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.GradientAccumulator;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Tensor;
import dev.mien.engine.tensor.Variable;
import dev.mien.kernels.CountingBackend;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a training needs on the device {@code cpu}, found by running two steps on a device that counts and computes nothing. Bytes.
 *
 * <pre>{@code
 * var plan = MemoryPlan.of(device -> {
 *   var net = ResNet.resnet50(101, Rng.seed(1)).to(device);
 *   return new MemoryPlan.Work(net, new Sgd(net.parameters(), Sgd.learningRate(0.1)), (scope, context) ->
 *       loss.forward(net.forward(scope.upload(images), context), scope.upload(labels)));
 * });
 * }</pre>
 *
 * @param parameterBytes parameters and running statistics of the modules
 * @param optimizerBytes velocities and moments
 * @param otherBytes what else stays on the device, such as an average of the weights
 * @param activationBytes inputs and results held at the end of the forward pass
 * @param gradientBytes gradients of the parameters at the end of the backward pass
 * @param peakBytes most that tensors hold at once
 * @param peakAt where that is, by the module's path
 * @param scratchBytes about how much working memory kernels take beside the tensors
 */
public record MemoryPlan(long parameterBytes, long optimizerBytes, long otherBytes, long activationBytes, long gradientBytes,
                         long peakBytes, String peakAt, long scratchBytes) {
  private static final int STEPS = 2; // the optimiser takes its memory in the first

  /**
   * A training on its device.
   *
   * @param batches how many a step takes, whose gradients are averaged
   * @param loss the forward pass of one batch, to a scalar
   */
  public record Work(List<Module> modules, Optimizer optimizer, int batches, BiFunction<Scope, Context, Tensor> loss) {
    /** A training of one network with a batch a step. */
    public Work(Module net, Optimizer optimizer, BiFunction<Scope, Context, Tensor> loss) {
      this(List.of(net), optimizer, 1, loss);
    }
  }

  /** Where the program stands. */
  private static final class Place {
    private Supplier<String> where = () -> "the network";
  }

  /** Counts the work that {@code build} puts on the device it is given. */
  public static MemoryPlan of(Function<Device, Work> build) {
    var place = new Place();
    var counting = new CountingBackend(() -> place.where.get());
    try (var device = Device.counting(counting)) {
      var work = build.apply(device);
      long parameters = work.modules.stream().mapToLong(m -> bytes(m.namedVariables().values())).sum();
      long built = device.memory().lentBytes();
      Batch batch = null;
      for (int step = 0; step < STEPS; step++) {
        batch = step(work, device, place, step);
      }
      long kept = device.memory().lentBytes();
      return new MemoryPlan(parameters, kept - built, built - parameters, batch.activationBytes, batch.gradientBytes,
          device.memory().peakBytes(), counting.peakAt(), counting.scratchBytes());
    }
  }

  /** What one batch took. */
  private record Batch(long activationBytes, long gradientBytes) {}

  private static Batch step(Work work, Device device, Place place, int number) {
    boolean several = work.batches > 1;
    var key = Rng.seed(0).at(number);
    Batch batch = null;
    try (var accumulator = new GradientAccumulator(device)) {
      for (int i = 0; i < Math.min(work.batches, 2); i++) { // from the second on all are alike
        long before = device.memory().lentBytes();
        var context = Context.train(key);
        place.where = context::where;
        try (var scope = device.scope()) {
          var loss = work.loss.apply(scope, context);
          long activations = device.memory().lentBytes() - before;
          var made = loss.backward();
          batch = new Batch(activations, bytes(made.parameters()));
          if (several) {
            made.addTo(accumulator, 1.0 / work.batches);
            context.commitUpdates();
          } else {
            place.where = () -> "the optimiser's step";
            work.optimizer.step(made, context);
          }
        }
      }
      if (several) {
        place.where = () -> "the optimiser's step";
        work.optimizer.step(accumulator.gradients(), Context.train(key));
      }
    }
    return batch;
  }

  private static long bytes(Collection<? extends Variable> variables) {
    return variables.stream().mapToLong(v -> CountingBackend.bytes(v.shape().toArray())).sum();
  }

  /** Tensors and working memory together. */
  public long totalBytes() {
    return peakBytes + scratchBytes;
  }
}
