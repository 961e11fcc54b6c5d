package dev.mien.training.age;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.nn.Module;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgeModel;
import dev.mien.models.age.AgePredictor;
import dev.mien.training.command.Console;
import dev.mien.training.data.AgeBatch;
import dev.mien.training.data.AgeDataset;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.Split;
import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.loop.StepMemory;
import dev.mien.training.loop.TrainingLoop;
import dev.mien.training.run.RunFolder;
import dev.mien.training.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** One training from data to report: checks everything before it writes anything, trains, looks at the test split once. */
final class AgeRun {
  private static final String RESULT = "result.json";
  private static final StepMemory.Words MEMORY = new StepMemory.Words("moving average of the weights",
      "take a smaller --batch or --size, add --checkpointing");

  private final Console console;
  private final String deviceName;
  private final int threads;
  private final double checkpointSeconds;
  private boolean recomputing;

  AgeRun(Console console, String deviceName, int threads, double checkpointSeconds) {
    this.console = console;
    this.deviceName = deviceName;
    this.threads = threads;
    this.checkpointSeconds = checkpointSeconds;
  }

  /** Whether training recomputes blocks in backward to save memory; the numbers do not depend on it. */
  AgeRun recomputing(boolean on) {
    recomputing = on;
    return this;
  }

  /** Prints what a run with these settings would need, found without training. */
  StepMemory plan(AgeSettings settings) {
    try (var source = open(settings, console)) {
      var plan = memory(settings, source);
      plan.print(console, MEMORY);
      return plan;
    }
  }

  private StepMemory memory(AgeSettings settings, AgeSource source) {
    return StepMemory.of(TrainingLoop.plan(device -> new AgeTrainer(settings, source, device, recomputing), settings.course()));
  }

  private TrainingLoop<AgeBatch, Module> loop(AgeSettings settings, AgeSource source, Device device) {
    return new TrainingLoop<>(new AgeTrainer(settings, source, device, recomputing), settings.course(), device, console);
  }

  /** A new run in a folder that does not exist yet. */
  AgeOutcome begin(AgeSettings settings, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    try (var source = open(settings, console)) {
      return begin(settings, source, out, arguments);
    }
  }

  /** The same on data that are open already. */
  AgeOutcome begin(AgeSettings settings, AgeSource source, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    long began = System.nanoTime();
    try (var device = Device.open(deviceName, threads); var loop = loop(settings, source, device)) {
      var plan = new RunRecord.Plan(settings.seed(), settings.preset(), settings.toMap(), arguments);
      try (var run = RunFolder.create(out, RunRecord.of("age", plan, source.contentHash()))) {
        return train(new Job(settings, source, device, loop, run), began);
      }
    }
  }

  /** Goes on with a run that was stopped; {@code data} is where its data lie now, or null for the same place. */
  AgeOutcome resume(Path folder, String data) {
    var settings = settings(folder);
    if (data != null) {
      settings = settings.withData(data);
    }
    try (var source = open(settings, console)) {
      return resume(folder, settings, source);
    }
  }

  /** The same on data that are open already. */
  AgeOutcome resume(Path folder, AgeSettings settings, AgeSource source) {
    long began = System.nanoTime();
    try (var run = RunFolder.resume(folder)) {
      run.record().requireData(source.contentHash(), settings.data(), folder);
      try (var device = Device.open(deviceName, threads); var loop = loop(settings, source, device)) {
        return train(new Job(settings, source, device, loop, run), began);
      }
    }
  }

  /** The options that a run was begun with. */
  static AgeSettings settings(Path folder) {
    var record = RunFolder.read(folder);
    record.requireTask("age", folder);
    return AgeSettings.fromMap(record.options());
  }

  /**
   * One cell of a table: takes the result of a finished run, goes on with one that was stopped, or begins it.
   *
   * @return the outcome, without a test when interrupted
   * @throws MienException when the folder holds a run with other options
   */
  AgeOutcome cell(AgeSettings settings, AgeSource source, Path folder, List<String> arguments) {
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
      return new ObjectMapper().readValue(result.toFile(), AgeOutcome.class);
    } catch (IOException e) {
      throw new FormatException(result + " is damaged: remove it, and the run is scored again", e);
    }
  }

  private record Job(AgeSettings settings, AgeSource source, Device device, TrainingLoop<AgeBatch, Module> loop, RunFolder run) {}

  private AgeOutcome train(Job job, long began) {
    console.note("run " + job.run.path() + ": " + job.settings.model() + ", loss " + job.settings.loss() + ", "
        + job.settings.sizePx() + " px, device " + job.device.name() + " with " + job.device.threads() + " threads");
    if (deviceName.equals("cpu")) {
      memory(job.settings, job.source).check(console, MEMORY);
    }
    var ended = job.loop.run(job.run, checkpointSeconds);
    if (!ended.complete()) {
      return new AgeOutcome(job.run.path().toString(), seconds(began), ended.imagesPerSecond(), true, null);
    }
    return finish(job, ended, began);
  }

  /** The one look at the test split, with the weights of the best validation epoch. */
  private AgeOutcome finish(Job job, TrainingLoop.Ended ended, long began) {
    var model = AgeTransforms.model(job.settings, job.source);
    try (var predictor = AgePredictor.load(job.run.file(AgeModel.FILE_NAME), job.device)) {
      var test = AgeDataset.of(job.source, Split.TEST, AgeTransforms.evaluation(model.contract()), job.settings.sizePx(),
          AgeSettings.LAST_CLASS);
      var predictions = AgeEvaluator.predict(job.device, predictor.net(), test, n -> { });
      var metrics = AgeMetrics.of(predictions, model.medianAgeYears());
      var outcome = new AgeOutcome(job.run.path().toString(), seconds(began), ended.imagesPerSecond(), null,
          AgeOutcome.Test.of("test", metrics, job.source.irreducibleMae()));
      job.run.write(RESULT, outcome);
      AgeReports.write(job.run, job.source, predictions, metrics, outcome);
      AgeReports.print(console, outcome, job.run.file("report.html"));
      return outcome;
    }
  }

  /** Opens the data set of the settings, with progress. */
  static AgeSource open(AgeSettings settings, Console console) {
    return AgeData.open(settings.data(), settings.sizePx(), settings.maxBroken(), console);
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** Two decimals, in the root locale. */
  static String years(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
