package dev.mien.kernels.cases;

import static dev.mien.kernels.Kind.PLAIN;

import dev.mien.kernels.CosineMargin;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.DistributionLoss.KRule;
import dev.mien.kernels.DistributionLoss.ResidueForm;
import dev.mien.kernels.TopK;
import java.util.ArrayList;
import java.util.List;

/** Calls of the kernels along the last axis. */
public final class RowCases {
  private RowCases() {}

  private static KernelCase.Maker maker(String name) {
    return new KernelCase.Maker(name);
  }

  public static List<KernelCase> rows(int rows, int columns) {
    var cases = new ArrayList<KernelCase>();
    cases.add(maker("softmax").in(-9, 9, PLAIN, rows, columns).out(PLAIN, rows, columns).in(PLAIN, rows, columns)
        .out(PLAIN, rows, columns).tolerance(3e-6).call((b, o) -> {
          b.softmax(o[0], o[1]);
          b.softmaxBackward(o[1], o[2], o[3]);
        }));
    cases.add(maker("logSoftmax").in(-9, 9, PLAIN, rows, columns).out(PLAIN, rows, columns).in(PLAIN, rows, columns)
        .out(PLAIN, rows, columns).tolerance(3e-6).call((b, o) -> {
          b.logSoftmax(o[0], o[1]);
          b.logSoftmaxBackward(o[1], o[2], o[3]);
        }));
    cases.add(maker("moments").in(0, 1, PLAIN, rows, columns).out(PLAIN, rows).out(PLAIN, rows).in(PLAIN, rows).in(PLAIN, rows)
        .out(PLAIN, rows, columns).tolerance(3e-6).call((b, o) -> {
          b.moments(16, o[0], o[1], o[2]);
          b.momentsBackward(16, o[0], o[3], o[4], o[5]);
        }));
    cases.add(maker("l2Norm").in(PLAIN, rows, columns).out(PLAIN, rows).in(PLAIN, rows).out(PLAIN, rows, columns).relative(3e-6)
        .call((b, o) -> {
          b.l2Norm(o[0], o[1]);
          b.l2NormBackward(o[0], o[1], o[2], o[3]);
        }));
    cases.add(maker("standardize").in(-3, 5, PLAIN, rows, columns).out(PLAIN, rows, columns).out(PLAIN, rows).in(PLAIN, rows, columns)
        .out(PLAIN, rows, columns).tolerance(1e-5).call((b, o) -> {
          b.standardize(1e-5, o[0], o[1], o[2]);
          b.standardizeBackward(o[1], o[2], o[3], o[4]);
        }));
    return cases;
  }

