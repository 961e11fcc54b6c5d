package dev.mien.bench.contest;

import dev.mien.bench.work.Contestant;
import dev.mien.bench.work.Task;
import dev.mien.bench.work.Work;

/** Peers for tests. */
public final class StandIns {
  private StandIns() {}

  /** A peer that cannot be loaded. */
  public static final class Broken implements Contestant {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Session open(int threads) {
      throw new UnsatisfiedLinkError("no libbroken in java.library.path");
    }
  }

  /** A peer that takes two milliseconds for a product, prints as natives do, cannot do losses and dies of an addition. */
  public static final class Torch implements Contestant {
    private static final long NANOS = 2_000_000;

    @Override
    public String name() {
      return "torch-stand-in";
    }

    @Override
    public Session open(int threads) {
      return new Session() {
        @Override
        public String title() {
          return "stand-in with " + threads + " thread";
        }

        @Override
        public Run prepare(Work work) {
          return switch (work.task()) {
            case Task.Gemm _ -> Torch::wait2;
            case Task.AddRelu _ -> () -> Runtime.getRuntime().halt(3);
            default -> throw new UnsupportedOperationException("has no losses");
          };
        }

        @Override
        public void close() {}
      };
    }

    private static void wait2() {
      long end = System.nanoTime() + NANOS;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      System.out.println("a line that is no answer");
    }
  }
}
