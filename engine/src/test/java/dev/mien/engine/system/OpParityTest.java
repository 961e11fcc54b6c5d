package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each operation on the device {@code cpu} (float32, vectors) and on {@code opencl:0} where there is one, against the float64 reference,
 * result and gradients, over small draws and over draws that cross vector and block borders.
 *
 * <p>A float32 sum of K terms errs by at most gamma_K sum |a b|, gamma_K about K 2^-24, and by about sqrt(K) 2^-24 of it at
 * random signs. The longest sums drawn here have about 10^3 terms, so 2e-5 (335 ulp) of the largest value of a result leaves a
 * factor of ten; a lost tail, a wrong lane or a wrong stride is wrong in the first digit.
 */
class OpParityTest {
  private static final double TOLERANCE = 2e-5;
  /** What a convolution may err by when fast algorithms are allowed. */
  private static final double FAST_TOLERANCE = 1e-4;
  private static final Device REFERENCE = Device.open("reference");
  private static final Device.Options TWO_THREADS = Device.Options.DEFAULT.threads(2);
  private static final Device CPU = Device.open("cpu", TWO_THREADS.convolution(Device.Convolution.EXACT));
  private static final Device FAST = Device.open("cpu", TWO_THREADS.convolution(Device.Convolution.FAST));

  @AfterAll
  static void close() {
    for (var device : List.of(REFERENCE, CPU, FAST)) {
      assertEquals(0, device.openScopes());
      device.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> parity() {
    return OpSamples.ROWS.stream().map(row -> DynamicTest.dynamicTest(row.signature(), () -> {
      for (int i = 0; i < SampleRunner.SAMPLES; i++) {
        compare(CPU, row, i, row.sample(Draw.small(SampleRunner.key(row, i))));
        compare(CPU, row, i, row.sample(Draw.wide(SampleRunner.key(row, i))));
      }
    }));
  }

  /** Prints how many rows of the table ran, and which it could not run; there are none of those. */
  @TestFactory
  Stream<DynamicTest> openCl() {
    var first = Device.diagnose().stream().filter(d -> d.device().startsWith("opencl")).findFirst();
    assumeTrue(first.isPresent() && first.get().usable(), () -> "opencl: " + first.map(d -> d.reason()).orElse("no such provider"));
    var device = Device.open("opencl:0");
    var ran = new AtomicInteger();
    var unsupported = new ConcurrentSkipListSet<String>();
    var rows = OpSamples.ROWS.stream().map(row -> DynamicTest.dynamicTest(row.signature(), () -> {
      try {
        for (int i = 0; i < SampleRunner.SAMPLES; i++) {
          compare(device, row, i, row.sample(Draw.small(SampleRunner.key(row, i))));
          compare(device, row, i, row.sample(Draw.wide(SampleRunner.key(row, i))));
        }
        ran.incrementAndGet();
      } catch (UnsupportedOperationException e) {
        unsupported.add(row.signature() + ": " + e.getMessage());
      }
    }));
    var end = DynamicTest.dynamicTest("every row of the table", () -> {
      assertEquals(0, device.openScopes());
      device.close();
      System.out.println("opencl:0 ran " + ran + " of " + OpSamples.ROWS.size() + " rows of the table of operations, forward and gradient; "
          + unsupported.size() + " unsupported " + unsupported);
      assertEquals(OpSamples.ROWS.size(), ran.get());
    });
    return Stream.concat(rows, Stream.of(end));
  }

  @TestFactory
  Stream<DynamicTest> fastConvolution() {
    return OpSamples.ROWS.stream().filter(row -> row.operation().equals("conv2d"))
        .map(row -> DynamicTest.dynamicTest(row.signature(), () -> {
          for (int i = 0; i < SampleRunner.SAMPLES; i++) {
            compare(FAST, row, i, row.sample(Draw.wide(SampleRunner.key(row, i))));
          }
        }));
  }

  private static void compare(Device device, OpRow row, int number, Sample sample) {
    String where = row + " sample " + number + " of seed " + SampleRunner.SEED + ", inputs " + List.of(sample.inputs());
    double tolerance = device == FAST ? FAST_TOLERANCE : TOLERANCE;
    List<HostTensor> exact;
    List<HostTensor> actual;
    try {
      exact = SampleRunner.run(REFERENCE, sample);
      actual = SampleRunner.run(device, sample);
    } catch (UnsupportedOperationException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(where + ": " + e.getMessage(), e);
    }
    assertEquals(exact.size(), actual.size(), where);
    for (int i = 0; i < exact.size(); i++) {
      String what = where + (i == 0 ? ": result" : ": gradient " + (i - 1));
      assertEquals(exact.get(i).shape(), actual.get(i).shape(), what);
      double error = relativeError(exact.get(i).doubles(), actual.get(i).doubles());
      assertTrue(error <= tolerance, () -> what + " is off by " + error + " of its range");
    }
  }

  /** The largest difference in units of the largest exact value, which counts for at least 0.01 (gelu has a derivative of 0). */
  private static double relativeError(double[] exact, double[] actual) {
    double range = 0.01;
    double worst = 0;
    for (double e : exact) {
      range = Math.max(range, Math.abs(e));
    }
    for (int i = 0; i < exact.length; i++) {
      double difference = Math.abs(exact[i] - actual[i]);
      worst = difference <= Double.MAX_VALUE ? Math.max(worst, difference) : Double.POSITIVE_INFINITY;
    }
    return worst / range;
  }

  @Test
  void theComparisonSeesOneWrongElement() {
    assertEquals(0.5, relativeError(new double[] {2, 1}, new double[] {2, 0}));
    assertEquals(Double.POSITIVE_INFINITY, relativeError(new double[] {2, 1}, new double[] {2, Double.NaN}));
  }
}
