package dev.mien.bench;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.models.backbone.ResNet;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long does a fresh process take to its first result? ResNet-18 with random weights, one picture of 224x224, evaluation. Prints
 * milliseconds from the start of the JVM (it begins to count some 20 ms after the system started the process), from the start of main, and
 * a checksum of the logits.
 */
public final class ColdStart {
  private static final int SIZE = 224;
  private static final int CLASSES = 1000;

  private ColdStart() {}

  /** The one optional argument: threads, 0 for one per processor. */
  public static void main(String[] arguments) {
    long main = System.currentTimeMillis();
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
    var rng = Rng.seed(1);
    try (var device = Device.open("cpu", threads); var scope = device.scope()) {
      var net = ResNet.resnet18(CLASSES, rng.split("init")).to(device);
      float[] pixels = new float[3 * SIZE * SIZE];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = i % 251 / 125f - 1;
      }
      var logits = net.forward(scope.upload(HostTensor.of(pixels, 1, 3, SIZE, SIZE)), Context.eval()).download();
      long end = System.currentTimeMillis();
      long begin = ManagementFactory.getRuntimeMXBean().getStartTime();
      System.out.printf(Locale.ROOT, "first result after %d ms, %d ms from main, checksum %s%n", end - begin,
          end - main, Integer.toHexString(Arrays.hashCode(logits.floats())));
    }
  }
}
