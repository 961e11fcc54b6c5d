package dev.mien.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mien.bench.contest.Contest;
import dev.mien.bench.contest.Row;
import dev.mien.bench.contest.Settings;
import dev.mien.bench.report.ResultsFile;
import dev.mien.bench.report.Table;
import dev.mien.bench.report.Targets;
import dev.mien.bench.work.Work;
import dev.mien.bench.work.Works;
import dev.mien.bench.worker.Pinning;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.command.MienVersion;
import dev.mien.training.command.Progress;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures our kernels and model steps, and with {@code --peers} the peers in turn with them, and prints the ratios. */
@Command(name = "mien bench", mixinStandardHelpOptions = true, versionProvider = MienVersion.class, usageHelpAutoWidth = true,
    sortOptions = false, synopsisHeading = "Usage: ", descriptionHeading = "%n", optionListHeading = "%nOptions:%n",
    description = {"Measure kernels and model steps, interleaved with the peers, each engine in a process of its own, pinned; "
        + "print ratios (above 1: Mien is faster).",
        "", "@|bold mien bench jmh ...|@ or @|bold mien bench TrainingStep ...|@ runs JMH's benchmarks instead (mien bench jmh -h)."},
    footer = {"", "Examples:",
        "  mien bench --peers --quick                          the main rows in some minutes",
        "  mien bench --peers --only 'conv*_3x3s1_*' --threads 1,2",
        "  mien bench --only gemm_768x768x768                  any shape that the grammar of names has",
        "  mien bench --peers --save                           everything, kept under bench/results"})
final class BenchCommand implements Callable<Integer> {
  @Option(names = "--peers", description = "Measure libtorch (two builds) and ONNX Runtime too. The first time they are downloaded (0.3 GB).")
  private boolean peers;

  @Option(names = "--quick", description = "The main rows only, with fewer rounds.")
  private boolean quick;

  @Option(names = "--only", paramLabel = "WORK[,WORK]", description = "Works by name; * stands for anything.")
  private String only;

  @Option(names = "--device", paramLabel = "NAME", defaultValue = "cpu", description = "Where our engine computes: cpu or opencl:N (default: cpu).")
  private String device;

