package dev.mien.bench.report;

import dev.mien.bench.contest.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/** What the rows should reach: the least that is promised and what is aimed for, each for a group of works, by its geometric mean. */
public final class Targets {
  private static final List<Target> ALL = List.of(
      new Target("micro-kernel, share of the peak", "microkernel", 0.82, 0.92, Targets::share),
      new Target("SGEMM 512-2048, weights packed", "gemm_packed_(512|1024|2048)x.*", 0.90, 1.0, Targets::ratio),
      new Target("SGEMM 512-2048, packed on the fly", "gemm_(512x512x512|1024x1024x1024|2048x2048x2048)", 0.82, 0.95, Targets::ratio),
      new Target("3x3 s1 convolution forward", "convfwd_3x3s1_(?!3-).*", 1.7, 2.3, Targets::ratio),
      new Target("3x3 convolution backward", "convbwd_3x3s._(?!3-).*", 1.4, 2.0, Targets::ratio),
      new Target("1x1 convolution forward", "convfwd_1x1.*", 0.90, 1.0, Targets::ratio),
      new Target("1x1 convolution backward", "convbwd_1x1.*", 1.1, 1.4, Targets::ratio),
      new Target("7x7 s2 stem, forward", "convfwd_7x7.*", 1.5, 2.5, Targets::ratio),
      new Target("7x7 s2 stem, backward", "convbwd_7x7.*", 1.5, 2.5, Targets::ratio),
      new Target("batch norm + ReLU + add, fwd + bwd", "bnreluadd_fwdbwd", 2, 3, Targets::ratio),
      new Target("softmax + CE 256x101, fwd + bwd", "cefwdbwd_256x101", 1.2, 2, Targets::ratio),
      new Target("softmax + CE 128x85742, fwd + bwd", "cefwdbwd_128x85742", 2.5, 4, Targets::ratio),
      new Target("residue entropy 256x101, fwd + bwd", "topkentropy_fwdbwd_256x101", 8, 15, Targets::ratio),
      new Target("ResNet-18 b8 training step", "resnet18_train_b8", 1.6, 2.2, Targets::ratio),
      new Target("ResNet-50 b8 training step", "resnet50_train_b8", 1.3, 1.8, Targets::ratio),
      new Target("IR-50 b16 training step", "ir50_train_b16", 1.7, 2.5, Targets::ratio),
      new Target("ResNet-18 b8 inference", "resnet18_infer_b8", 1.2, 1.8, Targets::ratio),
      new Target("ResNet-50 b8 inference", "resnet50_infer_b8", 1.0, 1.4, Targets::ratio),
      new Target("IR-50 b8 inference", "ir50_infer_b8", 1.4, 2.0, Targets::ratio),
      new Target("resident set, ResNet-18 b8 step", "rss_resnet18_train_b8", 1.0, 1 / 0.7, Targets::ratio),
      new Target("resident set, ResNet-50 b8 step", "rss_resnet50_train_b8", 1.0, 1 / 0.7, Targets::ratio),
      new Target("resident set, IR-50 b16 step", "rss_ir50_train_b16", 1.0, 1 / 0.7, Targets::ratio));

  private Targets() {}

  /** A group of works by a regular expression on their names. */
  private record Target(String title, String works, double least, double aim, ToDoubleFunction<Row> value) {
    List<Double> values(List<Row> rows, int threads) {
      var pattern = Pattern.compile(works);
      return rows.stream().filter(r -> r.threads() == threads && pattern.matcher(r.work()).matches()).map(value::applyAsDouble)
          .filter(Double::isFinite).toList();
    }
  }

  private static double share(Row row) {
    return row.peakShare() == null ? Double.NaN : row.peakShare();
  }

  private static double ratio(Row row) {
    return row.ratio() == null ? Double.NaN : row.ratio();
  }

  /** The targets that the rows say something about, a block for each number of threads; empty without any. */
  public static String table(List<Row> rows) {
    var text = new StringBuilder();
    for (int threads : rows.stream().map(Row::threads).distinct().toList()) {
      var cells = new ArrayList<List<String>>();
      cells.add(List.of("target", "works", "reached", "at least", "aim", ""));
      for (var target : ALL) {
        var values = target.values(rows, threads);
        if (!values.isEmpty()) {
          double mean = Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
          cells.add(List.of(target.title, String.valueOf(values.size()), two(mean), two(target.least), two(target.aim),
              mean >= target.aim ? "aim" : mean >= target.least ? "held" : "missed"));
        }
      }
      if (cells.size() > 1) {
        text.append(String.format(Locale.ROOT, "%nTargets, %d thread%s (geometric means of the works measured)%n", threads,
            threads == 1 ? "" : "s")).append(Table.aligned(cells));
      }
    }
    return text.toString();
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
