package dev.mien.bench.mien;

import dev.mien.bench.work.Contestant;
import java.util.Map;

/** A run of ours, whose results can be looked at, so that a test can hold them against the reference. */
public interface OurRun extends Contestant.Run {
  @Override
  void run();

  /** What the last run wrote, by name, row-major. */
  Map<String, double[]> results();

  @Override
  default void close() {}
}
