package dev.mien.engine.system;

import dev.mien.engine.autograd.GradCheck;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every gradient rule against central differences in float64, and two backward runs bit for bit: 20 random shapes and attributes
 * of each operation, 100 with {@code -Dmien.full=true}; another stream with {@code -Dseed=N}.
 */
class OpGradientTest {
  @TestFactory
  Stream<DynamicTest> gradients() {
    return OpSamples.ROWS.stream().map(row -> DynamicTest.dynamicTest(row.signature(),
        () -> IntStream.range(0, SampleRunner.SAMPLES).forEach(number -> check(row, number))));
  }

  private static void check(OpRow row, int number) {
    var sample = row.sample(Draw.small(SampleRunner.key(row, number)));
    try {
      GradCheck.check(sample.function(), sample.inputs());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(row + " sample " + number + " of seed " + SampleRunner.SEED + ": " + e.getMessage(), e);
    }
  }
}
