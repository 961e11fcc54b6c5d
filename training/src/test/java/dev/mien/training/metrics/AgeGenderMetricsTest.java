package dev.mien.training.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgeDistribution;
import dev.mien.models.agegender.AgeGenderEstimate;
import dev.mien.models.agegender.AgeGroups;
import dev.mien.training.metrics.AgeGenderMetrics.Baseline;
import dev.mien.training.metrics.AgeGenderMetrics.Slice;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Five faces whose figures are worked out by hand. */
class AgeGenderMetricsTest {
  private static final AgeGroups THREE = new AgeGroups("three", List.of(0, 20, 60));
  private static final Baseline BASELINE = new Baseline(30, 0.6);

  private static AgeDistribution all(int ageYears) {
    var p = new float[101];
    p[ageYears] = 1;
    return new AgeDistribution(p);
  }

  private static AgeGenderPrediction face(String race, double age, int gender, double pFemale, float[] groups, int told) {
    return new AgeGenderPrediction("face", age, gender, race, new AgeGenderEstimate(pFemale, THREE, groups, all(told)));
  }

  private static final List<AgeGenderPrediction> FACES = List.of(
      face("White", 10, 0, 0.1, new float[] {0.9f, 0.1f, 0}, 12), // right, right, 2 years
      face("White", 30, 1, 0.8, new float[] {0.2f, 0.5f, 0.3f}, 27), // right, right, 3 years
      face("Asian", 70, 1, 0.4, new float[] {0.6f, 0.2f, 0.2f}, 20), // wrong, two away, 50 years
      face("Asian", 65, 0, 0.05, new float[] {0.1f, 0.5f, 0.4f}, 60), // right, one away, 5 years
      face("", Double.NaN, 1, 0.99, new float[] {1, 0, 0}, 3)); // right, age unknown

  @Test
  void figuresByHand() {
    var m = AgeGenderMetrics.of(FACES, BASELINE);
    assertEquals(5, m.count());
    assertEquals(5, m.gender().count());
    assertEquals(0.8, m.gender().accuracy(), 1e-12);
    assertEquals(0.6, m.gender().majorityShare(), 1e-12, "the training split's majority is female, three of five are");
    assertArrayEquals(new int[][] {{2, 0}, {1, 2}}, m.gender().confusion());
    assertEquals(4, m.group().count());
    assertEquals(0.5, m.group().accuracy(), 1e-12);
    assertEquals(0.75, m.group().oneOff(), 1e-12);
    assertEquals(0.75, m.group().aabd(), 1e-12, "(0 + 0 + 2 + 1) / 4");
    assertEquals(0.25, m.group().constantShare(), 1e-12, "one of four is 20-59");
    assertArrayEquals(new int[][] {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}}, m.group().confusion());
    assertEquals(15, m.years().mae(), 1e-12, "(2 + 3 + 50 + 5) / 4");
    assertEquals((2 - 3 - 50 - 5) / 4.0, m.years().bias(), 1e-12);
    assertEquals((20 + 0 + 40 + 35) / 4.0, m.years().floorMae(), 1e-12);
  }

  @Test
  void slicesByHand() {
    var slices = AgeGenderMetrics.of(FACES, BASELINE).slices();
    assertEquals(List.of("gender male 2", "gender female 3", "race Asian 2", "race White 2", "age 0–19 1", "age 20–59 1", "age 60+ 2"),
        slices.stream().map(s -> s.kind() + " " + s.name() + " " + s.count()).toList());
    assertSlice(slices.get(0), 1, 0.5, 1, 0.5, 3.5);
    assertSlice(slices.get(1), 2 / 3.0, 0.5, 0.5, 1, 26.5);
    assertSlice(slices.get(2), 0.5, 0, 0.5, 1.5, 27.5);
    assertSlice(slices.get(3), 1, 1, 1, 0, 2.5);
    assertSlice(slices.get(6), 0.5, 0, 0.5, 1.5, 27.5);
  }

  private static void assertSlice(Slice s, double gender, double group, double oneOff, double aabd, double mae) {
    assertEquals(gender, s.genderAccuracy(), 1e-12);
    assertEquals(group, s.groupAccuracy(), 1e-12);
    assertEquals(oneOff, s.oneOff(), 1e-12);
    assertEquals(aabd, s.aabd(), 1e-12);
    assertEquals(mae, s.mae(), 1e-12);
  }

  @Test
  void calibrationByHand() {
    var m = AgeGenderMetrics.of(FACES, BASELINE);
    // Confidences 0.9, 0.8, 0.6, 0.95, 0.99 in bins (13/15, 14/15], (11/15, 12/15], (8/15, 9/15], and the last twice; the 0.6 is wrong.
    assertEquals((0.1 + 0.2 + 0.6 + (2 - 0.95 - 0.99)) / 5, m.gender().calibration().ece(), 1e-12);
    assertEquals(4, m.gender().calibration().bins().size());
    var last = m.gender().calibration().bins().getLast();
    assertEquals(0.97, last.confidence(), 1e-12);
    assertEquals(1, last.accuracy(), 0);
    assertEquals(2, last.count());
    // Groups: 0.9 right, 0.5 right and 0.5 wrong share a bin, 0.6 wrong.
    assertEquals((0.1 + Math.abs(1 - 1.0) + 0.6) / 4, m.group().calibration().ece(), 1e-7);
  }

  @Test
  void probabilitiesAreCountedByTrueGender() {
    var histogram = AgeGenderMetrics.of(FACES, BASELINE).gender().histogram();
    assertArrayEquals(new int[] {1, 2}, IntStream.range(0, 20).filter(i -> histogram[0][i] > 0).toArray(), "0.05 and 0.1 of the men");
    assertArrayEquals(new int[] {8, 16, 19}, IntStream.range(0, 20).filter(i -> histogram[1][i] > 0).toArray());
  }

  @Test
  void surpriseAndEntropyByHand() {
    assertEquals(-Math.log(0.8) - Math.log(0.5), FACES.get(1).surprise(), 1e-7);
    assertEquals(-Math.log(0.99), FACES.get(4).surprise(), 1e-7, "the age is unknown");
    double gender = -0.8 * Math.log(0.8) - 0.2 * Math.log(0.2);
    assertEquals(gender - 0.2 * Math.log(0.2) - 0.5 * Math.log(0.5) - 0.3 * Math.log(0.3), FACES.get(1).entropy(), 1e-7);
  }

  @Test
  void missingTasksAndLabelsAreLeftOut() {
    var genderOnly = new AgeGenderPrediction("a", 20, 1, "", new AgeGenderEstimate(0.9, null, null, null));
    var m = AgeGenderMetrics.of(List.of(genderOnly), new Baseline(Double.NaN, Double.NaN));
    assertNull(m.group());
    assertNull(m.years());
    assertEquals(1, m.gender().majorityShare(), 0);
    assertTrue(Double.isNaN(m.slices().getFirst().groupAccuracy()));
    var ageOnly = new AgeGenderPrediction("a", 20, 1, "", new AgeGenderEstimate(Double.NaN, THREE, new float[] {0, 1, 0}, all(20)));
    var n = AgeGenderMetrics.of(List.of(ageOnly), new Baseline(Double.NaN, Double.NaN));
    assertNull(n.gender());
    assertTrue(Double.isNaN(n.years().floorMae()));
    assertTrue(Double.isNaN(n.group().constantShare()));
    assertThrows(MienException.class, () -> AgeGenderMetrics.of(List.of(), BASELINE));
    assertThrows(MienException.class, () -> new AgeGenderPrediction("a", -1, 1, "", genderOnly.estimate()));
  }
}