  /** Losses of every kind on logits of the given spread; {@code levels} above 0 rounds them so that there are ties. */
  public static List<KernelCase> losses(int rows, int classes, double spread, int levels) {
    float[] logits = new float[rows * classes];
    for (int i = 0; i < logits.length; i++) {
      double u = CounterRandom.uniform(5, i) * 2 - 1;
      logits[i] = (float) (spread * (levels > 0 ? Math.round(u * levels) / (double) levels : u));
    }
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = (int) (CounterRandom.uniform(6, i) * classes);
    }
    var cases = new ArrayList<KernelCase>();
    for (var rule : KRule.values()) {
      for (var form : ResidueForm.values()) {
        for (double sigma : new double[] {0, 2}) {
          int k = rule == KRule.FIXED ? Math.max(1, classes / 3) : 0;
          var spec = new DistributionLoss(1, 0.2, 0.05, 0.1, 0.05, rule, k, form, sigma, sigma > 0);
          cases.add(maker("loss " + rule + form + sigma + spread + levels).values(PLAIN, logits, rows, classes)
              .ints(PLAIN, labels, rows).out(PLAIN).out(PLAIN, rows, 7).out(PLAIN, rows, classes).tolerance(3e-6)
              .call((b, o) -> b.distributionLoss(spec, o[0], o[1], o[2], o[3], o[4])));
        }
      }
    }
    // without terms only what weighs something is computed; cross-entropy alone has a kernel of its own
    cases.add(maker("cross-entropy " + spread + levels).values(PLAIN, logits, rows, classes).ints(PLAIN, labels, rows).out(PLAIN)
        .out(PLAIN, rows, classes).out(PLAIN).tolerance(3e-6).call((b, o) -> {
          var spec = new DistributionLoss(0.7, 0, 0, 0, 0, KRule.RANK, 0, ResidueForm.EXACT, 0, false);
          b.distributionLoss(spec, o[0], o[1], o[2], null, o[3]);
          b.distributionLoss(spec, o[0], o[1], o[4], null, null);
        }));
    for (double[] w : new double[][] {{0, 0, 0, 0, 1}, {1, 0.2, 0, 0, 0}, {0, 0, 0.3, 0, 0}, {0, 0, 0, 0.4, 0}}) {
      var spec = new DistributionLoss(w[0], w[1], w[2], w[3], w[4], KRule.FIXED, Math.min(classes, 10), ResidueForm.EXACT, 0, false);
      cases.add(maker("loss " + java.util.Arrays.toString(w) + spread + levels).values(PLAIN, logits, rows, classes)
          .ints(PLAIN, labels, rows).out(PLAIN).out(PLAIN, rows, classes).tolerance(3e-6)
          .call((b, o) -> b.distributionLoss(spec, o[0], o[1], o[2], null, o[3])));
    }
    return cases;
  }

  /** Margin logits of every rule, with cosines at and beyond the limits, and rows by index. */
  public static List<KernelCase> margins(int rows, int classes) {
    float[] cosines = new float[rows * classes];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = CounterRandom.uniform(7, i) * 2.02f - 1.01f;
    }
    float[] margins = new float[2 * rows];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = (int) (CounterRandom.uniform(8, i) * classes);
      margins[2 * i] = CounterRandom.uniform(9, i) - 0.5f;
      margins[2 * i + 1] = CounterRandom.uniform(10, i);
    }
    var cases = new ArrayList<KernelCase>();
    for (var beyond : CosineMargin.Beyond.values()) {
      for (boolean straight : new boolean[] {false, true}) {
        for (boolean hard : new boolean[] {false, true}) {
          var spec = new CosineMargin(64, 0.999, beyond, 1e-3, straight);
          cases.add(maker("margin " + beyond + straight + hard).values(PLAIN, cosines, rows, classes).ints(PLAIN, labels, rows)
              .values(PLAIN, margins, rows, 2).values(PLAIN, new float[] {0.1f}).out(PLAIN, rows, classes).in(PLAIN, rows, classes)
              .out(PLAIN, rows, classes).out(PLAIN, rows, 2).tolerance(3e-6).call((b, o) -> {
                b.cosineMargin(spec, o[0], o[1], o[2], hard ? o[3] : null, o[4]);
                b.cosineMarginBackward(spec, o[0], o[1], o[2], hard ? o[3] : null, o[5], o[6], o[7]);
              }));
        }
      }
    }
    int[] picked = new int[Math.min(rows, 3)];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = rows - 1 - i;
    }
    cases.add(maker("rows by index").in(PLAIN, rows, classes).ints(PLAIN, picked, picked.length).out(PLAIN, picked.length, classes)
        .in(PLAIN, picked.length, classes).call((b, o) -> {
          b.gatherRows(o[0], o[1], o[2]);
          b.scatterRows(o[3], o[1], o[0]);
        }));
    return cases;
  }

  /**
   * Gallery search in two parts, in float32 and int8, of numbers whose products are exact: many scores are equal, and back-ends must agree on
   * every index.
   *
   * @param shape queries, gallery rows, features, k at most twice the rows
   */
  public static List<KernelCase> topK(int... shape) {
    int queries = shape[0];
    int rows = shape[1];
    int features = shape[2];
    int k = shape[3];
    float[] q = steps(11, queries * features);
    float[] g = steps(12, rows * features);
    var cases = new ArrayList<KernelCase>();
    cases.add(maker("topK").values(PLAIN, q, queries, features).values(PLAIN, g, rows, features).out(PLAIN, queries, k)
        .outInts(PLAIN, queries, k).call((b, o) -> {
          b.fill(o[2], Double.NEGATIVE_INFINITY);
          b.fill(o[3], -1);
          b.topKInnerProduct(new TopK(o[0], null, o[1], null, 40, o[2], o[3]));
          b.topKInnerProduct(new TopK(o[0], null, o[1], null, 40 + rows, o[2], o[3]));
        }));
    cases.add(maker("topK int8").int8(eighths(q), queries, features).values(PLAIN, halves(13, queries), queries)
        .int8(eighths(g), rows, features).values(PLAIN, halves(14, rows), rows).out(PLAIN, queries, k).outInts(PLAIN, queries, k).call((b, o) -> {
          b.fill(o[4], Double.NEGATIVE_INFINITY);
          b.fill(o[5], -1);
          b.topKInnerProduct(new TopK(o[0], o[1], o[2], o[3], 7, o[4], o[5]));
          b.topKInnerProduct(new TopK(o[0], o[1], o[2], o[3], 7 + rows, o[4], o[5]));
        }));
    return cases;
  }

  /** Gallery search of any numbers, whose nearly equal scores another back-end may order otherwise. */
  public static KernelCase topKOfReals(int queries, int rows, int features, int k) {
    return maker("topK of reals").in(PLAIN, queries, features).in(PLAIN, rows, features).out(PLAIN, queries, k).outInts(PLAIN, queries, k)
        .call((b, o) -> {
          b.fill(o[2], Double.NEGATIVE_INFINITY);
          b.fill(o[3], -1);
          b.topKInnerProduct(new TopK(o[0], null, o[1], null, 0, o[2], o[3]));
        });
  }

  /** Eighths from -127/8 to 127/8. */
  private static float[] steps(int key, int n) {
    var values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.round(CounterRandom.uniform(key, i) * 254 - 127) / 8f;
    }
    return values;
  }

  private static byte[] eighths(float[] values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (8 * values[i]);
    }
    return bytes;
  }

  /** 1, 1/2 or 1/4. */
  private static float[] halves(int key, int n) {
    var values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = 1f / (1 << (int) (3 * CounterRandom.uniform(key, i)));
    }
    return values;
  }
}
