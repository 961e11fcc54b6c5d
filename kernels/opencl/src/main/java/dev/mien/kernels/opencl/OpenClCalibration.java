package dev.mien.kernels.opencl;

import dev.mien.kernels.Backend;

/** Ceilings of the device: chains of multiply-adds in registers, and a large copy. The best of repeated launches counts. */
final class OpenClCalibration {
  private static final int STEPS = 256;
  private static final int ITEMS_PER_UNIT = 8192;
  private static final long COPY_BYTES = 256L << 20;

  private final ClContext context;
  private final OpenClMemory memory;

  OpenClCalibration(ClContext context, OpenClMemory memory) {
    this.context = context;
    this.memory = memory;
  }

  Backend.Calibration measure(double seconds) {
    return new Backend.Calibration(multiplyAdd(seconds / 2), copy(seconds / 2));
  }

  double multiplyAdd(double seconds) {
    int items = ITEMS_PER_UNIT * context.device.units();
    try (var y = memory.lease(items)) {
      // two operations, four vectors of eight
      double operations = 2.0 * 4 * 8 * STEPS * items;
      return operations / best(seconds, () -> Launch.of(context, "calibrate", "multiply_adds").buffer(y.buffer()).value(0.5f).value(1f)
          .value(STEPS).items(items)) * 1e-9;
    }
  }

  private double copy(double seconds) {
    long bytes = Math.min(COPY_BYTES, Math.min(context.device.allocationBytes(), context.device.memoryBytes() / 8)) / 1024 * 1024;
    int n = (int) (bytes / 16);
    try (var x = memory.lease(4 * n); var y = memory.lease(4 * n)) {
      memory.fill(x.buffer(), 1);
      return 2.0 * bytes / best(seconds, () -> Launch.of(context, "calibrate", "copy").buffer(x.buffer()).buffer(y.buffer()).value(n)
          .items(n)) * 1e-9;
    }
  }

  /** Seconds of the fastest run, after one that does not count. */
  private double best(double seconds, Runnable launch) {
    launch.run();
    context.finish();
    double best = Double.POSITIVE_INFINITY;
    long start = System.nanoTime();
    do {
      long before = System.nanoTime();
      launch.run();
      context.finish();
      best = Math.min(best, (System.nanoTime() - before) * 1e-9);
    } while (System.nanoTime() - start < seconds * 1e9);
    return best;
  }
}
