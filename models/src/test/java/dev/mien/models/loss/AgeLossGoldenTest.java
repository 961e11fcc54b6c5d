package dev.mien.models.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mien.engine.autograd.GradCheck;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden vector of the AMR paper's formulas, confirmed with PyTorch on the authors' code, through the whole engine. */
class AgeLossGoldenTest {
  private static final double[] LOGITS = {0.5, 1, 2, -1, 0, 1.5, 0.2, 0.1, 2, -0.5};
  private static final double[] PAPER_GRADIENT = {0.07117375, 0.10602504, -0.22744343, 0.01459477, 0.03564987, -0.45964126, 0.02970155,
      0.04119445, 0.35001029, 0.03873498};
  private static final double[] RELEASED_GRADIENT = {0.07078764, 0.10837906, -0.22906226, 0.01448961, 0.03540595, -0.45961874,
      0.02968284, 0.04117517, 0.35004741, 0.03871333};

  private record Outcome(double loss, double[] gradient, double[] terms) {}

  private static Outcome run(String deviceName, AgeLoss loss) {
    try (var device = Device.open(deviceName); var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var logits = context.watch(scope.upload(HostTensor.of(LOGITS.clone(), 2, 5)));
      var result = loss.evaluate(logits, scope.upload(HostTensor.of(new int[] {2, 0}, 2)));
      var terms = result.terms().download().doubles();
      double value = result.loss().item();
      return new Outcome(value, result.loss().backward(logits).of(logits).download().doubles(), terms);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void amrMatchesThePaperAndTheReleasedCode(String device) {
    var paper = run(device, AmrLoss.paper());
    assertEquals(1.09490082, paper.loss, 1.1e-5);
    assertArrayEquals(PAPER_GRADIENT, paper.gradient, 1e-6);
    assertEquals(0.88466259, (paper.terms[0] + paper.terms[7]) / 2, 1e-5);
    assertEquals(0.91526300, (paper.terms[1] + paper.terms[8]) / 2, 1e-5);
    assertEquals(0.54371244, (paper.terms[4] + paper.terms[11]) / 2, 1e-5);
    assertEquals(2, (paper.terms[6] + paper.terms[13]) / 2, 0);
    var released = run(device, AmrLoss.releasedCode());
    assertEquals(1.10384717, released.loss, 1.1e-5);
    assertArrayEquals(RELEASED_GRADIENT, released.gradient, 1e-6);
    assertEquals(0.72263950, (released.terms[4] + released.terms[11]) / 2, 1e-5);
    assertEquals(1.5, (released.terms[6] + released.terms[13]) / 2, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void rivalsMatchTheirFormulas(String device) {
    assertEquals(1.14047108, run(device, MeanVarianceLoss.paper()).loss, 1.2e-5);
    assertEquals(1.95201975, run(device, DldlLoss.standard()).loss, 2e-5);
    assertEquals(0.43898513 + 1.08552230, run(device, DldlV2Loss.standard()).loss, 2e-5);
    assertEquals(0.88466259, run(device, TermLoss.crossEntropy()).loss, 1e-5);
    assertEquals(1.08552230, run(device, TermLoss.l1Expectation()).loss, 1.1e-5);
    assertEquals(0.88466259 + 0.2 * 0.91526300, run(device, TermLoss.meanSoftmax()).loss, 1.1e-5);
    assertEquals(0.88466259 + 0.05 * 1.45511773, run(device, TermLoss.varianceSoftmax()).loss, 1.1e-5);
    assertEquals(0.88466259 + 0.05 * 0.54371244, run(device, TermLoss.residueSoftmax()).loss, 1.1e-5);
  }

  static List<AgeLoss> allLosses() {
    return AgeLosses.names().stream().map(AgeLosses::named).toList();
  }

  @ParameterizedTest
  @MethodSource("allLosses")
  void gradientsAgreeWithDifferences(AgeLoss loss) {
    for (int sample = 0; sample < 20; sample++) {
      var rng = Rng.seed(3).at(sample);
      int classes = 3 + sample;
      var logits = new double[4 * classes];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = 2 * rng.gaussian(i);
      }
      int[] labels = new int[4];
      for (int i = 0; i < 4; i++) {
        labels[i] = rng.split("label").below(classes, i);
      }
      GradCheck.check((x, context) -> loss.forward(x[0], x[1]), HostTensor.of(logits, 4, classes), HostTensor.of(labels, 4));
    }
  }

  @Test
  void amrWithoutItsExtraTermsIsCrossEntropy() {
    var amr = run("reference", AmrLoss.paper().lambda1(0).lambda2(0));
    var plain = run("reference", TermLoss.crossEntropy());
    assertEquals(plain.loss, amr.loss, 0);
    assertArrayEquals(plain.gradient, amr.gradient, 0);
  }

  @Test
  void fixedKOfAllClassesLeavesNoResidue() {
    var all = run("reference", AmrLoss.paper().k(AmrLoss.K.fixed(5)));
    assertEquals(0, all.terms[4], 0);
    assertEquals(run("reference", TermLoss.meanSoftmax()).loss, all.loss, 1e-15);
  }

  @Test
  void unknownNamesAreListed() {
    var e = assertThrows(MienException.class, () -> AgeLosses.named("amrr"));
    assertEquals("no loss named 'amrr'; there are amr, amr-released, mean-variance, dldl, dldl-v2, cross-entropy, l1, mean-softmax, "
        + "variance-softmax, residue-softmax, amr-kN", e.getMessage());
    assertEquals("amr-k7", AgeLosses.named("amr-k7").name());
  }
}
