package dev.mien.models.face;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.models.image.Affine2d;
import org.junit.jupiter.api.Test;

class FivePointsTest {
  private static final double[] FACE = {38, 52, 74, 51, 56, 72, 41, 92, 71, 93};

  @Test
  void tenNumbersAreFivePoints() {
    var points = FivePoints.of(FACE);
    assertEquals(new FivePoints.Point(74, 51), points.rightEye());
    assertEquals(new FivePoints.Point(41, 92), points.mouthLeft());
    assertArrayEquals(FACE, points.toArray());
    assertThrows(IllegalArgumentException.class, () -> FivePoints.of(1, 2, 3));
  }

  @Test
  void sixtyEightPointsAreReducedByTheRule() {
    var xy = new double[136];
    for (int i = 0; i < 136; i++) {
      xy[i] = -1000 - i; // whatever is not asked for must not matter
    }
    double[][] asked = {{36, 30, 50}, {39, 46, 54}, {42, 66, 53}, {45, 82, 49}, {30, 56, 72}, {48, 41, 92}, {54, 71, 93}};
    for (var point : asked) {
      xy[2 * (int) point[0]] = point[1];
      xy[2 * (int) point[0] + 1] = point[2];
    }
    assertEquals(FivePoints.of(FACE), FivePoints.of68(xy));
    assertThrows(IllegalArgumentException.class, () -> FivePoints.of68(FACE));
  }

  @Test
  void whatIsNoFaceIsRefusedInWords() {
    assertRefused("the nose is at (NaN, 72.0)", 4, Double.NaN);
    assertRefused("the right corner of the mouth is at (71.0, Infinity)", 9, Double.POSITIVE_INFINITY);
    assertRefused("the left eye is at (-2.0E7, 52.0)", 0, -2e7);
    assertMessage("both eyes are at (38.0, 52.0)", 38, 52, 38, 52, 56, 72, 41, 92, 71, 93);
    assertMessage("both eyes", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertMessage("left and right are exchanged", 74, 51, 38, 52, 56, 72, 71, 93, 41, 92);
  }

  @Test
  void everyTurnInThePlaneAndProfilesAreFaces() {
    for (int degrees = 0; degrees < 360; degrees += 15) {
      var turned = Affine2d.rotation(degrees);
      var xy = new double[10];
      for (int i = 0; i < 10; i += 2) {
        xy[i] = turned.applyX(FACE[i], FACE[i + 1]);
        xy[i + 1] = turned.applyY(FACE[i], FACE[i + 1]);
      }
      assertDoesNotThrow(() -> FivePoints.of(xy));
    }
    // the eyes and the corners of the mouth have passed each other by a few pixels
    assertDoesNotThrow(() -> FivePoints.of(64, 50, 61, 50.5, 40, 71, 58, 90, 55, 91));
  }

  private static void assertRefused(String message, int at, double value) {
    var xy = FACE.clone();
    xy[at] = value;
    assertMessage(message, xy);
  }

  private static void assertMessage(String message, double... xy) {
    var said = assertThrows(IllegalArgumentException.class, () -> FivePoints.of(xy)).getMessage();
    assertTrue(said.contains(message), said);
  }
}
