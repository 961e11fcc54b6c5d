package dev.mien.bench.mien;

import dev.mien.bench.work.Work;
import dev.mien.bench.work.Works;
import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import java.util.List;
import java.util.Map;

/**
 * The tile kernel as it is reached through works in which little else counts: exact convolutions (direct, so operations are what they
 * seem) and a product that fits the caches. The fastest of them is the one that runs.
 */
final class MicroKernelRun implements OurRun {
  private static final List<String> CANDIDATES = List.of("convfwd_3x3s1_64-64@56", "convfwd_3x3s1_128-128@28", "convfwd_3x3s1_256-256@14",
      "convfwd_1x1s1_256-64@56", "convfwd_1x1s1_1024-256@14", "gemm_512x512x512");
  private static final int TRIALS = 60;

  private final Backend exact;
  private final OurRun fastest;
  private final Work work;

  MicroKernelRun(int threads) {
    exact = Backends.open("cpu", threads, true);
    OurRun best = null;
    Work chosen = null;
    double bestRate = 0;
    for (var name : CANDIDATES) {
      var candidate = Works.named(name);
      var run = KernelRuns.of(exact, candidate.task());
      double rate = rate(run, candidate.flops());
      if (rate > bestRate) {
        if (best != null) {
          best.close();
        }
        best = run;
        chosen = candidate;
        bestRate = rate;
      } else {
        run.close();
      }
    }
    fastest = best;
    work = chosen;
  }

  /** Best of some runs, in 10^9 operations a second; the first ones warm up. */
  private static double rate(OurRun run, double flops) {
    double best = 0;
    for (int i = 0; i < TRIALS; i++) {
      long start = System.nanoTime();
      run.run();
      best = Math.max(best, flops / (System.nanoTime() - start));
    }
    return best;
  }

  @Override
  public void run() {
    fastest.run();
  }

  @Override
  public double flops() {
    return work.flops();
  }

  @Override
  public Map<String, double[]> results() {
    return fastest.results();
  }

  @Override
  public void close() {
    fastest.close();
    exact.close();
  }
}
