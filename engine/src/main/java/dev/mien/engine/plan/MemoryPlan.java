package dev.mien.engine.plan;

import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Tensor;
import dev.mien.engine.tensor.Variable;
import dev.mien.kernels.CountingBackend;
import java.util.Collection;
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
 * @param parameterBytes parameters and running statistics of the network
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
   * @param loss the forward pass of one step, to a scalar
   */
  public record Work(Module net, Optimizer optimizer, BiFunction<Scope, Context, Tensor> loss) {}

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
      long parameters = bytes(work.net.namedVariables().values());
      long built = device.memory().lentBytes();
      long activations = 0;
      long gradients = 0;
      for (int step = 0; step < STEPS; step++) {
        long before = device.memory().lentBytes();
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(0).at(step));
          place.where = context::where;
          var loss = work.loss.apply(scope, context);
          activations = device.memory().lentBytes() - before;
          var made = loss.backward();
          gradients = bytes(made.parameters());
          place.where = () -> "the optimiser's step";
          work.optimizer.step(made, context);
        }
      }
      long kept = device.memory().lentBytes();
      return new MemoryPlan(parameters, kept - built, built - parameters, activations, gradients, device.memory().peakBytes(),
          counting.peakAt(), counting.scratchBytes());
    }
  }

  private static long bytes(Collection<? extends Variable> variables) {
    return variables.stream().mapToLong(v -> CountingBackend.bytes(v.shape().toArray())).sum();
  }

  /** Tensors and working memory together. */
  public long totalBytes() {
    return peakBytes + scratchBytes;
  }
}
