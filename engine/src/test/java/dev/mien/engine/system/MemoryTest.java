package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.optim.AdamW;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory: nothing stays behind after a step, and the walk gives back on its way what nobody will read. */
class MemoryTest {
  private static final int DEPTH = 60;
  private static final int LENGTH = 10_000;

  static Stream<String> devices() {
    return Stream.of("reference", "cpu");
  }

  @ParameterizedTest
  @MethodSource("devices")
  void lentBytesReturnAfterEachStep(String name) {
    try (var device = Device.open(name, 2)) {
      var net = new TestNet(4, 5, Rng.seed(1)).to(device);
      var adam = new AdamW(net.parameters(), AdamW.learningRate(1e-3));
      long afterFirst = 0;
      for (int step = 0; step < 6; step++) {
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(2).at(step));
          var logits = net.forward(scope.upload(TestNet.images(4, 8, Rng.seed(step))), context);
          var labels = scope.upload(TestNet.labels(4, 5, Rng.seed(step)));
          adam.step(DistributionLosses.crossEntropy(logits, labels).backward(), context);
          assertTrue(scope.liveTensors() > 0);
        }
        infer(device, net);
        afterFirst = step == 0 ? device.memory().lentBytes() : afterFirst; // the optimiser's moments stay from the first step on
        assertEquals(afterFirst, device.memory().lentBytes(), "after step " + step);
      }
      assertEquals(0, device.openScopes());
    }
  }

  private static void infer(Device device, TestNet net) {
    try (var scope = device.scope()) {
      net.forward(scope.upload(TestNet.images(1, 8, Rng.seed(9))), Context.eval());
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void theWalkReleasesSavedTensors(String name) {
    try (var device = Device.open(name, 2); var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var x = context.watch(scope.upload(HostTensor.of(new float[LENGTH], LENGTH)));
      long one = device.memory().lentBytes();
      var y = x;
      for (int i = 0; i < DEPTH; i++) {
        y = i % 2 == 0 ? Elementwise.tanh(y) : Elementwise.square(y);
      }
      var loss = Reductions.sum(y);
      long forward = device.memory().lentBytes();
      assertTrue(forward > DEPTH * one, "the forward pass saves " + DEPTH + " tensors");
      device.backend().resetPeak();
      loss.backward(x);
      long peak = device.memory().peakBytes() - forward;
      long after = device.memory().lentBytes();
      assertTrue(peak <= 2 * one, "backward added " + peak + " bytes at its peak, " + 2 * one + " allowed");
      assertTrue(after <= 3 * one, after + " bytes are left after backward: x, its gradient and the loss are about " + 2 * one);
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void inferenceHoldsTwoActivationsAtATime(String name) {
    try (var device = Device.open(name, 2); var scope = device.scope()) {
      var layers = Stream.generate(dev.mien.engine.nn.Activation::tanh).limit(DEPTH).toList();
      var x = scope.upload(HostTensor.of(new float[LENGTH], LENGTH));
      long one = device.memory().lentBytes();
      device.backend().resetPeak();
      new dev.mien.engine.nn.Sequential(layers).forward(x, Context.eval());
      assertTrue(device.memory().peakBytes() <= 3 * one, device.memory().peakBytes() + " bytes at the peak, one tensor is "
          + one);
    }
  }

  @Test
  void aScopeForgetsDeadTensors() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      for (int i = 0; i < 20_000; i++) {
        scope.scalar(i).release();
      }
      assertEquals(0, scope.liveTensors());
      assertEquals(0, device.memory().lentBytes());
    }
  }
}
