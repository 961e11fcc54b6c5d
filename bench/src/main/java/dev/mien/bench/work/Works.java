package dev.mien.bench.work;

import dev.mien.engine.tensor.MienException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The table of works, in the order of the report, and how one is chosen by name. */
public final class Works {
  private static final List<String> GEMMS = List.of("512x512x512", "1024x1024x1024", "2048x2048x2048", "64x3136x576", "128x784x1152",
      "256x196x2304", "512x49x4608", "256x3136x64", "128x10572x512", "128x85742x512", "196x768x768", "196x2304x768", "196x3072x768",
      "196x768x3072");
  private static final List<String> PACKED = List.of("512x512x512", "1024x1024x1024", "2048x2048x2048");
  private static final List<String> CONVOLUTIONS = List.of("7x7s2_3-64@224", "3x3s1_64-64@56", "1x1s1_64-256@56", "1x1s1_256-64@56",
      "3x3s1_128-128@28", "3x3s2_128-128@56", "3x3s1_256-256@14", "1x1s1_1024-256@14", "1x1s1_512-2048@7", "3x3s1_512-512@7",
      "3x3s1_64-64@112", "3x3s2_64-64@112", "3x3s1_3-64@112", "1x1s1_64-64@56", "1x1s2_256-512@56", "1x1s1_128-512@28",
      "1x1s1_512-128@28", "3x3s2_256-256@28", "1x1s1_256-1024@14", "1x1s1_2048-512@7", "3x3s1_64-128@56", "3x3s1_128-256@28",
      "3x3s1_256-512@14", "3x3s2_512-512@14");
  /** The first so many convolutions are those of peers.md and of the quick run. */
  private static final int QUICK_CONVOLUTIONS = 13;
  private static final List<String> ROWS = List.of("cefwd_256x101", "cefwdbwd_256x101", "cefwd_128x10572", "cefwdbwd_128x10572",
      "cefwd_128x85742", "cefwdbwd_128x85742", "topkentropy_fwd_256x101", "topkentropy_fwdbwd_256x101", "sortentropy_fwd_256x101",
      "sortentropy_fwdbwd_256x101", "topkentropy_fwd_4096x1000", "topkentropy_fwdbwd_4096x1000", "sortentropy_fwd_4096x1000",
      "sortentropy_fwdbwd_4096x1000");
  private static final List<String> PIXELS = List.of("bnfwd_train", "bnfwdbwd_train", "bnreluadd_fwdbwd", "prelufwd", "prelufwdbwd",
      "addrelufwd", "maxpoolfwd_3x3s2_64@112", "maxpoolfwdbwd_3x3s2_64@112", "sgd_resnet50");
  private static final List<String> FACES = List.of("gallery_f32_q1_1000000x512", "gallery_f32_q32_1000000x512", "gallery_int8_q1_1000000x512",
      "gallery_int8_q32_1000000x512", "partialfc_1000000_s100000", "partialfc_1000000_s10000");
  private static final List<String> NETS = List.of("resnet18_infer_b8", "resnet18_infer_b1", "resnet18_train_b8", "resnet50_infer_b8",
      "resnet50_infer_b1", "resnet50_train_b8", "ir50_infer_b16", "ir50_infer_b8", "ir50_train_b16", "attention56_infer_b8", "attention56_train_b8");
  private static final List<String> PROCESSES = List.of("rss_resnet18_train_b8", "rss_resnet50_train_b8", "rss_ir50_train_b16", "rss_attention56_train_b8",
      "coldstart_resnet18_infer_b1");
  /** The rows of the table of targets. */
  private static final Set<String> QUICK = Set.of("microkernel", "gemm_512x512x512", "gemm_1024x1024x1024", "gemm_packed_1024x1024x1024",
      "convfwd_7x7s2_3-64@224", "convbwd_7x7s2_3-64@224", "cefwdbwd_256x101", "cefwdbwd_128x85742", "topkentropy_fwdbwd_256x101",
      "bnreluadd_fwdbwd", "resnet18_infer_b8", "resnet18_train_b8", "resnet50_infer_b8", "resnet50_train_b8", "ir50_infer_b8",
      "ir50_train_b16", "rss_resnet18_train_b8", "coldstart_resnet18_infer_b1");

  private Works() {}

  /** Every work of a full run. */
  public static List<Work> all() {
    return Stream.of(Stream.of("microkernel"), GEMMS.stream().map(g -> "gemm_" + g), PACKED.stream().map(g -> "gemm_packed_" + g),
            passes("convfwd"), passes("convbwd"), passes("convdgrad").filter(w -> !w.contains("_3-")), passes("convwgrad"),
            ROWS.stream(), PIXELS.stream(), FACES.stream(), NETS.stream(), PROCESSES.stream())
        .flatMap(s -> s).map(Works::named).toList();
  }

  /** What {@code --quick} measures: a row or two for each target, in a few minutes. */
  public static List<Work> quick() {
    var convolutions = CONVOLUTIONS.subList(0, QUICK_CONVOLUTIONS).stream().filter(c -> !c.startsWith("7x7"))
        .flatMap(c -> Stream.of("convfwd_" + c, "convbwd_" + c)).toList();
    return all().stream().filter(w -> QUICK.contains(w.name()) || convolutions.contains(w.name())).toList();
  }

  /**
   * The works that a list of names and globs chooses, in the order of the table; a name that fits the grammar need not be in it.
   *
   * @throws MienException when a pattern chooses nothing; the message says what names look like
   */
  public static List<Work> select(String patterns, List<Work> among) {
    var chosen = new LinkedHashSet<Work>();
    for (var pattern : patterns.split(",")) {
      var regex = Pattern.compile(Arrays.stream(pattern.strip().split("\\*", -1)).map(Pattern::quote).reduce((a, b) -> a + ".*" + b)
          .orElseThrow());
      var found = new ArrayList<>(among.stream().filter(w -> regex.matcher(w.name()).matches()).toList());
      if (found.isEmpty()) {
        found.addAll(all().stream().filter(w -> regex.matcher(w.name()).matches()).toList());
      }
      if (found.isEmpty() && WorkNames.parse(pattern.strip()) != null) {
        found.add(named(pattern.strip()));
      }
      if (found.isEmpty()) {
        throw new MienException("no work fits '" + pattern + "'; names look like gemm_512x512x512, convfwd_3x3s1_64-64@56, "
            + "cefwdbwd_256x101, resnet50_train_b8, and * stands for anything (./mien bench --list shows all)");
      }
      chosen.addAll(found);
    }
    return List.copyOf(chosen);
  }

  /**
   * The work of this name.
   *
   * @throws MienException when the name says nothing
   */
  public static Work named(String name) {
    var task = WorkNames.parse(name);
    if (task == null) {
      throw new MienException("'" + name + "' names no work");
    }
    return new Work(name, task);
  }

  private static Stream<String> passes(String pass) {
    return CONVOLUTIONS.stream().map(c -> pass + "_" + c);
  }
}
