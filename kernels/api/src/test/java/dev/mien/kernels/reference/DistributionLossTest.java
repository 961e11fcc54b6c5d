package dev.mien.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.DistributionLoss.KRule;
import dev.mien.kernels.DistributionLoss.ResidueForm;
import dev.mien.kernels.DistributionLoss.Term;
import org.junit.jupiter.api.Test;

/** The golden vector of the AMR paper's losses; eight printed digits, so 1e-7 here is the printing's own accuracy and more. */
class DistributionLossTest extends Fixture {
  private static final double[] LOGITS = {0.5, 1, 2, -1, 0, 1.5, 0.2, 0.1, 2, -0.5};
  private static final double PRINTED = 1e-7;

  private static final DistributionLoss PAPER =
      new DistributionLoss(1, 0.2, 0, 0, 0.05, KRule.MAX2_RANK, 0, ResidueForm.EXACT, 0, false);
  private static final DistributionLoss RELEASED =
      new DistributionLoss(1, 0.2, 0, 0, 0.05, KRule.RANK, 0, ResidueForm.EPSILON, 0, false);
  private static final DistributionLoss MEAN_VARIANCE =
      new DistributionLoss(1, 0.2, 0.05, 0, 0, KRule.RANK, 0, ResidueForm.EXACT, 0, false);
  private static final DistributionLoss DLDL = new DistributionLoss(1, 0, 0, 0, 0, KRule.RANK, 0, ResidueForm.EXACT, 2, false);
  private static final DistributionLoss DLDL_V2 = new DistributionLoss(1, 0, 0, 1, 0, KRule.RANK, 0, ResidueForm.EXACT, 2, true);

