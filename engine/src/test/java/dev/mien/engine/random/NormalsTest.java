package dev.mien.engine.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NormalsTest {
  /** The fast way must never show: initial weights are part of what a seed promises. */
  @Test
  void everyFloatIsTheOneOfTheSlowWay() {
    double[] deviations = {0.05, 1, -2, 1e-38, 3e37, 0};
    for (int d = 0; d < deviations.length; d++) {
      var rng = Rng.seed(d);
      // More than one piece, and a last one that is not full.
      float[] fast = Normals.floats(rng, deviations[d], 140_001);
      for (int i = 0; i < fast.length; i++) {
        float slow = (float) (deviations[d] * rng.gaussian(i));
        assertEquals(Float.floatToRawIntBits(slow), Float.floatToRawIntBits(fast[i]), "element " + i + ", deviation " + deviations[d]);
      }
    }
  }

  @Test
  void noneIsPossible() {
    assertEquals(0, Normals.floats(Rng.seed(1), 1, 0).length);
  }
}
