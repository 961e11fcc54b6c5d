package dev.mien.models.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ImageEncoderTest {
  @Test
  void aPngIsReadAgainAsItWas() {
    var image = TestImages.picture(37, 21);
    assertEquals(image, RgbImage.read(ImageEncoder.png(image), "png"));
    var pixel = TestImages.constant(1, 1, 3, 200, 77);
    assertEquals(pixel, RgbImage.read(ImageEncoder.png(pixel), "png"));
  }

  @Test
  void aJpegIsCloserTheBetterItsQuality() {
    var image = TestImages.picture(64, 48);
    double fine = TestImages.meanDifference(image, RgbImage.read(ImageEncoder.jpeg(image, 0.95), "fine"));
    double coarse = TestImages.meanDifference(image, RgbImage.read(ImageEncoder.jpeg(image, 0.3), "coarse"));
    assertTrue(fine < 3 && fine < coarse, fine + " " + coarse);
    assertThrows(IllegalArgumentException.class, () -> ImageEncoder.jpeg(image, 95));
  }

  @Test
  void aFlatPictureIsNotSharpAndABlurIsLessSo() {
    assertEquals(0, Sharpness.laplacianVariance(TestImages.constant(9, 7, 90, 80, 70)), 1e-9);
    assertEquals(0, Sharpness.laplacianVariance(TestImages.constant(1, 1, 90, 80, 70)), 1e-9);
    var image = TestImages.picture(60, 60);
    var blurred = ImageTransforms.resize(ImageTransforms.resize(image, 20, 20), 60, 60);
    assertTrue(Sharpness.laplacianVariance(blurred) < Sharpness.laplacianVariance(image) / 4);
  }
}
