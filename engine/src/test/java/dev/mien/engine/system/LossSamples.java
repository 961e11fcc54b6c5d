package dev.mien.engine.system;

import static dev.mien.engine.system.ElementwiseSamples.zeros;

import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.DistributionLosses.ResidueRule;
import dev.mien.engine.ops.DistributionLosses.Weights;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.ShapeException;
import java.util.List;

/** Rows of the losses on a distribution, straight from the logits. */
final class LossSamples {
  private LossSamples() {}

  static List<OpRow> rows() {
    return List.of(
        new OpRow("MarginLogits.marginLogits(Tensor,Tensor,Tensor,Tensor,Rule)", LossSamples::drawMargin)
            .fails(MienException.class, "[cosineMargin] label 3 of row 1 is outside [0, 3); labels [2], cosines [2, 3]",
                s -> MarginLogits.marginLogits(zeros(s, 2, 3), zeros(s, 2, 2), null, s.upload(HostTensor.of(new int[] {0, 3}, 2)), ADAFACE))
            .fails(ShapeException.class, "[marginLogits] margins must be [2, 2], got shape [2]",
                s -> MarginLogits.marginLogits(zeros(s, 2, 3), zeros(s, 2), null, s.upload(HostTensor.of(new int[2], 2)), ADAFACE))
            .fails(ShapeException.class, "[marginLogits] labels must be 2 integers, got shape [3]",
                s -> MarginLogits.marginLogits(zeros(s, 2, 3), zeros(s, 2, 2), null, s.upload(HostTensor.of(new int[3], 3)), ADAFACE))
            .fails(ShapeException.class, "[marginLogits] hardness must be one number, got shape [2]",
                s -> MarginLogits.marginLogits(zeros(s, 2, 3), zeros(s, 2, 2), zeros(s, 2), s.upload(HostTensor.of(new int[2], 2)), ADAFACE))
            .fails(ShapeException.class, "[marginLogits] gives no gradient to the hardness: take it off the tape with detached()",
                s -> MarginLogits.marginLogits(zeros(s, 1, 3), zeros(s, 1, 2), Context.evalRecorded().watch(zeros(s, 1)),
                    s.upload(HostTensor.of(new int[1], 1)), ADAFACE))
            .fails(MienException.class, "[cosineMargin] needs scale > 0, 0 < limit < 1, 0 <= angleEps < 1; got 64.0, 1.0, 0.0",
                s -> MarginLogits.marginLogits(zeros(s, 1, 3), zeros(s, 1, 2), null, s.upload(HostTensor.of(new int[1], 1)),
                    new MarginLogits.Rule(64, 1, MarginLogits.Beyond.CLIP, 0, false))),
        new OpRow("MarginLogits.atLabels(Tensor,Tensor)", d -> {
          int n = d.extent(4, 20);
          int classes = d.extent(6, 40);
          return new Sample((x, c) -> MarginLogits.atLabels(x[0], x[1]), d.reals(n, classes), d.labels(n, classes));
        }).fails(MienException.class, "[atLabels] label -1 of row 0 is outside [0, 3)",
            s -> MarginLogits.atLabels(zeros(s, 1, 3), s.upload(HostTensor.of(new int[] {-1}, 1))))
            .fails(ShapeException.class, "[atLabels] x must have rank 2 [N, C], got shape [3]",
                s -> MarginLogits.atLabels(zeros(s, 3), s.upload(HostTensor.of(new int[3], 3))))
            .fails(ShapeException.class, "[atLabels] labels must be 1 integers, got shape [2]",
                s -> MarginLogits.atLabels(zeros(s, 1, 3), s.upload(HostTensor.of(new int[2], 2)))),
        new OpRow("DistributionLosses.crossEntropy(Tensor,Tensor)", d -> {
          int n = d.extent(4, 20);
          int classes = d.extent(6, 101);
          return new Sample((x, c) -> DistributionLosses.crossEntropy(x[0], x[1]), d.reals(n, classes), d.labels(n, classes));
        }).fails(MienException.class, "[distributionLoss] label 3 of row 1 is outside [0, 3); labels [2], logits [2, 3]",
            s -> DistributionLosses.crossEntropy(zeros(s, 2, 3), s.upload(HostTensor.of(new int[] {0, 3}, 2))))
            .fails(MienException.class, "[distributionLoss] label -1 of row 0 is outside [0, 3); labels [1], logits [1, 3]",
                s -> DistributionLosses.crossEntropy(zeros(s, 1, 3), s.upload(HostTensor.of(new int[] {-1}, 1))))
            .fails(ShapeException.class, "[distributionLoss] labels must be 2 integers, got shape [3]",
                s -> DistributionLosses.crossEntropy(zeros(s, 2, 3), s.upload(HostTensor.of(new int[3], 3))))
            .fails(ShapeException.class, "[distributionLoss] operand [2] holds REAL, expected 32-bit integers: upload an int[]",
                s -> DistributionLosses.crossEntropy(zeros(s, 2, 3), zeros(s, 2)))
            .fails(ShapeException.class, "[distributionLoss] no logits: [0, 3]",
                s -> DistributionLosses.crossEntropy(zeros(s, 0, 3), s.upload(HostTensor.of(new int[0], 0)))),
        new OpRow("DistributionLosses.distributionLoss(Tensor,Tensor,Weights)", LossSamples::draw)
            .fails(ShapeException.class, "[distributionLoss] logits must have rank 2 [N, C], got shape [3]",
                s -> DistributionLosses.distributionLoss(zeros(s, 3), s.upload(HostTensor.of(new int[3], 3)),
                    Weights.CROSS_ENTROPY))
            .fails(ShapeException.class, "[distributionLoss] fixed K must be at least 1, got 0",
                s -> DistributionLosses.distributionLoss(zeros(s, 1, 3), s.upload(HostTensor.of(new int[1], 1)),
                    new Weights(0, 0, 0, 0, 1, ResidueRule.FIXED, 0, false, 0, false))));
  }

