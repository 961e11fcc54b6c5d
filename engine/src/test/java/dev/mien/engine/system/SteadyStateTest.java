package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.plan.MemoryPlan;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.kernels.CountingBackend;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the first steps a step takes no memory that the steps before did not leave, and the engine itself makes little garbage. */
class SteadyStateTest {
  private static final int CLASSES = 5;
  private static final int WARM_UP = 3;
  private static final int STEPS = 5;
  /** Operations that a step of {@link TestNet} records, roughly: handles, nodes, lambdas and shapes of each. */
  private static final int OPERATIONS = 25;
  private static final long BYTES_PER_OPERATION = 4096;

  private static MemoryPlan.Work work(Device device) {
    var net = new TestNet(16, CLASSES, Rng.seed(1)).to(device);
    var images = TestNet.images(4, 24, Rng.seed(2));
    var labels = TestNet.labels(4, CLASSES, Rng.seed(3));
    return new MemoryPlan.Work(net, new Sgd(net.parameters(), Sgd.learningRate(0.1).momentum(0.9)), (scope, context) ->
        DistributionLosses.crossEntropy(net.forward(scope.upload(images), context), scope.upload(labels)));
  }

  private static void step(Device device, MemoryPlan.Work work, int number) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(4).at(number));
      work.optimizer().step(work.loss().apply(scope, context).backward(), context);
    }
  }

  /** One thread: with more, how many kernels' working memories are out at once is a matter of luck. */
  @ParameterizedTest
  @ValueSource(strings = {"FAST", "EXACT"})
  void thePoolStopsGrowing(String convolution) {
    var options = Device.Options.DEFAULT.threads(1).convolution(Device.Convolution.valueOf(convolution));
    try (var device = Device.open("cpu", options)) {
      var work = work(device);
      long pooled = 0;
      for (int i = 0; i < WARM_UP + STEPS; i++) {
        step(device, work, i);
        var memory = device.memory();
        if (i < WARM_UP) {
          pooled = memory.lentBytes() + memory.idleBytes();
        }
        assertEquals(pooled, memory.lentBytes() + memory.idleBytes(), "memory of the pool after step " + (i + 1));
      }
    }
  }

  /** Measured where kernels do nothing, for code that is not compiled yet makes garbage of its own. */
  @Test
  void theEngineMakesLittleGarbage() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var device = Device.counting(new CountingBackend(() -> ""))) {
      var work = work(device);
      for (int i = 0; i < WARM_UP; i++) {
        step(device, work, i);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < STEPS; i++) {
        step(device, work, WARM_UP + i);
      }
      long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / STEPS;
      assertTrue(bytes < OPERATIONS * BYTES_PER_OPERATION, bytes + " bytes of garbage in a step, allowed "
          + OPERATIONS * BYTES_PER_OPERATION);
    }
  }
}
