package dev.mien.training.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgeDistribution;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgeMetricsTest {
  private static AgePrediction of(double age, double predicted, int gender) {
    return new AgePrediction("x", age, Double.NaN, gender, predicted, null);
  }

  @Test
  void handComputedValues() {
    var metrics = AgeMetrics.of(List.of(of(20, 22.5, 0), of(29, 29, 1), of(35, 30.4, 1), of(103, 93, -1)), 30);
    assertEquals(4, metrics.count());
    assertEquals((2.5 + 0 + 4.6 + 10) / 4, metrics.mae(), 1e-12);
    assertEquals((2 + 0 + 5 + 10) / 4.0, metrics.maeRounded(), 1e-12, "22.5 rounds to the even 22");
    assertEquals((2.5 - 4.6 - 10) / 4, metrics.bias(), 1e-12);
    assertEquals((10 + 1 + 5 + 73) / 4.0, metrics.floorMae(), 1e-12);
    assertArrayEquals(new double[] {0.25, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75, 0.75, 1}, metrics.cs(), 0);
    assertTrue(Double.isNaN(metrics.epsilonError()));
    assertTrue(Double.isNaN(metrics.coverage80()));
    assertEquals(3, metrics.bands().size());
    assertEquals(new AgeMetrics.BandError(20, 30, 2, 1.25, 1.25), metrics.bands().get(0));
    assertEquals(new AgeMetrics.BandError(100, 110, 1, 10, -10), metrics.bands().get(2));
    assertEquals(List.of(0, 1, -1), metrics.genders().stream().map(AgeMetrics.GenderError::gender).toList());
    assertEquals(2.3, metrics.genders().get(1).mae(), 1e-12);
    assertThrows(MienException.class, () -> AgeMetrics.of(List.of(), 30));
  }

  @Test
  void epsilonErrorIsTheOfficialOne() {
    assertEquals(0.16234939, AgeMetrics.epsilonError(30, 27.5, 4.2), 5e-9);
    assertEquals(0, AgeMetrics.epsilonError(27.5, 27.5, 0));
    assertEquals(1, AgeMetrics.epsilonError(28, 27.5, 0));
    // The released code rounds 27.5 to the even 28: 1 - exp(-4 / (2 * 4.2001^2)).
    assertEquals(1 - Math.exp(-4 / (2 * 4.2001 * 4.2001)), AgeMetrics.epsilonErrorReleasedCode(30, 27.5, 4.2), 1e-12);
    var voted = new AgePrediction("a", 27.5, 4.2, 0, 30, null);
    assertEquals(0.16234939, AgeMetrics.of(List.of(voted, of(10, 50, 0)), 20).epsilonError(), 5e-9,
        "only samples with votes count");
  }

  @Test
  void quantilesRiseLinearlyWithinAYear() {
    var point = new float[101];
    point[40] = 1;
    assertEquals(new AgeDistribution.Interval(39.6, 40.4), rounded(new AgeDistribution(point).central(0.8)));
    assertEquals(40, new AgeDistribution(point).quantile(0.5), 1e-12);
    var two = new AgeDistribution(new float[] {0, 0.5f, 0, 0, 0.5f, 0});
    assertEquals(1.5, two.quantile(0.5), 1e-12);
    assertEquals(0.7, two.quantile(0.1), 1e-7);
    assertEquals(4.3, two.quantile(0.9), 1e-7);
    assertEquals(0.5, two.quantile(0), 1e-12);
    assertEquals(4.5, two.quantile(1), 1e-12);
    assertEquals(1, new AgeDistribution(new float[] {0, 1}).quantile(0.9), 0, "clipped to the last age");
    var uniform = new float[101];
    java.util.Arrays.fill(uniform, 3);
    assertEquals(-0.5 + 0.1 * 101, new AgeDistribution(uniform).quantile(0.1), 1e-9, "need not sum to one");
    assertEquals(50, new AgeDistribution(uniform).ageYears(), 1e-9);
    assertEquals(0, new AgeDistribution(new float[] {1, 0}).quantile(0.1), 0, "clipped to age 0");
    assertThrows(MienException.class, () -> new AgeDistribution(new float[] {0, 0}));
    assertThrows(MienException.class, () -> new AgeDistribution(new float[] {1, Float.NaN}));
    assertThrows(MienException.class, () -> new AgeDistribution(new float[] {1, -0.1f}));
  }

  private static AgeDistribution.Interval rounded(AgeDistribution.Interval i) {
    return new AgeDistribution.Interval(Math.rint(i.low() * 1e9) / 1e9, Math.rint(i.high() * 1e9) / 1e9);
  }

  @Test
  void aCalibratedModelCoversWhatItSays() {
    // True ages drawn from the very distributions that are predicted: bells of 2 to 8 years about a random centre.
    var rng = Rng.seed(5);
    var calibrated = new ArrayList<AgePrediction>();
    var boastful = new ArrayList<AgePrediction>();
    for (int i = 0; i < 4000; i++) {
      double centre = rng.uniform(3L * i, 30, 70);
      double sigma = rng.uniform(3L * i + 1, 2, 8);
      double age = Math.rint(Math.clamp(centre + sigma * rng.gaussian(1_000_000 + i), 0, 100));
      calibrated.add(new AgePrediction("c" + i, age, Double.NaN, -1, centre, bell(centre, sigma)));
      boastful.add(new AgePrediction("b" + i, age, Double.NaN, -1, centre, bell(centre, sigma / 3)));
    }
    var good = AgeMetrics.of(calibrated, 50);
    assertEquals(0.8, good.coverage80(), 0.02);
    assertEquals(9, good.calibration().size());
    for (var row : good.calibration()) {
      assertEquals(row.nominal(), row.observed(), 0.03);
    }
    assertEquals(good.coverage80(), good.calibration().get(7).observed(), 0);
    assertTrue(AgeMetrics.of(boastful, 50).coverage80() < 0.45);
  }

  private static float[] bell(double centre, double sigma) {
    var p = new float[101];
    for (int j = 0; j < p.length; j++) {
      p[j] = (float) Math.exp(-(j - centre) * (j - centre) / (2 * sigma * sigma));
    }
    return p;
  }

  @Test
  void aPredictionThatIsNoNumberIsRefused() {
    var error = assertThrows(MienException.class, () -> of(20, Double.NaN, 0));
    assertTrue(error.getMessage().contains("NaN"));
  }
}