  private static final MarginLogits.Rule ADAFACE = new MarginLogits.Rule(64, 0.999, MarginLogits.Beyond.CLIP, 1e-3, false);

  /** Cosines within the clamp, labels' classes whose angle plus margin is an angle, others off CurricularFace's threshold: no kink is near. */
  private static Sample drawMargin(Draw d) {
    int n = d.extent(3, 12);
    int classes = d.between(2, d.extent(6, 101) + 1);
    boolean hard = d.flip();
    var rule = new MarginLogits.Rule(d.real(1, 8), 0.999, MarginLogits.Beyond.values()[d.between(0, 2)], 1e-3, false);
    var cosines = d.in(-0.99, 0.99, n, classes);
    var margins = d.in(-0.4, 0.4, n, 2);
    var labels = d.labels(n, classes);
    double[] c = cosines.doubles();
    double[] m = margins.doubles();
    for (int i = 0; i < n; i++) {
      int y = i * classes + labels.ints()[i];
      c[y] = d.real(0.1, 0.8);
      double threshold = Math.cos(Math.acos(c[y]) + m[2 * i]);
      for (int j = i * classes; j < (i + 1) * classes; j++) {
        if (j != y && Math.abs(c[j] - threshold) < 2 * Draw.GAP) {
          c[j] = (float) (threshold - 4 * Draw.GAP);
        }
      }
    }
    return new Sample((x, k) -> MarginLogits.marginLogits(x[0], x[1], hard ? x[0].constant(HostTensor.of(new double[] {0.25})) : null, x[2],
        rule), HostTensor.of(c, n, classes), HostTensor.of(m, n, 2), labels);
  }

  /** Logits are spread evenly, so that the top K set holds within a step; labels keep off the expectation, L1's kink. */
  private static Sample draw(Draw d) {
    int n = d.extent(3, 12);
    int classes = d.between(2, d.extent(6, 101) + 1);
    var rule = ResidueRule.values()[d.between(0, 2)];
    var weights = new Weights(d.real(0, 1), d.real(0, 0.5), d.real(0, 0.1), d.flip() ? d.real(0, 0.5) : 0, d.real(0, 0.5), rule,
        d.between(1, classes), d.flip(), d.flip() ? d.real(0.5, 3) : 0, d.flip());
    var logits = d.distinct(n, classes);
    var labels = d.labels(n, classes).ints();
    for (int i = 0; i < n; i++) {
      double m = expectation(logits.doubles(), i, classes);
      while (Math.abs(m - labels[i]) < Draw.GAP * classes) {
        labels[i] = (labels[i] + 1) % classes;
      }
    }
    return new Sample((x, c) -> DistributionLosses.distributionLoss(x[0], x[1], weights).loss(), logits,
        HostTensor.of(labels, n));
  }

  private static double expectation(double[] logits, int row, int classes) {
    double total = 0;
    double weighted = 0;
    for (int j = 0; j < classes; j++) {
      double e = Math.exp(logits[row * classes + j]);
      total += e;
      weighted += j * e;
    }
    return weighted / total;
  }
}
