package dev.mien.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReferenceMathTest {
  /** x, erf(x), erfc(x), erfc(-x) as Python 3's math module prints them. */
  private static final double[][] PYTHON = {
      {1e-300, 1.1283791670955126e-300, 1.0, 1.0},
      {1e-10, 1.1283791670955126e-10, 0.999999999887162, 1.000000000112838},
      {0.001, 0.0011283787909692365, 0.9988716212090307, 1.0011283787909693},
      {0.1, 0.1124629160182849, 0.8875370839817152, 1.1124629160182848},
      {0.5, 0.5204998778130465, 0.4795001221869535, 1.5204998778130465},
      {0.84375, 0.7672256612323416, 0.23277433876765835, 1.7672256612323416},
      {1.0, 0.8427007929497149, 0.15729920705028513, 1.842700792949715},
      {1.25, 0.9229001282564582, 0.07709987174354177, 1.9229001282564582},
      {1.5, 0.9661051464753108, 0.033894853524689274, 1.9661051464753108},
      {1.9999, 0.9953201979070294, 0.004679802092970608, 1.9953201979070294},
      {2.0, 0.9953222650189527, 0.004677734981047265, 1.9953222650189528},
      {2.0001, 0.9953243313041966, 0.0046756686958033394, 1.9953243313041966},
      {2.5, 0.999593047982555, 0.0004069520174449589, 1.999593047982555},
      {3.0, 0.9999779095030014, 2.2090496998585438e-05, 1.9999779095030015},
      {4.0, 0.9999999845827421, 1.541725790028002e-08, 1.999999984582742},
      {5.0, 0.9999999999984626, 1.5374597944280351e-12, 1.9999999999984626},
      {5.9, 0.9999999999999999, 7.190409783550478e-17, 2.0},
      {6.0, 1.0, 2.1519736712498916e-17, 2.0},
      {10.0, 1.0, 2.088487583762545e-45, 2.0},
      {26.0, 1.0, 5.663192408856143e-296, 2.0}
  };

  @Test
  void errorFunctionHasDoubleAccuracy() {
    for (double[] row : PYTHON) {
      assertEquals(row[1], ReferenceMath.erf(row[0]), 4e-16 * row[1], "erf " + row[0]);
      assertEquals(-row[1], ReferenceMath.erf(-row[0]), 4e-16 * row[1], "erf " + -row[0]);
      assertEquals(row[3], ReferenceMath.erfc(-row[0]), 4e-16 * row[3], "erfc " + -row[0]);
      double relative = row[0] <= 1.5 ? 1e-14 : 2e-15;
      assertEquals(row[2], ReferenceMath.erfc(row[0]), relative * row[2], "erfc " + row[0]);
    }
  }

  @Test
  void limitsAndNan() {
    assertEquals(1, ReferenceMath.erf(Double.POSITIVE_INFINITY));
    assertEquals(-1, ReferenceMath.erf(Double.NEGATIVE_INFINITY));
    assertEquals(0, ReferenceMath.erfc(40));
    assertTrue(Double.isNaN(ReferenceMath.erf(Double.NaN)));
    assertTrue(Double.isNaN(ReferenceMath.erfc(Double.NaN)));
    assertEquals(0, ReferenceMath.sigmoid(-1e4));
    assertEquals(1, ReferenceMath.sigmoid(1e4));
  }
}
