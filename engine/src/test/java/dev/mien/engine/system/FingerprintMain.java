package dev.mien.engine.system;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.DeviceException;
import java.util.stream.IntStream;

/**
 * Prints fingerprints of a fresh JVM, for {@link DeterminismTest}: {@code NAME HASH} lines, or why the device cannot be opened.
 */
public final class FingerprintMain {
  private static final int REPETITIONS = 300;

  private FingerprintMain() {}

  /** Arguments: {@code operations}, {@code training}, {@code warm}, in any number. */
  public static void main(String[] what) {
    try (var device = Device.open("cpu", 2)) {
      for (String w : what) {
        String hash = switch (w) {
          case "operations" -> Fingerprints.ofOperations(device, DeterminismTest.SAMPLES);
          case "warm" -> warm(device);
          default -> new Fingerprints.Run(device, 1).until(Integer.parseInt(w)).hash();
        };
        System.out.println(w + " " + hash);
      }
    } catch (DeviceException e) {
      System.out.println("refused " + e.getMessage());
    }
  }

  /** The hash of the operations after every one of them has been called often enough to be compiled. */
  private static String warm(Device device) {
    for (var row : OpSamples.ROWS) {
      var sample = row.sample(Draw.wide(SampleRunner.key(row, 1000)));
      IntStream.range(0, REPETITIONS).forEach(i -> SampleRunner.run(device, sample));
    }
    return Fingerprints.ofOperations(device, DeterminismTest.SAMPLES);
  }
}
