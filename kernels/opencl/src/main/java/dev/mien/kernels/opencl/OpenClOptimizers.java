package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.OptimizerStep;
import java.util.Arrays;
import java.util.List;

/** Steps over all parameters, eight to a launch, and the sum of squares for the norm of all gradients. */
final class OpenClOptimizers {
  private static final int TOGETHER = 8;
  private static final int PER_GROUP = 1 << 14;

  private final ClContext context;
  private final OpenClMemory memory;

  OpenClOptimizers(ClContext context, OpenClMemory memory) {
    this.context = context;
    this.memory = memory;
  }

  void sgd(OptimizerStep.Sgd s, Buffer[] parameters, Buffer[] gradients, Buffer[] velocities) {
    for (int from = 0; from < parameters.length; from += TOGETHER) {
      var launch = Launch.of(context, "optimizers", "sgd");
      int n = operands(launch, from, Arrays.asList(parameters, gradients, velocities));
      launch.value((float) s.learningRate()).value((float) s.momentum()).value((float) s.weightDecay()).value(s.nesterov())
          .value((float) s.gradientScale()).buffer(s.guard()).items(n);
    }
  }

  void adamW(OptimizerStep.AdamW s, Buffer[] parameters, Buffer[] gradients, Buffer[] firstMoments, Buffer[] secondMoments) {
    for (int from = 0; from < parameters.length; from += TOGETHER) {
      var launch = Launch.of(context, "optimizers", "adamw");
      int n = operands(launch, from, Arrays.asList(parameters, gradients, firstMoments, secondMoments));
      launch.value((float) s.learningRate()).value((float) s.beta1()).value((float) (1 - s.beta1())).value((float) s.beta2())
          .value((float) (1 - s.beta2())).value((float) s.eps()).value((float) s.weightDecay())
          .value((float) (1 - Math.pow(s.beta1(), s.t()))).value((float) (1 - Math.pow(s.beta2(), s.t()))).value((float) s.gradientScale())
          .buffer(s.guard()).items(n);
    }
  }

  /** Sets the buffers of each list from {@code from} on, where they end in the range of items, and how many items there are. */
  private static int operands(Launch launch, int from, List<Buffer[]> lists) {
    Buffer[] parameters = lists.getFirst();
    for (var list : lists) {
      for (int i = 0; i < TOGETHER; i++) {
        launch.buffer(list == null || from + i >= parameters.length ? null : list[from + i]);
      }
    }
    int[] ends = new int[TOGETHER];
    long n = 0;
    for (int i = 0; i < TOGETHER; i++) {
      n += from + i < parameters.length ? parameters[from + i].count() : 0;
      ends[i] = Math.toIntExact(n);
    }
    launch.ints8(ends, 0).value((int) n);
    return (int) n;
  }

  /** Reads the device: the sum is wanted on the host. */
  double sumOfSquares(Buffer... xs) {
    int groups = groups(xs);
    if (groups == 0) {
      return 0;
    }
    float[] partials = new float[3 * groups];
    try (var lease = memory.lease(partials.length)) {
      partials(xs, lease.buffer());
      memory.download(lease.buffer(), partials);
    }
    double sum = 0;
    for (int g = 0; g < groups; g++) {
      double part = (double) partials[3 * g] + partials[3 * g + 1];
      sum += part * Math.scalb(1.0, 64 * (int) partials[3 * g + 2]);
    }
    return sum;
  }

  /** See {@code Backend.guardStep}. */
  void guardStep(double maxNorm, Buffer[] gradients, Buffer guard) {
    int groups = groups(gradients);
    try (var lease = memory.lease(Math.max(1, 3 * groups))) {
      partials(gradients, lease.buffer());
      Launch.of(context, "reduce", "step_guard").buffer(lease.buffer()).value(groups).value((float) maxNorm).buffer(guard).groups(1);
    }
  }

  private void partials(Buffer[] xs, Buffer partials) {
    int at = 0;
    for (var x : xs) {
      Launch.of(context, "reduce", "squares").buffer(x).buffer(partials).value(at).value((int) x.count()).value(PER_GROUP)
          .groups(groups(x));
      at += groups(x);
    }
  }

  private static int groups(Buffer... xs) {
    int groups = 0;
    for (var x : xs) {
      groups += groups(x);
    }
    return groups;
  }

  private static int groups(Buffer x) {
    return (int) ((x.count() + PER_GROUP - 1) / PER_GROUP);
  }
}
