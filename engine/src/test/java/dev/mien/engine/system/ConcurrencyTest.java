package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One model, many threads: inference answers the same bits as alone, and two trainings on one device do not disturb each other.
 */
class ConcurrencyTest {
  private static final int THREADS = 16;
  private static final int INPUTS = 8;

  @ParameterizedTest
  @CsvSource({"cpu, 500", "reference, 50"})
  void sixteenThreadsInfer(String name, int inferences) throws Exception {
    try (var device = Device.open(name, 2)) {
      var net = new TestNet(4, 5, Rng.seed(1)).to(device);
      var expected = new HostTensor[INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        expected[i] = infer(device, net, i);
      }
      long lent = device.memory().lentBytes();
      try (var pool = Executors.newFixedThreadPool(THREADS)) {
        var tasks = new ArrayList<Callable<Void>>();
        for (int t = 0; t < THREADS; t++) {
          int thread = t;
          tasks.add(() -> {
            for (int i = 0; i < inferences; i++) {
              int input = (i + thread) % INPUTS;
              assertEquals(expected[input], infer(device, net, input), "thread " + thread + ", inference " + i);
            }
            return null;
          });
        }
        for (var done : pool.invokeAll(tasks)) {
          done.get();
        }
      }
      assertEquals(0, device.openScopes());
      assertEquals(lent, device.memory().lentBytes());
    }
  }

  private static HostTensor infer(Device device, TestNet net, int input) {
    try (var scope = device.scope()) {
      return net.forward(scope.upload(TestNet.images(1, 8, Rng.seed(100 + input))), Context.eval()).download();
    }
  }

  @Test
  void twoTrainingsShareADevice() throws Exception {
    int steps = 10;
    try (var device = Device.open("cpu", 2); var pool = Executors.newFixedThreadPool(2)) {
      var alone = new ArrayList<String>();
      for (int seed = 0; seed < 2; seed++) {
        alone.add(new Fingerprints.Run(device, seed).until(steps).hash());
      }
      var tasks = new ArrayList<Callable<String>>();
      for (int seed = 0; seed < 2; seed++) {
        int own = seed;
        tasks.add(() -> new Fingerprints.Run(device, own).until(steps).hash());
      }
      var together = new ArrayList<String>();
      for (var done : pool.invokeAll(tasks)) {
        together.add(done.get());
      }
      assertEquals(alone, together);
    }
  }
}