  @Option(names = "--threads", paramLabel = "N[,N]", split = ",",
      description = "Threads of each engine, one after the other (default: 1,2 where there are two cores; 1 with --quick).")
  private List<Integer> threads;

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "0", description = "Samples of each engine (default: 9; 5 with --quick).")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON array of rows on standard output and nothing else.")
  private boolean json;

  @Option(names = "--save", description = "Write the run into bench/results, as Markdown and JSON.")
  private boolean save;

  @Option(names = "--list", description = "List the works and end.")
  private boolean list;

  @Option(names = "--check", description = "Compare some of every kind of work with the float64 reference, once, and end: 1 when one is wrong.")
  private boolean check;

  @Option(names = "--lock", paramLabel = "FILE",
      description = "Hold this lock while a sample is taken, so that several benches on one machine take turns.")
  private String lock;

  @Override
  public Integer call() throws Exception {
    var works = quick ? Works.quick() : Works.all();
    works = only == null ? works : Works.select(only, works);
    if (list) {
      works.forEach(w -> System.out.println(w.name()));
      return 0;
    }
    checkDevice();
    if (check) {
      return DeviceCheck.run(device, System.out) == 0 ? 0 : 1;
    }
    var counts = threads();
    var settings = settings();
    PrintStream out = json ? System.err : System.out;
    var contest = new Contest(settings, note -> System.err.println("mien: " + note));
    counts.stream().map(Pinning::obstacle).filter(o -> o != null).forEach(o -> System.err.println("mien: " + o));
    List<Row> rows;
    try (var progress = Progress.start(System.err, new Progress.Work("bench", weight(works) * counts.size(), "units", 0))) {
      rows = contest.run(works, counts, row -> {
        progress.say(Table.line(row));
        progress.step(weight(List.of(Works.named(row.work()))), row.work());
      });
    }
    out.print(Table.of(rows, settings.peers()));
    out.print(Targets.table(rows));
    var run = new ResultsFile.Run(contest.titles(), contest.absent(), arguments(), rows);
    out.print(ResultsFile.conditions(run));
    if (save) {
      out.println("kept in " + ResultsFile.write(root().resolve("bench/results"), run));
    }
    if (json) {
      System.out.println(text(rows));
    }
    return 0;
  }

  /** Nets take longer than kernels: what the time left is reckoned from. */
  private static long weight(List<Work> works) {
    return works.stream().mapToLong(w -> w.flops() > 1e11 ? 12 : w.flops() > 5e9 || w.name().contains("_resnet") ? 4 : 1).sum();
  }

  /** A device that is not there ends the bench before any process starts. */
  private void checkDevice() {
    if (!device.equals("cpu")) {
      Device.open(device).close();
    }
  }

  private List<Integer> threads() {
    int cores = Runtime.getRuntime().availableProcessors();
    var counts = threads != null ? threads : quick || cores < 2 || !device.equals("cpu") ? List.of(1) : List.of(1, 2);
    counts.stream().filter(n -> n < 1 || n > 1024).findFirst().ifPresent(n -> {
      throw new MienException("--threads must lie in 1..1024, got " + n);
    });
    return counts;
  }

  private Settings settings() {
    String peerPath = System.getProperty("mien.bench.peers", "");
    if (peers && peerPath.isEmpty()) {
      throw new MienException("--peers needs the peers' class path in -Dmien.bench.peers; start it with ./mien bench --peers, which builds them");
    }
    if (rounds < 0) {
      throw new MienException("--rounds must be at least 1, got " + rounds);
    }
    int wanted = rounds > 0 ? rounds : quick ? Settings.QUICK_ROUNDS : Settings.FULL_ROUNDS;
    var classPath = System.getProperty("java.class.path");
    var ours = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> !a.startsWith("-Dmien.bench.") && !a.startsWith("-Dmien.terminal")).toList());
    ours.add("--add-modules=jdk.incubator.vector");
    System.getProperty("mien.bench.java", "").lines().filter(line -> !line.isBlank()).forEach(ours::add);
    ours.add("-Dmien.bench.device=" + device);
    ours.addAll(common());
    ours.addAll(List.of("-cp", classPath));
    // The peers compute in native memory: a small heap of their own is what a user would give them.
    var theirs = new ArrayList<>(List.of("-Xmx2g", "-XX:+UseG1GC", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
    theirs.addAll(common());
    theirs.addAll(List.of("-cp", peerPath + java.io.File.pathSeparator + classPath));
    return new Settings(device, peers, wanted, Math.max(1, Math.min(wanted, (wanted + 1) / 2)), lock, cache(), ours, theirs);
  }

  /** Where natives are unpacked to and models of cold starts are kept: below the build's folder. */
  private static Path cache() {
    return Path.of(System.getProperty("mien.bench.cache", System.getProperty("java.io.tmpdir")));
  }

  private static List<String> common() {
    var folder = cache();
    return List.of("-DDJL_CACHE_DIR=" + folder, "-DENGINE_CACHE_DIR=" + folder,
        "-Dorg.bytedeco.javacpp.cachedir=" + folder);
  }

  private static Path root() {
    return Path.of(System.getProperty("mien.root", ""));
  }

  private String arguments() {
    return "./mien bench" + (peers ? " --peers" : "") + (device.equals("cpu") ? "" : " --device " + device) + (quick ? " --quick" : "") + (only == null ? "" : " --only '" + only + "'")
        + (threads == null ? "" : " --threads " + String.join(",", threads.stream().map(String::valueOf).toList()))
        + (rounds == 0 ? "" : " --rounds " + rounds);
  }

  private static String text(List<Row> rows) throws JsonProcessingException {
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(rows);
  }
}
