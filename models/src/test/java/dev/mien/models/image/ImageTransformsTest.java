package dev.mien.models.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageTransformsTest {
  private static final RgbImage PICTURE = TestImages.picture(53, 37);

  @Test
  void identityWarpIsExact() {
    for (var border : Border.values()) {
      assertEquals(PICTURE, ImageTransforms.warp(PICTURE, Affine2d.IDENTITY, 53, 37, border));
    }
  }

  @Test
  void wholePixelMovesAndMirrorsAreExact() {
    assertEquals(ImageTransforms.crop(PICTURE, 5, 7, 20, 11),
        ImageTransforms.warp(PICTURE, Affine2d.translation(5, 7), 20, 11, Border.BLACK));
    assertEquals(ImageTransforms.flipHorizontal(PICTURE),
        ImageTransforms.warp(PICTURE, Affine2d.mirror(53), 53, 37, Border.BLACK));
  }

  @Test
  void flipTwiceIsTheIdentityAndFlipOnceIsNot() {
    var flipped = ImageTransforms.flipHorizontal(PICTURE);
    assertNotEquals(PICTURE, flipped);
    assertEquals(PICTURE.red(52, 3), flipped.red(0, 3));
    assertEquals(PICTURE, ImageTransforms.flipHorizontal(flipped));
  }

  @Test
  void constantStaysConstant() {
    var constant = TestImages.constant(50, 40, 200, 3, 77);
    for (int side : new int[] {1, 7, 39, 40, 41, 133}) {
      for (var filter : ResizeFilter.values()) {
        var box = new Box(1.5, 0.25, 49, 39.9);
        assertEquals(TestImages.constant(side, side + 2, 200, 3, 77),
            ImageTransforms.resize(constant, box, side, side + 2, filter));
      }
      var turn = Affine2d.translation(25, 20).after(Affine2d.rotation(20)).after(Affine2d.scaling(60.0 / side, 60.0 / side))
          .after(Affine2d.translation(-side / 2.0, -side / 2.0));
      for (var border : new Border[] {Border.REPLICATE, Border.REFLECT}) {
        assertEquals(TestImages.constant(side, side, 200, 3, 77), ImageTransforms.warp(constant, turn, side, side, border));
      }
    }
  }

  @Test
  void areaFilterGivesTheExactMean() {
    var reduced = ImageTransforms.resize(TestImages.picture(60, 36), new Box(0, 0, 60, 36), 15, 12, ResizeFilter.AREA);
    var source = TestImages.picture(60, 36);
    for (int y = 0; y < 12; y++) {
      for (int x = 0; x < 15; x++) {
        int sum = 0;
        for (int k = 0; k < 12; k++) {
          sum += source.green(4 * x + k % 4, 3 * y + k / 4);
        }
        assertEquals(sum / 12.0, reduced.green(x, y), 0.5001);
      }
    }
  }

  @Test
  void resizingKeepsTheMean() {
    var source = TestImages.picture(200, 200);
    for (int side : new int[] {64, 112, 199, 224}) {
      for (var filter : ResizeFilter.values()) {
        var result = ImageTransforms.resize(source, Box.of(source), side, side, filter);
        assertEquals(mean(source), mean(result), 0.4, filter + " " + side);
      }
    }
  }

  @Test
  void reductionDoesNotAlias() {
    var stripes = new byte[3 * 96 * 96];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = (byte) (i / 3 % 2 * 255);
    }
    var image = RgbImage.ofPixels(96, 96, stripes);
    var map = Affine2d.scaling(3, 3);
    for (var result : new RgbImage[] {
        ImageTransforms.resize(image, 32, 32), ImageTransforms.warp(image, map, 32, 32, Border.REPLICATE),
        ImageTransforms.warp(image, Affine2d.scaling(9.6, 9.6), 10, 10, Border.REPLICATE)}) {
      for (int x = 1; x < result.width() - 1; x++) {
        assertEquals(127.5, result.red(x, 5), 15, "column " + x);
      }
    }
  }

  @Test
  void scalingWarpEqualsTheResize() {
    var source = TestImages.picture(200, 200);
    for (int side : new int[] {64, 100, 224}) {
      var resized = ImageTransforms.resize(source, side, side);
      var warped = ImageTransforms.warp(source, Affine2d.scaling(200.0 / side, 200.0 / side), side, side, Border.REPLICATE);
      var inner = ImageTransforms.crop(resized, 3, 3, side - 6, side - 6);
      assertTrue(TestImages.largestDifference(inner, ImageTransforms.crop(warped, 3, 3, side - 6, side - 6)) <= 1,
          "side " + side);
    }
  }

  @Test
  void extremeMapsEndAndAreChecked() {
    var tiny = ImageTransforms.warp(PICTURE, Affine2d.scaling(1e6, 1e6), 5, 5, Border.REPLICATE);
    assertEquals("RgbImage[5 x 5]", tiny.toString());
    assertEquals(PICTURE.red(0, 0), ImageTransforms.warp(PICTURE, Affine2d.scaling(1e-6, 0), 5, 5, Border.REPLICATE).red(4, 4));
    assertEquals(TestImages.constant(4, 4, 0, 0, 0), ImageTransforms.warp(PICTURE, Affine2d.translation(1e8, -1e8), 4, 4,
        Border.BLACK));
    assertThrows(IllegalArgumentException.class,
        () -> ImageTransforms.warp(PICTURE, Affine2d.translation(Double.NaN, 0), 4, 4, Border.BLACK));
    assertThrows(IllegalArgumentException.class,
        () -> ImageTransforms.warp(PICTURE, Affine2d.scaling(1e300, 1), 4, 4, Border.BLACK));
  }

  @Test
  void largeReductionsOfAnyBorderKeepTheMean() {
    var source = TestImages.picture(700, 500);
    for (var border : new Border[] {Border.REPLICATE, Border.REFLECT}) {
      for (double scale : new double[] {3.4, 3.6, 7.3, 50}) {
        int width = (int) (700 / scale);
        int height = (int) (500 / scale);
        var turned = Affine2d.scaling(scale, scale).after(Affine2d.shear(1, 0));
        assertEquals(mean(source), mean(ImageTransforms.warp(source, turned, width, height, border)), 4, border + " " + scale);
      }
    }
  }

  @Test
  void turningThereAndBackIsNearlyTheSame() {
    var smooth = ImageTransforms.resize(TestImages.picture(20, 20), 100, 100);
    var about = Affine2d.translation(50, 50).after(Affine2d.rotation(30)).after(Affine2d.translation(-50, -50));
    var there = ImageTransforms.warp(smooth, about, 100, 100, Border.REFLECT);
    var back = ImageTransforms.warp(there, about.inverse(), 100, 100, Border.REFLECT);
    var middle = ImageTransforms.crop(back, 30, 30, 40, 40);
    assertTrue(TestImages.meanDifference(ImageTransforms.crop(smooth, 30, 30, 40, 40), middle) < 1.0);
    assertTrue(TestImages.meanDifference(ImageTransforms.crop(smooth, 30, 30, 40, 40),
        ImageTransforms.crop(there, 30, 30, 40, 40)) > 3);
  }

  @Test
  void bordersAreAsTheySay() {
    var row = RgbImage.ofPixels(3, 1, new byte[] {10, 10, 10, 20, 20, 20, 30, 30, 30});
    assertArrayEquals(new int[] {0, 0, 10, 20, 30, 0},
        reds(ImageTransforms.warp(row, Affine2d.translation(-2, 0), 6, 1, Border.BLACK)));
    assertArrayEquals(new int[] {10, 10, 10, 20, 30, 30},
        reds(ImageTransforms.warp(row, Affine2d.translation(-2, 0), 6, 1, Border.REPLICATE)));
    assertArrayEquals(new int[] {20, 10, 10, 20, 30, 30},
        reds(ImageTransforms.warp(row, Affine2d.translation(-2, 0), 6, 1, Border.REFLECT)));
  }

  @Test
  void shapesOfCropsAndResizes() {
    var tall = TestImages.picture(30, 61);
    assertEquals("RgbImage[16 x 32]", ImageTransforms.resizeShortSide(tall, 16).toString());
    assertEquals("RgbImage[7 x 9]", ImageTransforms.centerCrop(tall, 7, 9).toString());
    assertEquals(tall.blue(11, 26), ImageTransforms.centerCrop(tall, 7, 9).blue(0, 0));
    var error = assertThrows(IllegalArgumentException.class, () -> ImageTransforms.crop(tall, 20, 0, 11, 5));
    assertEquals("a crop of 11 x 5 at (20, 0) leaves the picture of 30 x 61", error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> ImageTransforms.resize(tall, 0, 5));
    assertThrows(IllegalArgumentException.class,
        () -> ImageTransforms.resize(tall, new Box(0, 0, 30.5, 61), 5, 5, ResizeFilter.AREA));
  }

  @Test
  void chwAndBack() {
    var target = new float[5 + 2 * 3 * 53 * 37];
    ImageTransforms.writeChw(PICTURE, Normalization.IMAGENET, target, 5);
    assertEquals((PICTURE.red(2, 1) / 255f - 0.485f) / 0.229f, target[5 + 53 + 2]);
    assertEquals((PICTURE.blue(52, 36) / 255f - 0.406f) / 0.225f, target[5 + 3 * 53 * 37 - 1]);
    assertEquals(0, target[4]);
    assertEquals(0, target[5 + 3 * 53 * 37]);
    assertEquals(PICTURE, ImageTransforms.readChw(target, 5, 53, 37, Normalization.IMAGENET));
    ImageTransforms.writeChw(TestImages.constant(1, 1, 0, 255, 51), Normalization.HALF, target, 0);
    assertArrayEquals(new float[] {-1, 1, -0.6f}, Arrays.copyOf(target, 3), 1e-6f);
    assertThrows(IllegalArgumentException.class,
        () -> ImageTransforms.writeChw(PICTURE, Normalization.HALF, target, 5 + 3 * 53 * 37 + 1));
  }

  @Test
  void contractGoesThroughTextAndSwapsPlanes() {
    var contract = new ImageContract(ImageContract.ColorOrder.BGR, Normalization.HALF, 2, 1, "insightface-112");
    assertEquals(contract, ImageContract.fromMetadata(contract.toMetadata()));
    var target = new float[6];
    contract.write(TestImages.constant(2, 1, 255, 127, 0), target, 0);
    assertArrayEquals(new float[] {-1, -1, -0.00392f, -0.00392f, 1, 1}, target, 1e-4f);
    var broken = contract.toMetadata();
    broken.remove("image.mean");
    var error = assertThrows(IllegalArgumentException.class, () -> ImageContract.fromMetadata(broken));
    assertEquals("the weights carry no image.mean; they were saved without an image contract", error.getMessage());
  }

  private static int[] reds(RgbImage row) {
    return IntStream.range(0, row.width()).map(x -> row.red(x, 0)).toArray();
  }

  private static double mean(RgbImage image) {
    double sum = 0;
    for (byte b : image.toBytes()) {
      sum += b & 0xFF;
    }
    return sum / (3.0 * image.width() * image.height());
  }
}
