package dev.mien.training.face;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.backbone.FaceNet;
import dev.mien.models.face.FaceEmbedder;
import dev.mien.training.command.Console;
import dev.mien.training.command.OpeningProgress;
import dev.mien.training.facedata.FaceBatch;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.facedata.FaceSpec;
import dev.mien.training.facedata.PairSet;
import dev.mien.training.loop.StepMemory;
import dev.mien.training.loop.TrainingLoop;
import dev.mien.training.run.RunFolder;
import dev.mien.training.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One training from data to report: checks everything before it writes anything, trains, looks at the test pairs once. */
final class FaceRun {
  static final String RESULT = "result.json";
  private static final StepMemory.Words MEMORY = new StepMemory.Words("moving average, sampled identities",
      "take a smaller --batch (and --accumulate several), add --checkpointing");

  private final Console console;
  private final String deviceName;
  private final int threads;
  private final double checkpointSeconds;
  private boolean recomputing;

  FaceRun(Console console, String deviceName, int threads, double checkpointSeconds) {
    this.console = console;
    this.deviceName = deviceName;
    this.threads = threads;
    this.checkpointSeconds = checkpointSeconds;
  }

  /** Whether training recomputes blocks in backward to save memory; the numbers do not depend on it. */
  FaceRun recomputing(boolean on) {
    recomputing = on;
    return this;
  }

  /** Prints what a run with these settings would need, found without training. */
  StepMemory plan(FaceSettings settings) {
    try (var source = open(settings.data(), console)) {
      var plan = memory(settings, source);
      plan.print(console, MEMORY);
      return plan;
    }
  }

  private StepMemory memory(FaceSettings settings, FaceSource source) {
    return StepMemory.of(TrainingLoop.plan(device -> new FaceTrainer(settings, source, device, recomputing), settings.course()));
  }

  private TrainingLoop<FaceBatch, FaceNet> loop(FaceSettings settings, FaceSource source, Device device) {
    return new TrainingLoop<>(new FaceTrainer(settings, source, device, recomputing), settings.course(), device, console);
  }

  /** A new run in a folder that does not exist yet. */
  FaceOutcome begin(FaceSettings settings, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    try (var source = open(settings.data(), console)) {
      return begin(settings, source, out, arguments);
    }
  }

  private FaceOutcome begin(FaceSettings settings, FaceSource source, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    long began = System.nanoTime();
    try (var device = Device.open(deviceName, threads); var loop = loop(settings, source, device)) {
      var plan = new RunRecord.Plan(settings.seed(), settings.preset(), settings.toMap(), arguments);
      try (var run = RunFolder.create(out, RunRecord.of("face", plan, source.contentHash()))) {
        return train(new Job(settings, source, device, loop, run), began);
      }
    }
  }

  /** Goes on with a run that was stopped; {@code data} is where its data lie now, or null for the same place. */
  FaceOutcome resume(Path folder, String data) {
    var settings = settings(folder);
    if (data != null) {
      settings = settings.withData(data);
    }
    try (var source = open(settings.data(), console)) {
      return resume(folder, settings, source);
    }
  }

  private FaceOutcome resume(Path folder, FaceSettings settings, FaceSource source) {
    long began = System.nanoTime();
    try (var run = RunFolder.resume(folder)) {
      run.record().requireData(source.contentHash(), settings.data(), folder);
      try (var device = Device.open(deviceName, threads); var loop = loop(settings, source, device)) {
        return train(new Job(settings, source, device, loop, run), began);
      }
    }
  }

  /**
   * One cell of a table: takes the result of a finished run, goes on with one that was stopped, or begins it.
   *
   * @return the outcome, without a test when interrupted
   * @throws MienException when the folder holds a run with other options
   */
  FaceOutcome cell(FaceSettings settings, FaceSource source, Path folder, List<String> arguments) {
    if (!Files.exists(folder.resolve("run.json"))) {
      return begin(settings, source, folder, arguments);
    }
    if (!settings(folder).withData(settings.data()).equals(settings)) {
      throw new MienException(folder + " holds a run with other options; give another folder with --out");
    }
    var result = folder.resolve(RESULT);
    if (!Files.exists(result)) {
      return resume(folder, settings, source);
    }
    try {
      return new ObjectMapper().readValue(result.toFile(), FaceOutcome.class);
    } catch (IOException e) {
      throw new FormatException(result + " is damaged: remove it, and the run is scored again", e);
    }
  }

