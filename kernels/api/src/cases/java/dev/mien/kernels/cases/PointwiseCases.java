package dev.mien.kernels.cases;

import static dev.mien.kernels.Kind.IMAGE;
import static dev.mien.kernels.Kind.PLAIN;

import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Kind;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.Unary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls of the elementwise kernels, broadcasting, movement and the optimisers. */
public final class PointwiseCases {
  public static final Map<String, Unary> UNARIES = new LinkedHashMap<>();

  static {
    UNARIES.put("relu", Unary.RELU);
    UNARIES.put("leaky", new Unary.LeakyRelu(0.125));
    UNARIES.put("sigmoid", Unary.SIGMOID);
    UNARIES.put("tanh", Unary.TANH);
    UNARIES.put("gelu", Unary.GELU);
    UNARIES.put("silu", Unary.SILU);
    UNARIES.put("exp", Unary.EXP);
    UNARIES.put("log", Unary.LOG);
    UNARIES.put("sqrt", Unary.SQRT);
    UNARIES.put("square", Unary.SQUARE);
    UNARIES.put("abs", Unary.ABS);
    UNARIES.put("affine", new Unary.Affine(1.5, -0.25));
    UNARIES.put("clamp", new Unary.Clamp(0.25, 1.75));
  }

  private PointwiseCases() {}

  private static KernelCase.Maker maker(String name) {
    return new KernelCase.Maker(name);
  }

  /** Every unary function, forward and backward, on one shape. */
  public static List<KernelCase> unary(Kind kind, int... dims) {
    var cases = new ArrayList<KernelCase>();
    UNARIES.forEach((name, f) -> {
      boolean positive = name.equals("log") || name.equals("sqrt");
      double low = positive ? 0.01 : -9;
      cases.add(maker(name).in(low, 9, kind, dims).out(kind, dims).relative(name.equals("affine") ? 1e-5 : 2e-6)
          .call((b, o) -> b.unary(f, o[0], o[1])));
      cases.add(maker(name + "Backward").in(low, 9, kind, dims).in(kind, dims).out(kind, dims).out(kind, dims)
          .call((b, o) -> {
            b.unary(f, o[0], o[2]);
            b.unaryBackward(f, o[0], o[2], o[1], o[3]);
          }));
      cases.add(maker(name + "InPlace").in(low, 9, kind, dims).in(kind, dims).tolerance(2e-6).call((b, o) -> {
        var y = b.allocate(o[0].type(), kind, dims);
        b.unary(f, o[0], y);
        b.unaryBackward(f, o[0], y, o[1], o[1]);
        b.unary(f, o[0], o[0]);
        b.release(y);
      }));
    });
    return cases;
  }

