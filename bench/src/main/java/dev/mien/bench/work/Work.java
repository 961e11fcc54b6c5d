package dev.mien.bench.work;

import dev.mien.bench.work.Task.Pass;

/**
 * One thing to measure.
 *
 * @param name as peers.md and the JSON rows spell it, for example {@code convfwd_3x3s1_64-64@56}
 * @param task what it computes
 */
public record Work(String name, Task task) {
  /** Floating-point operations of one run by the direct algorithm; 0 where bytes are what counts, NaN where neither is known. */
  public double flops() {
    return switch (task) {
      case Task.Gemm g -> 2.0 * g.m() * g.n() * g.k();
      case Task.Convolution c -> 2.0 * c.batch() * c.out() * c.in() * c.kernel() * c.kernel() * c.outSize() * c.outSize()
          * (c.pass() == Pass.BACKWARD ? 2 : c.pass() == Pass.FORWARD_BACKWARD ? 3 : 1);
      case Task.Net n -> n.batch() * n.network().flops(n.train()) * Math.pow((double) n.size() / n.network().size(), 2);
      case Task.MicroKernel _ -> Double.NaN;
      default -> 0;
    };
  }

  /** Bytes that must be read and written once, the peers' accounting; 0 where operations are what counts. */
  public double bytes() {
    return 4 * switch (task) {
      case Task.CrossEntropy c -> (double) c.rows() * c.classes() * (c.pass() == Pass.FORWARD ? 1 : 2);
      case Task.ResidueEntropy e -> (double) e.rows() * e.classes() * (e.pass() == Pass.FORWARD ? 1 : 2);
      case Task.BatchNorm b -> (double) b.n() * b.c() * b.h() * b.h()
          * ((b.pass() == Pass.FORWARD ? 2 : 5) + (b.addRelu() ? b.pass() == Pass.FORWARD ? 1 : 2 : 0));
      case Task.PRelu p -> (double) p.n() * p.c() * p.h() * p.h() * (p.pass() == Pass.FORWARD ? 2 : 5);
      case Task.AddRelu a -> 3.0 * a.n() * a.c() * a.h() * a.h();
      case Task.Gallery g -> (double) g.rows() * g.features() * (g.int8() ? 0.25 : 1);
      case Task.MaxPool p -> 1.25 * p.batch() * p.channels() * p.size() * p.size() * (p.pass() == Pass.FORWARD ? 1 : 2);
      default -> 0;
    };
  }

  /** What the columns count: milliseconds, seconds for a cold start, MiB for a resident set, per cent of the peak for the micro-kernel. */
  public String unit() {
    return switch (task) {
      case Task.Resident _ -> "MiB";
      case Task.ColdStart _ -> "s";
      default -> "ms";
    };
  }

  /** Whether it is a training step, an inference or another run of a whole network. */
  public boolean isNet() {
    return task instanceof Task.Net;
  }

  @Override
  public String toString() {
    return name;
  }
}
