package dev.mien.training.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Affine2d;
import dev.mien.models.image.Border;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.Rgb;
import dev.mien.models.image.RgbImage;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AugmenterTest {
  private static final RgbImage FACE = picture(200, 200);
  private static final Rng RNG = Rng.seed(2026).split("augment");
  private static final List<Augmenter> ALL = List.of(Augmenter.test(64), Augmenter.amrFgNet(72, 64), Augmenter.amrClap(72, 64),
      Augmenter.attentionCnn(64), Augmenter.adaFace());

  @Test
  void aKeyGivesTheSameBytesWhateverCameBefore() throws InterruptedException {
    for (var augmenter : ALL) {
      var first = augmenter.apply(FACE, RNG.at(3));
      augmenter.apply(FACE, RNG.at(4));
      var there = new RgbImage[1];
      var thread = new Thread(() -> there[0] = augmenter.apply(FACE, RNG.at(3)));
      thread.start();
      thread.join();
      assertEquals(first, augmenter.apply(FACE, RNG.at(3)));
      assertEquals(first, there[0]);
    }
  }

  @Test
  void keysGiveDifferentPicturesExceptInTests() {
    for (var augmenter : ALL) {
      var seen = new HashSet<RgbImage>();
      for (int i = 0; i < 20; i++) {
        seen.add(augmenter.apply(FACE, RNG.at(i)));
      }
      assertTrue(augmenter.equals(ALL.getFirst()) ? seen.size() == 1 : seen.size() >= 8, augmenter + ": " + seen.size());
    }
  }

  @Test
  void sizesAreTheRecipes() {
    assertEquals("RgbImage[64 x 64]", Augmenter.amrClap(72, 64).apply(picture(90, 130), RNG).toString());
    assertEquals("RgbImage[224 x 224]", Augmenter.attentionCnn(224).apply(picture(90, 130), RNG).toString());
    assertEquals("RgbImage[90 x 130]", Augmenter.adaFace().apply(picture(90, 130), RNG).toString());
  }

  @Test
  void withoutRotationTheResultIsTheResizeOfInference() {
    assertEquals(ImageTransforms.resize(FACE, 96, 64), Augmenter.of(new Resize(96, 64)).apply(FACE, RNG));
    assertEquals(ImageTransforms.flipHorizontal(ImageTransforms.resize(FACE, 96, 64)),
        Augmenter.of(new HorizontalFlip(1), new Resize(96, 64)).apply(FACE, RNG));
    assertEquals(FACE, Augmenter.of(new HorizontalFlip(1), new HorizontalFlip(1)).apply(FACE, RNG));
    var resized = ImageTransforms.resize(FACE, 80, 80);
    var crop = new ResizeRandomCrop(80, 64);
    for (int i = 0; i < 20; i++) {
      var key = RNG.at(i);
      var expected = ImageTransforms.crop(resized, key.at(0).below(17, 0), key.at(0).below(17, 1), 64, 64);
      assertTrue(largestDifference(expected, Augmenter.of(crop).apply(FACE, key)) <= 1);
    }
  }

  @Test
  void oneWarpIsNearlyTheStepsOneByOne() {
    var affine = new RandomAffine(10, 16, 0.05, 0.9, 1.1);
    var key = RNG.at(77);
    var fused = Augmenter.of(affine, new Resize(100, 100)).apply(FACE, key);
    var turned = Augmenter.of(affine).apply(FACE, key);
    var oneByOne = ImageTransforms.resize(turned, 100, 100);
    assertTrue(meanDifference(fused, oneByOne) < 2.5, "" + meanDifference(fused, oneByOne));
    assertTrue(meanDifference(fused, ImageTransforms.resize(FACE, 100, 100)) > 5);
  }

  @Test
  void affineDrawsStayInRangeAndReachTheEnds() {
    var canvas = new Canvas(Affine2d.IDENTITY, 100, 100);
    double largest = 0;
    for (int i = 0; i < 500; i++) {
      var map = new RandomAffine(10, 0, 0, 1, 1).place(canvas, RNG.at(i)).toSource();
      double degrees = Math.toDegrees(Math.atan2(map.yx(), map.xx()));
      assertTrue(Math.abs(degrees) <= 10);
      assertEquals(50, map.applyX(50, 50), 1e-9);
      largest = Math.max(largest, Math.abs(degrees));
    }
    assertTrue(largest > 9.5);
  }

  @Test
  void flipsComeAsOftenAsAsked() {
    int flipped = 0;
    var augmenter = Augmenter.of(new HorizontalFlip(0.3));
    for (int i = 0; i < 2000; i++) {
      flipped += augmenter.apply(picture(3, 1), RNG.at(i)).equals(picture(3, 1)) ? 0 : 1;
    }
    assertEquals(600, flipped, 80);
  }

  @Test
  void surroundingsAreTheBorders() {
    var away = new RandomAffine(45, 0, 0, 0.3, 0.3);
    var white = Augmenter.of(new RandomErasing(1, 1, 1, 1, new Rgb(255, 255, 255))).apply(FACE, RNG);
    assertEquals(0, Augmenter.of(away).apply(white, RNG).red(0, 0));
    assertEquals(255, new Augmenter(List.of(away), Border.REFLECT).apply(white, RNG).red(0, 0));
  }

  @Test
  void erasingAndCroppingKeepToTheirWindows() {
    var white = Augmenter.of(new RandomErasing(1, 1, 1, 1, new Rgb(255, 255, 255))).apply(picture(50, 50), RNG);
    assertEquals(2500, count(white, 255));
    for (int i = 0; i < 50; i++) {
      int erased = 2500 - count(Augmenter.of(new RandomErasing(1, 0.1, 0.3, 2, Rgb.BLACK)).apply(white, RNG.at(i)), 255);
      assertTrue(erased >= 0.08 * 2500 && erased <= 0.33 * 2500, "erased " + erased);
      int kept = count(Augmenter.of(new CropToBlack(1)).apply(white, RNG.at(i)), 255);
      assertTrue(kept >= 0.17 * 2500, "kept " + kept);
    }
    assertEquals(white, Augmenter.of(new RandomErasing(0, 0.1, 0.3, 2, Rgb.BLACK), new CropToBlack(0)).apply(white, RNG));
  }

  @Test
  void lowResolutionLosesDetailAndKeepsBrightness() {
    double lost = 0;
    for (int i = 0; i < 40; i++) {
      var low = Augmenter.of(new LowResolution(1)).apply(FACE, RNG.at(i));
      lost += meanDifference(FACE, low) / 40;
      assertEquals(mean(FACE), mean(low), 4);
    }
    assertTrue(lost > 1, "lost " + lost);
  }

  @Test
  void jitterWithNothingToChangeChangesNothing() {
    assertEquals(FACE, Augmenter.of(new ColorJitter(1, 0, 0, 0, 0)).apply(FACE, RNG));
    assertEquals(FACE, Augmenter.of(new ColorJitter(0, 0.5, 0.5, 0.5, 0.5)).apply(FACE, RNG));
    assertNotEquals(FACE, Augmenter.of(new ColorJitter(1, 0, 0, 0, 0.1)).apply(FACE, RNG));
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new HorizontalFlip(1.1));
    assertThrows(IllegalArgumentException.class, () -> new ResizeRandomCrop(64, 65));
    assertThrows(IllegalArgumentException.class, () -> new RandomAffine(-1, 0, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new RandomAffine(1, 0, 0, 1.1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ColorJitter(1, 0, 0, 0, 0.6));
    assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(64, 0, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Resize(0, 5));
  }

  /** Smooth shapes with fine texture. */
  private static RgbImage picture(int width, int height) {
    var rgb = new byte[3 * width * height];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double shape = 90 * Math.sin(x * 0.11) * Math.cos(y * 0.07) + 12 * Math.sin(x * 1.7 + y);
        rgb[i++] = (byte) (120 + shape);
        rgb[i++] = (byte) (120 - shape);
        rgb[i++] = (byte) (20 + 200 * x / width);
      }
    }
    return RgbImage.ofPixels(width, height, rgb);
  }

  private static int count(RgbImage image, int red) {
    int count = 0;
    for (int i = 0; i < image.width() * image.height(); i++) {
      count += image.red(i % image.width(), i / image.width()) == red ? 1 : 0;
    }
    return count;
  }

  private static double mean(RgbImage image) {
    double sum = 0;
    byte[] samples = image.toBytes();
    for (byte b : samples) {
      sum += b & 0xFF;
    }
    return sum / samples.length;
  }

  private static double meanDifference(RgbImage a, RgbImage b) {
    double sum = 0;
    byte[] x = a.toBytes();
    byte[] y = b.toBytes();
    for (int i = 0; i < x.length; i++) {
      sum += Math.abs((x[i] & 0xFF) - (y[i] & 0xFF));
    }
    return sum / x.length;
  }

  private static int largestDifference(RgbImage a, RgbImage b) {
    int largest = 0;
    byte[] x = a.toBytes();
    byte[] y = b.toBytes();
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, Math.abs((x[i] & 0xFF) - (y[i] & 0xFF)));
    }
    return largest;
  }
}
