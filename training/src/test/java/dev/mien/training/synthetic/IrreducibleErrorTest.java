package dev.mien.training.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The stated floor against Monte Carlo, closed forms and a small regression on the pixels. */
class IrreducibleErrorTest {
  @Test
  void agreesWithMonteCarlo() {
    for (var prior : new AgePrior[] {AgePrior.photographs(), AgePrior.uniform()}) {
      double stated = AppearanceNoise.irreducibleMae(prior);
      assertEquals(stated, monteCarlo(prior), 0.02 * stated);
    }
  }

  /** Draws pairs, sorts by appearance, and answers each small bin's own median: a shade optimistic, by about 1 / bin size. */
  private static double monteCarlo(AgePrior prior) {
    int n = 200_000;
    int bin = 250;
    var ages = Rng.seed(11);
    var noise = Rng.seed(12);
    var pairs = new double[n][];
    for (int i = 0; i < n; i++) {
      int age = prior.quantile(ages.uniform(i));
      pairs[i] = new double[] {AppearanceNoise.appearanceYears(age, noise.gaussian(i)), age};
    }
    Arrays.sort(pairs, (a, b) -> Double.compare(a[0], b[0]));
    double error = 0;
    for (int from = 0; from < n; from += bin) {
      var near = Arrays.stream(pairs, from, from + bin).mapToDouble(p -> p[1]).sorted().toArray();
      double median = near[bin / 2];
      error += Arrays.stream(near).map(a -> Math.abs(a - median)).sum();
    }
    return error / n;
  }

  @Test
  void isZeroForASingleAgeAndBelowTheMedianMae() {
    var one = new double[101];
    one[40] = 3;
    assertEquals(0, AppearanceNoise.irreducibleMae(new AgePrior(one)), 1e-9);
    var two = new double[101];
    two[40] = two[41] = 1;
    double gap = 0.5 * AppearanceNoise.normalCdf(-0.5 / AppearanceNoise.sigmaYears(40.5));
    assertEquals(2 * gap, AppearanceNoise.irreducibleMae(new AgePrior(two)), 0.01);
    var prior = AgePrior.photographs();
    double stated = AppearanceNoise.irreducibleMae(prior);
    assertTrue(stated > 1 && stated < 0.2 * prior.medianMae(), stated + " of " + prior.medianMae());
  }

  @Test
  void normalDistributionFunction() {
    assertEquals(0.5, AppearanceNoise.normalCdf(0), 1e-7);
    assertEquals(0.8413447461, AppearanceNoise.normalCdf(1), 2e-7);
    assertEquals(0.0227501319, AppearanceNoise.normalCdf(-2), 2e-7);
    assertEquals(1, AppearanceNoise.normalCdf(Double.POSITIVE_INFINITY));
  }

  /** Ridge regression on 12 x 12 grey pixels: better than the median, far from the floor. */
  @Test
  void ageIsLearnableFromPixelsButNotTrivial() {
    int train = 500;
    int test = 200;
    var faces = new SyntheticFaces(3, train + test);
    var inputs = new double[train + test][];
    var ages = new double[train + test];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = features(faces.render(i, 36), 36, 12);
      ages[i] = faces.face(i).ageYears();
    }
    double[] weights = Ridge.fit(Arrays.copyOf(inputs, train), Arrays.copyOf(ages, train), 30);
    var sorted = Arrays.copyOf(ages, train);
    Arrays.sort(sorted);
    double error = 0;
    double floor = 0;
    for (int i = train; i < inputs.length; i++) {
      error += Math.abs(Ridge.predict(weights, inputs[i]) - ages[i]) / test;
      floor += Math.abs(sorted[train / 2] - ages[i]) / test;
    }
    String figures = "ridge " + error + ", median " + floor + ", irreducible " + faces.irreducibleMae();
    assertTrue(error < 0.85 * floor, figures);
    assertTrue(error > 2.5 * faces.irreducibleMae(), figures);
  }

  /** Grey cell means, and a one for the intercept. */
  private static double[] features(byte[] rgb, int side, int cells) {
    var features = new double[cells * cells + 1];
    features[cells * cells] = 1;
    int cell = side / cells;
    for (int p = 0; p < side * side; p++) {
      int at = p / side / cell * cells + p % side / cell;
      double grey = (rgb[3 * p] & 255) + (rgb[3 * p + 1] & 255) + (rgb[3 * p + 2] & 255);
      features[at] += grey / (3 * 64.0 * cell * cell);
    }
    return features;
  }
}