  /** The options that a run was begun with. */
  static FaceSettings settings(Path folder) {
    var record = RunFolder.read(folder);
    record.requireTask("face", folder);
    return FaceSettings.fromMap(record.options());
  }

  private record Job(FaceSettings settings, FaceSource source, Device device, TrainingLoop<FaceBatch, FaceNet> loop, RunFolder run) {}

  private FaceOutcome train(Job job, long began) {
    console.note("run " + job.run.path() + ": " + job.settings.model() + ", head " + job.settings.head().name() + ", device " + job.device.name()
        + " with " + job.device.threads() + " threads");
    if (deviceName.equals("cpu")) {
      memory(job.settings, job.source).check(console, MEMORY);
    }
    var ended = job.loop.run(job.run, checkpointSeconds);
    if (!ended.complete()) {
      return new FaceOutcome(job.run.path().toString(), seconds(began), ended.imagesPerSecond(), true, null);
    }
    try (var embedder = FaceEmbedder.load(job.run.path(), job.device)) {
      var scored = score(embedder, job.source.test(), console);
      var outcome = new FaceOutcome(job.run.path().toString(), seconds(began), ended.imagesPerSecond(), null, FaceOutcome.Test.of(scored));
      job.run.write(RESULT, outcome);
      print(console, outcome);
      var measured = FaceReports.measure(scored, embedder.model().contract());
      FaceReports.write(job.run, job.source, measured, outcome);
      FaceReports.print(console, measured, job.run.file(FaceReports.FILE));
      return outcome;
    }
  }

  /** Scores sets of pairs, with progress. */
  static List<FaceEvaluator.Scored> score(FaceEmbedder embedder, List<PairSet> sets, Console console) {
    var scored = new ArrayList<FaceEvaluator.Scored>();
    for (var set : sets) {
      try (var progress = console.progress("verify " + set.name(), set.images().size(), "images", 0)) {
        scored.add(FaceEvaluator.score(embedder, set, n -> progress.step(n, "")));
      }
    }
    return scored;
  }

  static void print(Console console, FaceOutcome outcome) {
    if (outcome.test() == null) {
      console.print("the data keep no pairs for a test: nothing was scored");
      return;
    }
    line(console, outcome.test().sets() == null ? "pairs" : "all pairs", outcome.test());
    if (outcome.test().sets() != null) {
      outcome.test().sets().forEach((name, test) -> line(console, name, test));
    }
  }

  private static void line(Console console, String name, FaceOutcome.Test t) {
    var rates = new StringBuilder();
    t.tarAtFar().forEach((far, tar) -> rates.append(String.format(Locale.ROOT, ", %.1f %% accepted at %s", 100 * tar, far)));
    String accuracy = t.accuracy() == null ? String.format(Locale.ROOT, "equal error rate %.2f %%", 100 * t.equalErrorRate())
        : String.format(Locale.ROOT, "accuracy %.2f %% +- %.2f over folds, threshold %.2f (cosine %.3f)", 100 * t.accuracy(), 100 * t.accuracyStd(),
            t.threshold(), 1 - t.threshold() / 2);
    console.printf("%s (%d%s): %s%s", name, t.pairs(), t.missing() == null ? "" : ", " + t.missing() + " left out", accuracy, rates);
  }

  /** Opens a data set, with progress. */
  static FaceSource open(String data, Console console) {
    return open(FaceSpec.parse(data), console);
  }

  static FaceSource open(FaceSpec spec, Console console) {
    FaceSource source;
    try (var progress = new OpeningProgress(console)) {
      source = spec.open(progress::update);
    }
    console.note(source.describe());
    source.findings().forEach(console::note);
    return source;
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
