package dev.mien.models.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ColorsTest {
  private static final RgbImage PICTURE = TestImages.picture(31, 17);

  @Test
  void oneChangesNothing() {
    assertEquals(PICTURE, Colors.brightness(PICTURE, 1));
    assertEquals(PICTURE, Colors.contrast(PICTURE, 1));
    assertEquals(PICTURE, Colors.saturation(PICTURE, 1));
    assertEquals(PICTURE, Colors.hue(PICTURE, 0));
    assertEquals(PICTURE, Colors.hue(PICTURE, -3));
  }

  @Test
  void handComputed() {
    var image = RgbImage.ofPixels(2, 1, new byte[] {100, (byte) 200, 50, 10, 20, 30});
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {(byte) 150, (byte) 255, 75, 15, 30, 45}), Colors.brightness(image, 1.5));
    // Grey: 0.299 * 100 + 0.587 * 200 + 0.114 * 50 = 153, and 18; their mean is 85.5, rounded 86.
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {(byte) 153, (byte) 153, (byte) 153, 18, 18, 18}),
        Colors.saturation(image, 0));
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {126, (byte) 176, 101, 14, 19, 24}), Colors.saturation(image, 0.5));
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {93, (byte) 143, 68, 48, 53, 58}), Colors.contrast(image, 0.5));
    assertEquals(TestImages.constant(2, 1, 86, 86, 86), Colors.contrast(image, 0));
  }

  @Test
  void hueTurnsRedToGreenToBlue() {
    var red = TestImages.constant(2, 2, 200, 40, 40);
    assertEquals(TestImages.constant(2, 2, 40, 200, 40), Colors.hue(red, 1 / 3.0));
    assertEquals(TestImages.constant(2, 2, 40, 40, 200), Colors.hue(red, 2 / 3.0));
    assertEquals(TestImages.constant(2, 2, 200, 200, 40), Colors.hue(red, 1 / 6.0));
    var grey = TestImages.constant(2, 2, 90, 90, 90);
    assertEquals(grey, Colors.hue(grey, 0.37));
    assertTrue(TestImages.largestDifference(PICTURE, Colors.hue(Colors.hue(PICTURE, 0.1), -0.1)) <= 3);
  }

  @Test
  void factorsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> Colors.brightness(PICTURE, -0.1));
    assertThrows(IllegalArgumentException.class, () -> Colors.saturation(PICTURE, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> Colors.hue(PICTURE, Double.POSITIVE_INFINITY));
  }
}
