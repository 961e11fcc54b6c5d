package dev.mien.engine.system;

import static dev.mien.engine.system.ElementwiseSamples.zeros;

import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.DistributionLosses.ResidueRule;
import dev.mien.engine.ops.DistributionLosses.Weights;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.ShapeException;
import java.util.List;

/** Rows of the losses on a distribution, straight from the logits. */
final class LossSamples {
  private LossSamples() {}

  static List<OpRow> rows() {
    return List.of(
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
