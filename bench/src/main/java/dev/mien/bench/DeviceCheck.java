package dev.mien.bench;

import dev.mien.bench.mien.OurRun;
import dev.mien.bench.mien.Ours;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Work;
import dev.mien.bench.work.Works;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** {@code ./mien bench --check}: a few of every kind of work once on a device and once on the float64 reference, from the same numbers. */
final class DeviceCheck {
  /** Small enough for the reference's plain loops. */
  private static final List<String> WORKS = Stream.of("gemm_192x160x512", "convfwd_7x7s2_3-64@28_b2", "convbwd_7x7s2_3-64@28_b2",
      "convfwd_3x3s1_64-64@14_b2", "convbwd_3x3s1_64-64@14_b2", "convfwd_1x1s1_64-256@14_b2", "convbwd_1x1s1_64-256@14_b2",
      "convfwd_3x3s2_64-128@14_b2", "convbwd_3x3s2_64-128@14_b2", "cefwdbwd_16x101", "cefwdbwd_4x85742", "topkentropy_fwdbwd_16x101",
      "topkentropy_fwdbwd_4x1000", "bnreluaddfwdbwd_2x64x14", "bnfwdbwd_2x64x14", "prelufwdbwd_2x64x14", "addrelufwd_2x64x14",
      "maxpoolfwdbwd_3x3s2_64@14", "sgd_resnet18", "resnet18_infer_b1@64", "resnet18_train_b2@64").toList();
  private static final double KERNEL = 1e-4;
  private static final double NET = 2e-3;

  private DeviceCheck() {}

  /** Prints a line for each work; answers how many deviate by more than allowed. */
  static int run(String device, PrintStream out) {
    int wrong = 0;
    try (var ours = new Ours(device).open(1); var reference = new Ours("reference").open(1)) {
      out.println(ours.title());
      for (var name : WORKS) {
        var work = Works.named(name);
        double allowed = work.task() instanceof Task.Net || work.task() instanceof Task.Sgd ? NET : KERNEL;
        double worst = deviation(work, ours, reference);
        boolean fine = worst <= allowed;
        wrong += fine ? 0 : 1;
        out.printf(Locale.ROOT, "%-28s  %.1e of the range, allowed %.1e%s%n", name, worst, allowed, fine ? "" : "  WRONG");
      }
    }
    out.println(WORKS.size() - wrong + " of " + WORKS.size() + " works agree with the reference");
    return wrong;
  }

  /** The largest deviation as a share of the largest value; infinite when one is no number. */
  private static double deviation(Work work, Ours.OurSession ours, Ours.OurSession reference) {
    try (OurRun one = ours.prepare(work); OurRun other = reference.prepare(work)) {
      one.run();
      other.run();
      var actual = one.results();
      double worst = 0;
      for (var entry : other.results().entrySet()) {
        double[] expected = entry.getValue();
        double[] found = actual.get(entry.getKey());
        double range = 1e-6;
        for (double e : expected) {
          range = Math.max(range, Math.abs(e));
        }
        for (int i = 0; i < expected.length; i++) {
          double difference = Math.abs(expected[i] - found[i]) / range;
          worst = difference <= Double.MAX_VALUE ? Math.max(worst, difference) : Double.POSITIVE_INFINITY;
        }
      }
      return worst;
    }
  }
}
