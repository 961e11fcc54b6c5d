package dev.mien.bench.mien;

import dev.mien.bench.work.Task;
import dev.mien.bench.work.Task.Pass;
import dev.mien.kernels.Backend;
import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Pool;
import dev.mien.kernels.TopK;
import dev.mien.kernels.Unary;

/** How our back-end does each kernel's work: the calls that the engine makes, on buffers in the layout the back-end chose. */
final class KernelRuns {
  private static final double EPS = 1e-5;
  private static final double SLOPE = 0.25;

  private KernelRuns() {}

  static KernelRun of(Backend b, Task task) {
    var run = new KernelRun(b);
    return switch (task) {
      case Task.Gemm g -> gemm(b, run, g);
      case Task.Convolution c -> convolution(b, run, c);
      case Task.CrossEntropy c -> loss(b, run, c.pass(), c.rows(), c.classes(),
          new DistributionLoss(1, 0, 0, 0, 0, DistributionLoss.KRule.RANK, 0, DistributionLoss.ResidueForm.EXACT, 0, false));
      case Task.ResidueEntropy e -> loss(b, run, e.pass(), e.rows(), e.classes(), new DistributionLoss(0, 0, 0, 0, 1,
          DistributionLoss.KRule.FIXED, Task.ResidueEntropy.K, DistributionLoss.ResidueForm.EXACT, 0, false));
      case Task.BatchNorm n -> batchNorm(b, run, n);
      case Task.PRelu p -> prelu(b, run, p);
      case Task.AddRelu a -> addRelu(b, run, a);
      case Task.MaxPool p -> maxPool(b, run, p);
      case Task.Gallery g -> gallery(b, run, g);
      default -> throw new UnsupportedOperationException("is no kernel");
    };
  }

  private static KernelRun gemm(Backend b, KernelRun run, Task.Gemm g) {
    var x = run.normal("a", Kind.PLAIN, g.m(), g.k());
    var w = run.normal("b", Kind.PLAIN, g.k(), g.n());
    var y = run.output("c", Kind.PLAIN, g.m(), g.n());
    if (g.packed()) {
      b.freeze(w); // packed in the first run and kept
      run.frozen(w);
    }
    var geometry = Gemm.of(g.m(), g.n(), g.k(), false, false, 0);
    return run.does(() -> b.gemm(geometry, x, w, y));
  }

  private static KernelRun convolution(Backend b, KernelRun run, Task.Convolution c) {
    var geometry = Conv2d.of(c.stride(), c.padding());
    int[] image = {c.batch(), c.in(), c.size(), c.size()};
    int[] result = {c.batch(), c.out(), c.outSize(), c.outSize()};
    int[] weight = {c.out(), c.in(), c.kernel(), c.kernel()};
    var w = run.filled("w", Kind.PLAIN, Math.sqrt(2.0 / (c.in() * c.kernel() * c.kernel())), weight);
    if (c.pass() == Pass.FORWARD) {
      var x = run.normal("x", Kind.IMAGE, image);
      var y = run.output("y", Kind.IMAGE, result);
      return run.does(() -> b.conv2d(geometry, x, w, null, y));
    }
    var gy = run.normal("gy", Kind.IMAGE, result);
    var gx = c.pass() == Pass.WEIGHT_GRADIENT ? null : run.output("gx", Kind.IMAGE, image);
    var gw = c.pass() == Pass.DATA_GRADIENT ? null : run.output("gw", Kind.PLAIN, weight);
    var x = gw == null ? null : run.normal("x", Kind.IMAGE, image);
    return run.does(() -> {
      if (gx != null) {
        b.conv2dGradInput(geometry, gy, w, gx);
      }
      if (gw != null) {
        b.conv2dGradWeight(geometry, x, gy, gw, null);
      }
    });
  }

  private static KernelRun loss(Backend b, KernelRun run, Pass pass, int rows, int classes, DistributionLoss spec) {
    var logits = run.normal("logits", Kind.PLAIN, rows, classes);
    var labels = run.labels(rows, classes);
    var loss = run.output("loss", Kind.PLAIN);
    var gradient = pass == Pass.FORWARD ? null : run.output("gradient", Kind.PLAIN, rows, classes);
    return run.does(() -> b.distributionLoss(spec, logits, labels, loss, null, gradient));
  }