  private record Result(double loss, double[] terms, double[] gradient, int rows) {
    double mean(Term term) {
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += terms[i * Term.values().length + term.ordinal()];
      }
      return sum / rows;
    }
  }

  private Result run(DistributionLoss spec, double[] logits, int... labels) {
    int rows = labels.length;
    int classes = logits.length / rows;
    Buffer loss = freshPlain();
    Buffer terms = freshPlain(rows, Term.values().length);
    Buffer gradient = freshPlain(rows, classes);
    backend.distributionLoss(spec, plain(logits, rows, classes), ints(labels), loss, terms, gradient);
    return new Result(read(loss)[0], read(terms), read(gradient), rows);
  }

  @Test
  void amrOfThePaper() {
    var result = run(PAPER, LOGITS, 2, 0);
    assertEquals(1.09490082, result.loss, PRINTED);
    assertEquals(0.88466259, result.mean(Term.CROSS_ENTROPY), PRINTED);
    assertEquals(0.91526300, result.mean(Term.MEAN), PRINTED);
    assertEquals(0.54371244, result.mean(Term.RESIDUE), PRINTED);
    assertEquals(2, result.mean(Term.K));
    assertArrayEquals(new double[] {0.07117375, 0.10602504, -0.22744343, 0.01459477, 0.03564987,
        -0.45964126, 0.02970155, 0.04119445, 0.35001029, 0.03873498}, result.gradient, PRINTED);
  }

  @Test
  void amrOfTheReleasedCode() {
    var result = run(RELEASED, LOGITS, 2, 0);
    assertEquals(1.10384717, result.loss, PRINTED);
    assertEquals(0.88466259, result.mean(Term.CROSS_ENTROPY), PRINTED);
    assertEquals(0.91526300, result.mean(Term.MEAN), PRINTED);
    assertEquals(0.72263950, result.mean(Term.RESIDUE), PRINTED);
    assertEquals(1.5, result.mean(Term.K));
    assertArrayEquals(new double[] {0.07078764, 0.10837906, -0.22906226, 0.01448961, 0.03540595,
        -0.45961874, 0.02968284, 0.04117517, 0.35004741, 0.03871333}, result.gradient, PRINTED);
  }

  @Test
  void meanVariance() {
    var result = run(MEAN_VARIANCE, LOGITS, 2, 0);
    assertEquals(1.14047108, result.loss, PRINTED);
    assertEquals(1.45511773, result.mean(Term.VARIANCE), PRINTED);
  }

  @Test
  void labelDistributions() {
    var first = run(DLDL, LOGITS, 2, 0);
    assertEquals(1.95201975, first.loss, PRINTED);
    var second = run(DLDL_V2, LOGITS, 2, 0);
    assertEquals(0.43898513, second.mean(Term.CROSS_ENTROPY), PRINTED);
    assertEquals(1.08552230, second.mean(Term.L1), PRINTED);
    assertEquals(0.43898513 + 1.08552230, second.loss, 2 * PRINTED);
  }

  @Test
  void gradientsMatchCentralDifferences() {
    DistributionLoss[] specs = {PAPER, RELEASED, MEAN_VARIANCE, DLDL, DLDL_V2,
        new DistributionLoss(0.3, 0.1, 0.7, 0.5, 2, KRule.FIXED, 3, ResidueForm.EXACT, 1.5, true),
        new DistributionLoss(0, 0, 0, 0, 1, KRule.FIXED, 1, ResidueForm.EPSILON, 0, false)};
    double h = 1e-5;
    for (int seed = 0; seed < 6; seed++) {
      double[] logits = distinct(seed, 3, 7);
      for (var spec : specs) {
        var analytic = run(spec, logits, seed, 6 - seed, 3).gradient;
        double[] numeric = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
          double[] up = logits.clone();
          double[] down = logits.clone();
          up[i] += h;
          down[i] -= h;
          numeric[i] = (run(spec, up, seed, 6 - seed, 3).loss - run(spec, down, seed, 6 - seed, 3).loss) / (2 * h);
        }
        assertClose(spec + " seed " + seed, numeric, analytic, 1e-7);
      }
    }
  }

  @Test
  void tiesGoToTheLabelAndThenToTheLowestIndex() {
    double[] equal = {1, 1, 1, 1};
    assertEquals(4, run(RELEASED, equal, 2).mean(Term.K));
    var paper = run(PAPER, equal, 2);
    assertEquals(2, paper.mean(Term.K));
    assertEquals(-2 * 0.25 * Math.log(0.25), paper.mean(Term.RESIDUE), 1e-15);
    // Outside are 1 and 3 (0 is the runner-up): only they carry the slope.
    assertEquals(paper.gradient[1], paper.gradient[3] - 0.2 * 0.25 * (-0.5) * (3 - 1), 1e-12);
    assertTrue(paper.gradient[1] - 0.2 * -0.5 * 0.25 * (1 - 1.5) > paper.gradient[0] - 0.2 * -0.5 * 0.25 * (0 - 1.5));
    var fixed = new DistributionLoss(0, 0, 0, 0, 1, KRule.FIXED, 9, ResidueForm.EXACT, 0, false);
    assertEquals(0, run(fixed, equal, 2).loss);
    assertEquals(4, run(fixed, equal, 2).mean(Term.K));
  }

  @Test
  void aRankBelowTwoKeepsExactlyTheRank() {
    double[] logits = {3, 2, 2, 1, 0};
    assertEquals(2, run(PAPER, logits, 1).mean(Term.K));
    assertEquals(3, run(RELEASED, logits, 1).mean(Term.K));
    assertEquals(4, run(PAPER, logits, 3).mean(Term.K));
    assertEquals(1, run(PAPER, new double[] {7}, 0).mean(Term.K));
  }

  @Test
  void extremeLogitsStayFinite() {
    double[] logits = {1000, -1000, Double.NEGATIVE_INFINITY, 0, 990};
    for (var spec : new DistributionLoss[] {PAPER, RELEASED, MEAN_VARIANCE}) {
      var result = run(spec, logits, 0);
      assertTrue(Double.isFinite(result.loss), spec.toString());
      for (double g : result.gradient) {
        assertTrue(Double.isFinite(g), spec.toString());
      }
    }
    // The target of a far class underflows to 0 and must not meet log p = -infinity.
    double[] far = new double[101];
    far[100] = Double.NEGATIVE_INFINITY;
    assertTrue(Double.isFinite(run(DLDL, far, 0).loss));
    assertEquals(2000, run(PAPER, logits, 1).mean(Term.CROSS_ENTROPY), 1e-3);
  }

  @Test
  void aWrongLabelIsNamed() {
    var e = assertThrows(IllegalArgumentException.class, () -> run(PAPER, LOGITS, 2, 5));
    assertTrue(e.getMessage().contains("label 5 of row 1"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> run(PAPER, LOGITS, -1, 0));
  }

  @Test
  void termsAndGradientMayBeAbsent() {
    Buffer loss = freshPlain();
    backend.distributionLoss(PAPER, plain(LOGITS, 2, 5), ints(2, 0), loss, null, null);
    assertEquals(1.09490082, read(loss)[0], PRINTED);
  }
}
