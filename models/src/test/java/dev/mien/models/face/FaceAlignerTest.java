package dev.mien.models.face;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Affine2d;
import dev.mien.models.image.Box;
import dev.mien.models.image.RgbImage;
import dev.mien.models.image.Sharpness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Held against NumPy and OpenCV; {@code align_golden.py} wrote the golden files. */
class FaceAlignerTest {
  private static final FaceAligner ALIGNER = FaceAligner.of(112);

  @Test
  void theFitIsThatOfNumpy() throws Exception {
    int cases = 0;
    for (var line : golden()) {
      if (line[0].equals("sharpness")) {
        assertEquals(Double.parseDouble(line[2]), Sharpness.laplacianVariance(picture(260, 230)), 1e-6);
        continue;
      }
      var aligner = line[1].equals("closed") ? ALIGNER : ALIGNER.inverted();
      var fit = aligner.fit(points(line));
      var n = numbers(line, 12, 7);
      var expected = Affine2d.ofPixelIndices(n[0], n[1], n[2], n[3], n[4], n[5]);
      assertArrayEquals(coefficients(expected), coefficients(fit.toTemplate()), 1e-8, line[0] + " " + line[1]);
      assertEquals(n[6], fit.residual(), 1e-8, line[0] + " " + line[1]);
      cases++;
    }
    assertEquals(8, cases);
  }

  @Test
  void aKnownSimilarityIsFoundAgainByBothFits() {
    var map = Affine2d.translation(31, -18).after(Affine2d.rotation(-37)).after(Affine2d.scaling(2.7, 2.7));
    var moved = FivePoints.of(moved(ALIGNER.template().toArray(), map));
    for (var aligner : List.of(ALIGNER, ALIGNER.inverted())) {
      var fit = aligner.fit(moved);
      assertEquals(0, fit.residual(), 1e-9);
      // the points are pixel indices, the map is continuous: half a pixel lies between
      var expected = Affine2d.translation(0.5, 0.5).after(map.inverse()).after(Affine2d.translation(-0.5, -0.5));
      assertArrayEquals(coefficients(expected), coefficients(fit.toTemplate()), 1e-9);
    }
  }

  @Test
  void noSimilarityNearbyHasASmallerResidual() throws Exception {
    for (var line : golden()) {
      if (line[1].equals("closed")) {
        var points = points(line);
        var best = ALIGNER.fit(points);
        assertEquals(best.residual(), residual(best.toTemplate(), points), 1e-9);
        for (double step : new double[] {-1e-4, 1e-4}) {
          var centre = Affine2d.translation(56, 70).after(Affine2d.scaling(1 + step, 1 + step)).after(Affine2d.translation(-56, -70));
          var turn = Affine2d.translation(56, 70).after(Affine2d.rotation(100 * step)).after(Affine2d.translation(-56, -70));
          for (var change : List.of(centre, turn, Affine2d.translation(100 * step, 0), Affine2d.translation(0, 100 * step))) {
            assertTrue(residual(change.after(best.toTemplate()), points) > best.residual(), line[0] + " " + change);
          }
        }
      }
    }
  }

  @Test
  void thePictureIsThatOfOpenCv() throws Exception {
    for (var line : golden()) {
      if (line[0].equals("enlarged") && line[1].equals("closed")) {
        assertNear(ALIGNER.align(picture(70, 60), points(line)), "align-golden-enlarged.png");
        assertNear(ALIGNER.plainBilinear().align(picture(70, 60), points(line)), "align-golden-enlarged.png");
      } else if (line[0].equals("reduced") && line[1].equals("inverted")) {
        assertNear(ALIGNER.inverted().plainBilinear().align(picture(260, 230), points(line)), "align-golden-reduced.png");
      }
    }
  }

  @Test
  void everySideShowsTheSamePartOfThePicture() {
    for (int side : new int[] {56, 112, 160, 224}) {
      var aligner = FaceAligner.of(side);
      var fit = aligner.fit(FivePoints.of(70, 92, 141, 80, 99, 130, 80, 171, 140, 168));
      var reference = ALIGNER.fit(FivePoints.of(70, 92, 141, 80, 99, 130, 80, 171, 140, 168));
      double scale = side / 112.0;
      assertArrayEquals(coefficients(Affine2d.scaling(scale, scale).after(reference.toTemplate())), coefficients(fit.toTemplate()), 1e-9);
      assertEquals(scale * reference.residual(), fit.residual(), 1e-9);
      assertEquals(side, aligner.align(picture(200, 200), aligner.template()).width());
    }
    assertThrows(IllegalArgumentException.class, () -> FaceAligner.of(7));
  }

