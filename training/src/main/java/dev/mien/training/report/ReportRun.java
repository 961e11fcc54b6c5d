package dev.mien.training.report;

import dev.mien.training.run.RunFolder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was run, as a report tells it.
 *
 * @param name the run folder's name
 * @param summary model, data and loss in a line: {@code ResNet-18 · UTKFace · AMR (K = max(2, rank))}
 * @param command the exact command that repeats it
 * @param time how long it took
 * @param configuration every option as resolved, and code, seed, data hash, machine, in the order to show
 */
public record ReportRun(String name, String summary, String command, Time time, Map<String, String> configuration) {
  /**
   * How long a run took.
   *
   * @param seconds wall time
   * @param imagesPerSecond training speed, NaN where nothing was trained
   */
  public record Time(double seconds, double imagesPerSecond) {}

  /**
   * What a run folder remembers of its run.
   *
   * @param data what the data set says of itself
   */
  public static ReportRun of(RunFolder run, String summary, String data, Time time) {
    var record = run.record();
    var configuration = new LinkedHashMap<String, String>();
    record.options().forEach((k, v) -> put(configuration, k, v));
    configuration.put("code", record.codeVersion());
    configuration.put("data set", data);
    configuration.put("data hash", record.dataHash());
    configuration.put("machine", record.machine().cpu() + ", " + record.machine().processors() + " processors, JDK "
        + record.machine().jdk());
    configuration.put("begun", record.created());
    return new ReportRun(run.path().getFileName().toString(), summary, record.command(), time, configuration);
  }

  /** An option, or a line for each of those that it holds. */
  private static void put(Map<String, String> configuration, String name, Object value) {
    if (value instanceof Map<?, ?> parts) {
      parts.forEach((k, v) -> put(configuration, name + "." + k, v));
    } else {
      configuration.put(name, String.valueOf(value));
    }
  }
}
