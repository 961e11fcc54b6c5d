package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import org.junit.jupiter.api.Test;

class FaceCutsTest {
  /** InsightFace's five points, in pixel indices of 112 x 112. */
  private static final float[] POINTS = {38.2946f, 51.6963f, 73.5318f, 51.5014f, 56.0252f, 71.7366f, 41.5493f, 92.3655f, 70.7299f, 92.2041f};

  @Test
  void aPictureIsSquaredByItsEdge() {
    var wide = RgbImage.read(FaceLayouts.pnm(3, 1, 9, 4, false), "wide");
    var square = ImageTransforms.squared(wide);
    assertEquals(9, square.width());
    assertEquals(9, square.height());
    for (int x = 0; x < 9; x++) {
      for (int y = 0; y < 9; y++) {
        int from = Math.clamp(y - 2, 0, 3);
        assertEquals(wide.red(x, from), square.red(x, y), x + " " + y);
        assertEquals(wide.blue(x, from), square.blue(x, y), x + " " + y);
      }
    }
    assertSame(square, ImageTransforms.squared(square));
  }

  /** A picture that holds an aligned face turned by a quarter, shifted: its points go back to the template, and a mark beside the nose with them. */
  @Test
  void fivePointsAlignAFace() {
    int side = 160;
    var pixels = new byte[3 * side * side];
    var points = new float[10];
    for (int i = 0; i < 10; i += 2) {
      // (x, y) lies at (130 - y, x + 20)
      points[i] = 130 - POINTS[i + 1];
      points[i + 1] = POINTS[i] + 20;
    }
    int markX = 70;
    int markY = 60;
    pixels[3 * ((markX + 20) * side + 130 - markY)] = (byte) 255;
    var aligned = FaceCuts.aligned(RgbImage.ofPixels(side, side, pixels), points);
    assertEquals(112, aligned.width());
    assertTrue(aligned.red(markX, markY) >= 254, "mark: " + aligned.red(markX, markY));
    assertTrue(aligned.red(markX + 2, markY) == 0 && aligned.red(markX, markY - 2) == 0);
  }

  @Test
  void pointsThatAreNoFaceAreRefused() {
    var image = RgbImage.ofPixels(50, 50, new byte[7500]);
    assertThrows(FormatException.class, () -> FaceCuts.aligned(image, new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
    assertThrows(FormatException.class, () -> FaceCuts.aligned(image, new float[] {1e9f, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    var far = POINTS.clone();
    far[0] = Float.NaN;
    assertThrows(FormatException.class, () -> FaceCuts.aligned(image, far));
  }
}
