package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.Normalization;
import dev.mien.models.image.RgbImage;
import dev.mien.models.image.Sharpness;
import dev.mien.training.facedata.PairSet;
import dev.mien.training.verification.PairScores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaceMeasuresTest {
  private static RgbImage grey(int width, int height, int... values) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) values[i / 3 % values.length];
    }
    return RgbImage.ofPixels(width, height, rgb);
  }

  @Test
  void aPictureThatWasMadeSmallIsLessSharp() {
    int[] noise = new java.util.SplittableRandom(3).ints(64 * 64, 0, 256).toArray();
    var sharp = grey(64, 64, noise);
    var blurred = ImageTransforms.resize(ImageTransforms.resize(sharp, 16, 16), 64, 64);
    assertTrue(Sharpness.laplacianVariance(blurred) < Sharpness.laplacianVariance(sharp) / 10);
  }

  @Test
  void qualityIsTheNormInDeviationsOfTheseNorms() {
    // mean 12, deviation 2 with n - 1
    double[] q = FaceMeasures.quality(new double[] {10, 12, 14});
    assertArrayEquals(new double[] {-0.333 * 2 / 2.001, 0, 0.333 * 2 / 2.001}, q, 1e-12);
    double[] far = new double[100];
    far[7] = 90;
    assertEquals(1, FaceMeasures.quality(far)[7], 0);
  }

  @Test
  void onlyPicturesOfPairsAreMeasuredAndTheKnownSizeCounts() {
    var pairs = List.of(new PairSet.Pair(0, 2, true, 0), new PairSet.Pair(2, 3, false, 1));
    var set = new PairSet("s", List.of("a", "unused", "c", "d"), pairs, i -> grey(6 + i, 9, i, 40), List.of(), i -> i == 2 ? 20 : 0);
    var scores = new PairScores(new double[] {1, 2}, new boolean[] {true, false}, new int[] {0, 1});
    var found = FaceMeasures.of(new FaceEvaluator.Scored(set, scores, new double[] {5, 6, 7, 8}), ImageContract.rgb(Normalization.HALF, 8, "whole"));
    assertArrayEquals(new double[] {5, 7, 8}, found.norms());
    assertArrayEquals(new double[] {6, 20, 9}, found.sidesPx());
    assertTrue(found.sharpness()[0] > 0);
  }

  @Test
  void theTallyCountsQualitiesInTwentyBinsAndKeepsThem() {
    var tally = new FaceTally();
    tally.add(1, new float[] {-1, -0.95f, -0.9f, 0, 0.999f, 1});
    long[] bins = tally.histogramOfQuality();
    assertEquals(2, bins[0]);
    assertEquals(1, bins[1]);
    assertEquals(1, bins[10]);
    assertEquals(2, bins[19]);
    var state = new StateMap();
    tally.writeState(state);
    var again = new FaceTally();
    again.readState(state);
    assertArrayEquals(bins, again.histogramOfQuality());
    again.add(1, new float[] {300, -7});
    assertEquals(3, again.histogramOfQuality()[19], "norms of other heads fall into the outermost bins");
    again.clear();
    assertArrayEquals(new long[FaceTally.BINS], again.histogramOfQuality());
    for (var wrong : List.of("1 2 x", "1 2 3", "-1" + " 0".repeat(19))) {
      var damaged = new StateMap();
      state.doubles().forEach(damaged::putDouble);
      state.longs().forEach(damaged::putLong);
      state.strings().forEach((name, value) -> damaged.putString(name, name.equals("bins") ? wrong : value));
      assertThrows(FormatException.class, () -> new FaceTally().readState(damaged), wrong);
    }
  }

  @Test
  void aBrokenHistogramIsOneSentence(@TempDir Path temp) throws Exception {
    var file = temp.resolve("quality.json");
    assertTrue(QualityHistogram.read(file).isEmpty());
    for (var wrong : List.of("{", "[]", "null", "{\"epoch\":1,\"from\":-1,\"to\":1,\"counts\":[]}", "{\"epoch\":1,\"from\":1,\"to\":1,\"counts\":[3]}",
        "{\"epoch\":1,\"from\":-1,\"to\":1,\"counts\":[3,-1]}", "{\"epoch\":1,\"from\":-1,\"to\":1,\"counts\":\"x\"}")) {
      Files.writeString(file, wrong);
      var error = assertThrows(FormatException.class, () -> QualityHistogram.read(file), wrong);
      assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    }
    Files.writeString(file, "{\"epoch\":7,\"from\":-1,\"to\":1,\"counts\":[3,4]}");
    assertEquals(7, QualityHistogram.read(file).orElseThrow().epoch());
  }
}