  @Test
  void thePointsOfAPictureLandOnTheTemplate() {
    // five white spots in a black picture, found again in the aligned one by their centres of mass
    var exact = moved(ALIGNER.template().toArray(), Affine2d.translation(60, 20).after(Affine2d.rotation(24)).after(Affine2d.scaling(1.7, 1.7)));
    var at = FivePoints.of(java.util.Arrays.stream(exact).map(Math::rint).toArray());
    var rgb = new byte[3 * 260 * 260];
    var xy = at.toArray();
    for (int k = 0; k < 10; k += 2) {
      for (int dy = -5; dy <= 5; dy++) {
        for (int dx = -5; dx <= 5; dx++) {
          int i = 3 * ((int) (xy[k + 1] + dy) * 260 + (int) (xy[k] + dx));
          rgb[i] = rgb[i + 1] = rgb[i + 2] = (byte) 255;
        }
      }
    }
    var fit = ALIGNER.fit(at);
    var face = ALIGNER.align(RgbImage.ofPixels(260, 260, rgb), at);
    for (int k = 0; k < 10; k += 2) {
      double x = fit.toTemplate().applyX(xy[k] + 0.5, xy[k + 1] + 0.5) - 0.5;
      double y = fit.toTemplate().applyY(xy[k] + 0.5, xy[k + 1] + 0.5) - 0.5;
      double[] spot = centre(face, (int) Math.round(x), (int) Math.round(y));
      assertEquals(x, spot[0], 0.02);
      assertEquals(y, spot[1], 0.02);
      assertTrue(Math.hypot(x - ALIGNER.template().toArray()[k], y - ALIGNER.template().toArray()[k + 1]) < 0.5);
    }
  }

  @Test
  void outsideThePictureIsBlack() {
    var face = ALIGNER.align(picture(40, 40), FivePoints.of(38.3, 51.7, 73.5, 51.5, 56.0, 71.7, 41.5, 92.4, 70.7, 92.2));
    assertEquals(0, face.red(100, 100) + face.green(100, 100) + face.blue(100, 100));
    assertTrue(face.green(20, 20) > 0);
  }

  @Test
  void pointsUnlikeAnyFaceAreRefused() {
    // any five points less what a similarity of the template explains of them: nothing is left to fit
    var target = centred(ALIGNER.template().toArray());
    var rest = centred(new double[] {70, 30, 0, -40, -40, -90, -80, -90, -60, 60});
    double square = 0;
    double dot = 0;
    double cross = 0;
    for (int i = 0; i < 10; i += 2) {
      square += target[i] * target[i] + target[i + 1] * target[i + 1];
      dot += rest[i] * target[i] + rest[i + 1] * target[i + 1];
      cross += rest[i] * target[i + 1] - rest[i + 1] * target[i];
    }
    for (int i = 0; i < 10; i += 2) {
      rest[i] -= (dot * target[i] + cross * target[i + 1]) / square;
      rest[i + 1] -= (dot * target[i + 1] - cross * target[i]) / square;
    }
    var points = FivePoints.of(rest);
    for (var aligner : List.of(ALIGNER, ALIGNER.inverted())) {
      var said = assertThrows(IllegalArgumentException.class, () -> aligner.fit(points)).getMessage();
      assertTrue(said.contains("near a face"), said);
    }
  }

  @Test
  void theCentredSquareIsCutAndResized() {
    var grey = new byte[3 * 100 * 60];
    for (int i = 0; i < 6000; i++) {
      boolean inside = i % 100 >= 35 && i % 100 < 65 && i / 100 >= 15 && i / 100 < 45;
      grey[3 * i] = grey[3 * i + 1] = grey[3 * i + 2] = (byte) (inside ? 200 : 10);
    }
    var image = RgbImage.ofPixels(100, 60, grey);
    var face = ALIGNER.cropCentred(image, 0.5);
    assertEquals(112, face.height());
    for (int at = 2; at < 110; at++) { // the outermost pixels are mixed with their neighbours beyond the square
      assertEquals(200, face.red(at, 2) & face.green(2, at) & face.blue(at, 109));
    }
    assertTrue(face.red(0, 0) < 200);
    assertEquals(image.red(20, 0), FaceAligner.of(60).cropCentred(image, 1).red(0, 0));
    for (double share : new double[] {0, 1.01, Double.NaN, -1}) {
      assertThrows(IllegalArgumentException.class, () -> ALIGNER.cropCentred(image, share));
    }
  }

