package dev.mien.kernels.opencl;

/** Runs every step of a release, whatever fails. */
final class Releases {
  private Releases() {}

  /** The first failure is thrown after the last step, with the others as its suppressed ones. */
  static void all(Runnable... steps) {
    RuntimeException first = null;
    for (var step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
