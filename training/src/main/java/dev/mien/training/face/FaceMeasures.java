package dev.mien.training.face;

import dev.mien.models.head.AdaFaceHead;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.Sharpness;
import dev.mien.training.report.FaceReportData.Pictures;
import java.util.Arrays;
import java.util.BitSet;

/** What is measured on the scored pictures beside their norms, to hold the norms against. */
final class FaceMeasures {
  /** Pictures of a set that are measured, at most: evenly chosen in their order. */
  private static final int MOST_MEASURED = 4000;

  private FaceMeasures() {}

  /** Norm, sharpness and size of the pictures that stand in a pair. */
  static Pictures of(FaceEvaluator.Scored scored, ImageContract contract) {
    var set = scored.set();
    var used = new BitSet(set.images().size());
    set.pairs().forEach(p -> {
      used.set(p.first());
      used.set(p.second());
    });
    int[] images = used.stream().toArray();
    var norms = new double[images.length];
    var sharpness = new double[images.length];
    var sides = new double[images.length];
    Arrays.fill(sharpness, Double.NaN);
    Arrays.fill(sides, Double.NaN);
    int stride = (images.length + MOST_MEASURED - 1) / MOST_MEASURED;
    for (int i = 0; i < images.length; i++) {
      norms[i] = scored.norms()[images[i]];
      if (i % stride == 0) {
        var picture = set.reader().apply(images[i]);
        sharpness[i] = Sharpness.laplacianVariance(ImageTransforms.resize(picture, contract.inputWidth(), contract.inputHeight()));
        sides[i] = set.seenSidePx(images[i], picture);
      }
    }
    return new Pictures(set.name(), norms, sharpness, sides);
  }

  /** AdaFace's q of pictures, with the mean and the deviation of their own norms in place of the averages of a training. */
  static double[] quality(double[] norms) {
    double mean = Arrays.stream(norms).average().orElse(Double.NaN);
    double squares = Arrays.stream(norms).map(n -> (n - mean) * (n - mean)).sum();
    double deviation = Math.sqrt(squares / Math.max(1, norms.length - 1));
    return Arrays.stream(norms).map(n -> Math.clamp(AdaFaceHead.Options.PAPER.h() * (n - mean) / (deviation + 1e-3), -1, 1)).toArray();
  }
}
