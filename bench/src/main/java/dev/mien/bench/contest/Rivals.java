package dev.mien.bench.contest;

import dev.mien.bench.work.Task;
import dev.mien.bench.work.Work;
import java.util.Map;

/** Whom a work is held against: the better of the two libtorch builds, and ONNX Runtime where whole networks infer. */
final class Rivals {
  private static final String LIBTORCH = "torch-";

  private Rivals() {}

  /** The rival with the least number; null when there is none. */
  static String best(Work work, Map<String, Double> numbers) {
    boolean inference = work.task() instanceof Task.Net net && !net.train() || work.task() instanceof Task.ColdStart;
    return numbers.entrySet().stream().filter(e -> inference || e.getKey().startsWith(LIBTORCH)).filter(e -> Double.isFinite(e.getValue()))
        .min(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(null);
  }
}