  @Test
  void detectedFacesAreAligned() {
    var first = new DetectedFace(new Box(10, 10, 90, 90), 0.4, FivePoints.of(38, 52, 74, 51, 56, 72, 41, 92, 71, 93));
    var second = new DetectedFace(new Box(20, 20, 99, 99), 0.9, FivePoints.of(48, 52, 84, 51, 66, 72, 51, 92, 81, 93));
    var image = picture(120, 130);
    FaceDetector both = _ -> List.of(second, first);
    assertEquals(second, ALIGNER.alignBest(image, both).orElseThrow().face());
    assertEquals(second, ((FaceDetector) _ -> List.of(first, second)).best(image).orElseThrow());
    var all = ALIGNER.alignAll(image, both);
    assertEquals(List.of(second, first), all.stream().map(FaceAligner.AlignedFace::face).toList());
    assertEquals(ALIGNER.align(image, first.points()), all.getLast().picture());
    assertTrue(ALIGNER.alignBest(image, _ -> List.of()).isEmpty());
    assertThrows(IllegalArgumentException.class, () -> new DetectedFace(first.box(), Double.NaN, first.points()));
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    var image = picture(260, 230);
    var rng = Rng.seed(4);
    var many = IntStream.range(0, 200).mapToObj(i -> FivePoints.of(moved(ALIGNER.template().toArray(),
        Affine2d.translation(rng.uniform(2 * i) * 90, 40).after(Affine2d.rotation(60 * rng.uniform(2 * i + 1)))))).toList();
    var alone = many.stream().map(points -> ALIGNER.align(image, points)).toList();
    var wrong = new ArrayList<Integer>();
    var threads = IntStream.range(0, 4).mapToObj(t -> Thread.ofPlatform().start(() -> {
      for (int i = 0; i < many.size(); i++) {
        int k = (i * 7 + 50 * t) % many.size();
        if (!ALIGNER.align(image, many.get(k)).equals(alone.get(k))) {
          synchronized (wrong) {
            wrong.add(k);
          }
        }
      }
    })).toList();
    for (var thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), wrong);
  }

  /** The formula of {@code align_golden.py}. */
  private static RgbImage picture(int width, int height) {
    var rgb = new byte[3 * width * height];
    for (int i = 0, y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = (x * 7919 + y * 104_729) % 61;
        rgb[i++] = (byte) (10 + 180 * x / width + noise);
        rgb[i++] = (byte) (10 + 180 * y / height + noise);
        rgb[i++] = (byte) (250 - 180 * (x + y) / (width + height) - noise);
      }
    }
    return RgbImage.ofPixels(width, height, rgb);
  }

  private static void assertNear(RgbImage actual, String file) throws IOException {
    var expected = RgbImage.read(resource(file), file);
    byte[] a = actual.toBytes();
    byte[] e = expected.toBytes();
    assertEquals(e.length, a.length);
    int largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((a[i] & 0xFF) - (e[i] & 0xFF)));
    }
    assertTrue(largest <= 1, file + ": " + largest);
  }

  private static List<String[]> golden() throws IOException {
    return new String(resource("align-golden.txt"), StandardCharsets.UTF_8).lines().map(l -> l.split(" ")).toList();
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = FaceAlignerTest.class.getResourceAsStream("/" + name)) {
      return in.readAllBytes();
    }
  }

  private static FivePoints points(String[] line) {
    return FivePoints.of(numbers(line, 2, 10));
  }

  private static double[] numbers(String[] line, int from, int count) {
    return IntStream.range(from, from + count).mapToDouble(i -> Double.parseDouble(line[i])).toArray();
  }

  private static double residual(Affine2d map, FivePoints points) {
    var xy = points.toArray();
    var template = ALIGNER.template().toArray();
    double squares = 0;
    for (int i = 0; i < 10; i += 2) {
      squares += Math.pow(map.applyX(xy[i] + 0.5, xy[i + 1] + 0.5) - 0.5 - template[i], 2);
      squares += Math.pow(map.applyY(xy[i] + 0.5, xy[i + 1] + 0.5) - 0.5 - template[i + 1], 2);
    }
    return Math.sqrt(squares / 5);
  }

  private static double[] moved(double[] xy, Affine2d map) {
    var moved = new double[xy.length];
    for (int i = 0; i < xy.length; i += 2) {
      moved[i] = map.applyX(xy[i], xy[i + 1]);
      moved[i + 1] = map.applyY(xy[i], xy[i + 1]);
    }
    return moved;
  }

  /** The centre of mass of what is bright within 7 pixels. */
  private static double[] centre(RgbImage image, int x, int y) {
    double mass = 0;
    double sumX = 0;
    double sumY = 0;
    for (int j = y - 7; j <= y + 7; j++) {
      for (int i = x - 7; i <= x + 7; i++) {
        mass += image.red(i, j);
        sumX += (double) i * image.red(i, j);
        sumY += (double) j * image.red(i, j);
      }
    }
    return new double[] {sumX / mass, sumY / mass};
  }

  private static double[] centred(double[] xy) {
    var middle = new double[2];
    for (int i = 0; i < xy.length; i++) {
      middle[i % 2] += xy[i] / (xy.length / 2);
    }
    return IntStream.range(0, xy.length).mapToDouble(i -> xy[i] - middle[i % 2]).toArray();
  }

  private static double[] coefficients(Affine2d map) {
    return new double[] {map.xx(), map.xy(), map.x0(), map.yx(), map.yy(), map.y0()};
  }
}
