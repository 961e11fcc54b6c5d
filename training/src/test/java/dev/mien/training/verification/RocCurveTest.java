package dev.mien.training.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RocCurveTest {
  private record Point(double falseRate, double trueRate) {}

  private static double[] d(double... distances) {
    return distances;
  }

  @Test
  void byHand() {
    var roc = RocCurve.of(d(3, 1, 2), d(3.5, 2.5));
    assertEquals(5 / 6.0, roc.area(), 1e-15, "5 of 6 comparisons are won");
    // (0, 2/3) to (1/2, 2/3) meets 1 - TAR = FAR at 1/3.
    assertEquals(1 / 3.0, roc.equalErrorRate(), 1e-15);
    assertEquals(1, roc.trueRateAt(0.5), 0);
    assertEquals(2 / 3.0, roc.trueRateWithin(0), 1e-15);
    assertEquals(2 / 3.0, roc.trueRateWithin(0.49), 1e-15);
    assertEquals(1, roc.trueRateWithin(0.5), 0);
    assertEquals(1, roc.trueRateWithin(1), 0);
    assertEquals(Map.of(), roc.tarAtFar(), "two impostors resolve nothing");
  }

  @Test
  void equalDistancesAreAcceptedTogether() {
    var roc = RocCurve.of(d(1, 1, 0, -0.0), d(1, 1, -0.0, 0));
    assertEquals(0.5, roc.area(), 1e-15);
    assertEquals(0.5, roc.equalErrorRate(), 1e-15);
    assertEquals(0, roc.trueRateWithin(0.49), 0);
    assertEquals(0.5, roc.trueRateWithin(0.5), 0);
    var tied = RocCurve.of(new PairScores(d(0.1, 0.2, 0.2, 0.4), new boolean[] {true, true, false, false}, new int[4]));
    assertEquals(0.875, tied.area(), 1e-12);
    assertEquals(0.5, tied.trueRateAt(0.1), 0);
  }

  @Test
  void theNearestPointCountsAndOfEquallyNearOnesTheLargest() {
    // Growing apart: impostor, genuine, impostor, genuine, then two impostors: FAR 1/4 with TAR 0 and 1/2, 2/4 with 1/2 and 1.
    var roc = RocCurve.of(d(1, 3), d(0, 2, 4, 5));
    assertEquals(0.5, roc.trueRateAt(0.25), 0);
    assertEquals(1, roc.trueRateAt(0.375), 0, "1/4 and 2/4 are equally near");
    assertEquals(0, roc.trueRateAt(0.01), 0, "nothing is accepted");
  }

  @Test
  void aSlowImplementationAgrees() {
    for (int seed = 0; seed < 12; seed++) {
      var rng = Rng.seed(seed);
      int count = 60 + 17 * seed;
      var distance = new double[count];
      var same = new boolean[count];
      for (int i = 0; i < count; i++) {
        same[i] = rng.split("same").below(2, i) == 0;
        distance[i] = Math.rint(10 * Math.clamp(2 + 0.5 * rng.split("s").gaussian(i) - (same[i] ? 0.5 : 0), 0, 4)) / (seed % 3 == 0 ? 10 : 11);
      }
      var roc = RocCurve.of(new PairScores(distance, same, new int[count]));
      var points = slowPoints(distance, same);
      assertEquals(slowArea(distance, same), roc.area(), 1e-12);
      for (double far : new double[] {0.3, 0.1, 0.05, 0.03}) {
        double near = points.stream().mapToDouble(p -> Math.abs(p.falseRate() - far)).min().orElseThrow();
        double tar = points.stream().filter(p -> Math.abs(p.falseRate() - far) <= near).mapToDouble(Point::trueRate).max().orElseThrow();
        assertEquals(tar, roc.trueRateAt(far), 1e-12, "seed " + seed + ", FAR " + far);
        double within = points.stream().filter(p -> p.falseRate() <= far + 1e-12).mapToDouble(Point::trueRate).max().orElseThrow();
        assertEquals(within, roc.trueRateWithin(far), 1e-12, "seed " + seed + ", FAR " + far);
      }
      double eer = roc.equalErrorRate();
      double low = points.stream().filter(p -> p.falseRate() <= 1 - p.trueRate()).mapToDouble(Point::falseRate).max().orElseThrow();
      double high = points.stream().filter(p -> p.falseRate() >= 1 - p.trueRate()).mapToDouble(Point::falseRate).min().orElseThrow();
      assertTrue(low <= eer && eer <= high, low + " " + eer + " " + high);
    }
  }

  private static List<Point> slowPoints(double[] distance, boolean[] same) {
    var thresholds = new TreeSet<Double>(List.of(-1.0));
    for (double t : distance) {
      thresholds.add(t);
    }
    var points = new ArrayList<Point>();
    for (double t : thresholds) {
      double[] accepted = new double[2];
      double[] all = new double[2];
      for (int i = 0; i < distance.length; i++) {
        all[same[i] ? 1 : 0]++;
        accepted[same[i] ? 1 : 0] += distance[i] <= t ? 1 : 0;
      }
      points.add(new Point(accepted[0] / all[0], accepted[1] / all[1]));
    }
    return points;
  }

  private static double slowArea(double[] distance, boolean[] same) {
    double won = 0;
    double compared = 0;
    for (int i = 0; i < distance.length; i++) {
      for (int j = 0; j < distance.length; j++) {
        if (same[i] && !same[j]) {
          compared++;
          won += distance[i] < distance[j] ? 1 : distance[i] == distance[j] ? 0.5 : 0;
        }
      }
    }
    return won / compared;
  }

  @Test
  void onlyRatesThatTheImpostorsResolveAreNamed() {
    var impostor = new double[1000];
    for (int i = 0; i < 1000; i++) {
      impostor[i] = 1 + i / 1000.0;
    }
    var roc = RocCurve.of(d(1.0005), impostor);
    assertEquals(List.of("1e-1", "1e-2", "1e-3"), List.copyOf(roc.tarAtFar().keySet()));
    assertEquals(1, roc.tarAtFar().get("1e-3"), 0, "one of a thousand impostors is nearer");
    assertEquals(0, RocCurve.of(d(1.0015), impostor).tarAtFar().get("1e-3"), 0);
    assertThrows(MienException.class, () -> roc.trueRateAt(0));
    assertThrows(MienException.class, () -> roc.trueRateAt(1));
    assertThrows(MienException.class, () -> roc.trueRateWithin(-0.1));
    assertThrows(MienException.class, () -> roc.trueRateWithin(Double.NaN));
  }

  @Test
  void whatIsNoCurveIsRefused() {
    assertThrows(MienException.class, () -> RocCurve.of(d(), d(1)));
    assertThrows(MienException.class, () -> RocCurve.of(d(1), d()));
    assertThrows(MienException.class, () -> RocCurve.of(d(1, Double.NaN), d(1)));
    assertThrows(MienException.class, () -> RocCurve.of(d(1), d(Double.NEGATIVE_INFINITY, 1)));
  }

  @Test
  void correlationByHand() {
    var line = Correlation.of(d(1, 2, 3, Double.NaN), d(2, 4, 6, 1));
    assertEquals(new Correlation(3, 1, 1), line);
    // Ranks of y with its tie: 0, 1.5, 1.5, 3; sum of products 4.5, sums of squares 5 and 4.5.
    var bent = Correlation.of(d(1, 2, 3, 4), d(1, 5, 5, 100));
    assertEquals(4.5 / Math.sqrt(5 * 4.5), bent.spearman(), 1e-12);
    assertTrue(bent.pearson() < bent.spearman());
    assertEquals(-1, Correlation.of(d(1, 2), d(3, -8)).spearman(), 1e-12);
    // scipy.stats.spearmanr([1, 2, 2, 4, 5], [3, 1, 4, 1, 5]) = 0.2894736842105264
    assertEquals(0.2894736842105264, Correlation.of(d(1, 2, 2, 4, 5), d(3, 1, 4, 1, 5)).spearman(), 1e-12);
    assertTrue(Double.isNaN(Correlation.of(d(1, 1), d(3, 4)).pearson()));
    assertTrue(Double.isNaN(Correlation.of(d(), d()).spearman()));
  }
}
