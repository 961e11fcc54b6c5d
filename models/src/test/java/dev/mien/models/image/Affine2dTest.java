package dev.mien.models.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Affine2dTest {
  private static final double[] TEMPLATE =
      {38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041};

  @Test
  void similarityFindsTheMapThatMadeThePoints() {
    var map = Affine2d.translation(3, -8).after(Affine2d.rotation(17)).after(Affine2d.scaling(2.5, 2.5));
    var moved = new double[10];
    for (int i = 0; i < 10; i += 2) {
      moved[i] = map.applyX(TEMPLATE[i], TEMPLATE[i + 1]);
      moved[i + 1] = map.applyY(TEMPLATE[i], TEMPLATE[i + 1]);
    }
    assertClose(map, Affine2d.similarity(TEMPLATE, moved));
    assertClose(map.inverse(), Affine2d.similarity(moved, TEMPLATE));
  }

  @Test
  void similarityIsTheLeastSquaresOne() {
    double[] noisy = TEMPLATE.clone();
    noisy[0] += 3;
    noisy[5] -= 2;
    var fit = Affine2d.similarity(noisy, TEMPLATE);
    double best = error(fit, noisy);
    for (double d : new double[] {-1e-3, 1e-3}) {
      assertTrue(error(new Affine2d(fit.xx() + d, fit.xy(), fit.x0(), fit.yx(), fit.yy() + d, fit.y0()), noisy) > best);
      assertTrue(error(new Affine2d(fit.xx(), fit.xy() - d, fit.x0(), fit.yx() + d, fit.yy(), fit.y0()), noisy) > best);
      assertTrue(error(new Affine2d(fit.xx(), fit.xy(), fit.x0() + d, fit.yx(), fit.yy(), fit.y0()), noisy) > best);
    }
  }

  @Test
  void compositionAndInverse() {
    var map = Affine2d.rotation(33).after(Affine2d.shear(10, -4)).after(Affine2d.translation(5, 6))
        .after(Affine2d.scaling(0.3, 2));
    assertClose(Affine2d.IDENTITY, map.after(map.inverse()));
    assertClose(Affine2d.IDENTITY, map.inverse().after(map));
    assertEquals(7, Affine2d.mirror(10).applyX(3, 1));
    assertEquals(Math.tan(Math.toRadians(10)) * 2 + 1, Affine2d.shear(10, 0).applyX(1, 2), 1e-12);
    assertEquals(1, Affine2d.rotation(90).applyY(1, 0), 1e-12);
    assertThrows(ArithmeticException.class, () -> Affine2d.scaling(0, 1).inverse());
    assertThrows(IllegalArgumentException.class, () -> Affine2d.similarity(new double[] {1, 1, 1, 1}, new double[] {0, 0, 2, 2}));
  }

  @Test
  void pixelIndicesAreHalfAPixelOff() {
    var map = Affine2d.ofPixelIndices(2, 1, 5, 0, 3, -4);
    assertEquals(2 * 7 + 9 + 5 + 0.5, map.applyX(7.5, 9.5), 1e-12);
    assertEquals(3 * 9 - 4 + 0.5, map.applyY(7.5, 9.5), 1e-12);
  }

  private static double error(Affine2d map, double[] from) {
    double sum = 0;
    for (int i = 0; i < 10; i += 2) {
      double dx = map.applyX(from[i], from[i + 1]) - TEMPLATE[i];
      double dy = map.applyY(from[i], from[i + 1]) - TEMPLATE[i + 1];
      sum += dx * dx + dy * dy;
    }
    return sum;
  }

  private static void assertClose(Affine2d expected, Affine2d actual) {
    assertEquals(expected.xx(), actual.xx(), 1e-9);
    assertEquals(expected.xy(), actual.xy(), 1e-9);
    assertEquals(expected.x0(), actual.x0(), 1e-9);
    assertEquals(expected.yx(), actual.yx(), 1e-9);
    assertEquals(expected.yy(), actual.yy(), 1e-9);
    assertEquals(expected.y0(), actual.y0(), 1e-9);
  }
}