  /** All binary functions with operands of these shapes; the result has the larger extent of each axis. */
  public static List<KernelCase> binary(Kind kind, int[] a, int[] b) {
    int[] y = new int[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i] == 1 ? b[i] : a[i];
    }
    var cases = new ArrayList<KernelCase>();
    for (var f : Binary.values()) {
      cases.add(maker(f.name()).in(kind, a).in(0.5, 3, kind, b).out(kind, y).relative(1e-6)
          .call((k, o) -> k.binary(f, o[0], o[1], o[2])));
    }
    return cases;
  }

  public static List<KernelCase> reduction(Kind kind, int[] small, int[] large) {
    double magnitudes = 1.5 * Math.max(1, Buffer.count(large)) / Buffer.count(small);
    return List.of(
        maker("expand").in(kind, small).out(kind, large).relative(0).call((b, o) -> b.expand(o[0], o[1])),
        maker("sum").in(kind, large).out(kind, small).tolerance(3e-7).scale(magnitudes).call((b, o) -> b.sum(o[0], o[1], 0.75)));
  }

  public static List<KernelCase> elementwise(Kind kind, int... dims) {
    return List.of(
        maker("axpby").in(kind, dims).in(kind, dims).tolerance(1e-6).call((b, o) -> b.axpby(0.3, o[0], -1.7, o[1])),
        maker("scaled").in(kind, dims).out(kind, dims).relative(1e-6).call((b, o) -> b.axpby(0.3, o[0], 0, o[1])),
        maker("dropout").in(kind, dims).out(kind, dims).relative(1e-6).call((b, o) -> b.dropout(0.4, 77, o[0], o[1])),
        maker("fill").out(kind, dims).relative(1e-6).call((b, o) -> b.fill(o[0], 0.7)),
        maker("copy").in(kind, dims).out(kind, dims).out(PLAIN, dims).out(kind, dims).relative(0).call((b, o) -> {
          b.copy(o[0], o[1]);
          b.copy(o[1], o[2]);
          b.copy(o[2], o[3]);
        }));
  }

  public static List<KernelCase> prelu(Kind kind, int... dims) {
    var cases = new ArrayList<KernelCase>();
    for (int slopes : new int[] {1, dims.length > 1 ? dims[1] : 1}) {
      cases.add(maker("prelu").in(kind, dims).in(PLAIN, slopes).out(kind, dims).relative(1e-6)
          .call((b, o) -> b.prelu(o[0], o[1], o[2])));
      cases.add(maker("preluBackward").in(kind, dims).in(PLAIN, slopes).in(kind, dims).out(kind, dims).out(PLAIN, slopes)
          .tolerance(2e-6).call((b, o) -> b.preluBackward(o[0], o[1], o[2], o[3], o[4])));
      cases.add(maker("preluInPlace").in(kind, dims).in(PLAIN, slopes).in(kind, dims).out(PLAIN, slopes)
          .tolerance(2e-6).call((b, o) -> b.preluBackward(o[0], o[1], o[2], o[2], o[3])));
    }
    return cases;
  }

  /** Joins three parts along an axis and cuts the middle out again. */
  public static KernelCase concat(Kind kind, int axis, int[] extents, int... dims) {
    int[][] parts = new int[3][];
    for (int i = 0; i < 3; i++) {
      parts[i] = dims.clone();
      parts[i][axis] = extents[i];
    }
    int[] whole = dims.clone();
    whole[axis] = extents[0] + extents[1] + extents[2];
    return maker("concat").in(kind, parts[0]).in(kind, parts[1]).in(kind, parts[2]).out(kind, whole).out(kind, parts[1])
        .relative(0).call((b, o) -> {
          b.concat(axis, new Buffer[] {o[0], o[1], o[2]}, o[3]);
          b.slice(axis, extents[0], o[3], o[4]);
        });
  }

  public static KernelCase permute(int[] order, int... dims) {
    int[] y = new int[dims.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = dims[order[i]];
    }
    return maker("permute").in(PLAIN, dims).out(PLAIN, y).relative(0).call((b, o) -> b.permute(order, o[0], o[1]));
  }

  public static List<KernelCase> optimisers(int... sizes) {
    var cases = new ArrayList<KernelCase>();
    for (boolean nesterov : new boolean[] {false, true}) {
      cases.add(operands("sgd" + nesterov, sizes, 3, (b, o) -> b.sgd(new OptimizerStep.Sgd(0.1, 0.9, 1e-4, nesterov, 0.5),
          o[0], o[1], o[2])));
    }
    cases.add(operands("sgdPlain", sizes, 2, (b, o) -> b.sgd(new OptimizerStep.Sgd(0.1, 0, 1e-2, false, 2), o[0], o[1], null)));
    cases.add(operands("adamW", sizes, 4, (b, o) -> {
      for (int t = 1; t <= 3; t++) {
        b.adamW(new OptimizerStep.AdamW(1e-2, 0.9, 0.999, 1e-8, 0.05, t, 0.5), o[0], o[1], o[2], o[3]);
      }
    }));
    cases.add(operands("sumOfSquares", sizes, 1, (b, o) -> {
      double sum = b.sumOfSquares(o[0]);
      b.fill(o[0][0], sum);
    }));
    return cases;
  }

  private interface Step {
    void run(dev.mien.kernels.Backend backend, Buffer[][] groups);
  }

  /** Groups of buffers of the given sizes, all positive (second moments are). */
  private static KernelCase operands(String name, int[] sizes, int groups, Step step) {
    var m = maker(name).tolerance(3e-6);
    for (int g = 0; g < groups; g++) {
      for (int size : sizes) {
        m.in(g == 3 ? 0.01 : -1, 1, PLAIN, size);
      }
    }
    return m.call((b, o) -> {
      var split = new Buffer[groups][sizes.length];
      for (int i = 0; i < o.length; i++) {
        split[i / sizes.length][i % sizes.length] = o[i];
      }
      step.run(b, split);
    });
  }

  public static KernelCase normalizeBytes(int... dims) {
    float[] mean = new float[dims[1]];
    float[] deviation = new float[dims[1]];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = 0.3f + 0.01f * c;
      deviation[c] = 0.2f + 0.01f * c;
    }
    return maker("normalizeBytes").bytes(dims).out(IMAGE, dims).tolerance(1e-6)
        .call((b, o) -> b.normalizeBytes(o[0], mean, deviation, o[1]));
  }
}