  private static KernelRun batchNorm(Backend b, KernelRun run, Task.BatchNorm n) {
    int[] image = {n.n(), n.c(), n.h(), n.h()};
    var x = run.normal("x", Kind.IMAGE, image);
    var residual = n.addRelu() ? run.normal("residual", Kind.IMAGE, image) : null;
    var gamma = run.constant(1, n.c());
    var beta = run.constant(0, n.c());
    var mean = run.output("mean", Kind.PLAIN, n.c());
    var variance = run.output("variance", Kind.PLAIN, n.c());
    var y = run.output("y", Kind.IMAGE, image);
    var forward = new BatchNorm.Forward(x, gamma, beta, residual, mean, variance, y, EPS, n.addRelu(), true);
    if (n.pass() == Pass.FORWARD) {
      return run.does(() -> b.batchNorm(forward));
    }
    var gy = run.normal("gy", Kind.IMAGE, image);
    var backward = new BatchNorm.Backward(x, gamma, mean, variance, y, gy, run.output("gx", Kind.IMAGE, image),
        run.output("gGamma", Kind.PLAIN, n.c()), run.output("gBeta", Kind.PLAIN, n.c()),
        n.addRelu() ? run.output("gResidual", Kind.IMAGE, image) : null, EPS, n.addRelu(), true);
    return run.does(() -> {
      b.batchNorm(forward);
      b.batchNormBackward(backward);
    });
  }

  private static KernelRun prelu(Backend b, KernelRun run, Task.PRelu p) {
    int[] image = {p.n(), p.c(), p.h(), p.h()};
    var x = run.normal("x", Kind.IMAGE, image);
    var slope = run.constant(SLOPE, p.c());
    var y = run.output("y", Kind.IMAGE, image);
    if (p.pass() == Pass.FORWARD) {
      return run.does(() -> b.prelu(x, slope, y));
    }
    var gy = run.normal("gy", Kind.IMAGE, image);
    var gx = run.output("gx", Kind.IMAGE, image);
    var gSlope = run.output("gSlope", Kind.PLAIN, p.c());
    return run.does(() -> {
      b.prelu(x, slope, y);
      b.preluBackward(x, slope, gy, gx, gSlope);
    });
  }

  /** As the engine composes it: an addition, and ReLU in place. */
  private static KernelRun addRelu(Backend b, KernelRun run, Task.AddRelu a) {
    int[] image = {a.n(), a.c(), a.h(), a.h()};
    var left = run.normal("a", Kind.IMAGE, image);
    var right = run.normal("b", Kind.IMAGE, image);
    var y = run.output("y", Kind.IMAGE, image);
    return run.does(() -> {
      b.binary(Binary.ADD, left, right, y);
      b.unary(Unary.RELU, y, y);
    });
  }

  private static KernelRun maxPool(Backend b, KernelRun run, Task.MaxPool p) {
    var pool = new Pool.Max(3, 3, 2, 1);
    int[] image = {p.batch(), p.channels(), p.size(), p.size()};
    int out = pool.outHeight(p.size());
    int[] result = {p.batch(), p.channels(), out, out};
    var x = run.normal("x", Kind.IMAGE, image);
    var y = run.output("y", Kind.IMAGE, result);
    if (p.pass() == Pass.FORWARD) {
      return run.does(() -> b.pool(pool, x, y, null));
    }
    var choice = run.allocate(ElementType.INT32, Kind.IMAGE, result);
    var gy = run.normal("gy", Kind.IMAGE, result);
    var gx = run.output("gx", Kind.IMAGE, image);
    return run.does(() -> {
      b.pool(pool, x, y, choice);
      b.poolBackward(pool, gy, choice, gx);
    });
  }

  private static KernelRun gallery(Backend b, KernelRun run, Task.Gallery g) {
    var queries = run.directions("queries", g.int8(), g.queries(), g.features());
    var rows = run.directions("gallery", g.int8(), g.rows(), g.features());
    var scores = run.output("scores", Kind.PLAIN, g.queries(), Task.Gallery.BEST);
    var indices = run.allocate(ElementType.INT32, Kind.PLAIN, g.queries(), Task.Gallery.BEST);
    var call = new TopK(queries.values(), queries.scales(), rows.values(), rows.scales(), 0, scores, indices);
    return run.does(() -> {
      b.fill(scores, Double.NEGATIVE_INFINITY);
      b.fill(indices, -1);
      b.topKInnerProduct(call);
    });
  }
}
