package dev.mien.training.agegender;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.agegender.AgeGenderNet;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.models.backbone.Backbones;
import dev.mien.training.age.AgeData;
import dev.mien.training.command.Console;
import dev.mien.training.data.AgeBatch;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.Split;
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
final class AgeGenderRun {
  private static final String RESULT = "result.json";
  private static final StepMemory.Words MEMORY = new StepMemory.Words("moving average of the weights", "take a smaller --batch or another --model");

  private final Console console;
  private final String deviceName;
  private final int threads;
  private final double checkpointSeconds;
  private boolean recomputing;

  AgeGenderRun(Console console, String deviceName, int threads, double checkpointSeconds) {
    this.console = console;
    this.deviceName = deviceName;
    this.threads = threads;
    this.checkpointSeconds = checkpointSeconds;
  }

  /** Whether training recomputes blocks in backward to save memory; the numbers do not depend on it. */
  AgeGenderRun recomputing(boolean on) {
    recomputing = on;
    return this;
  }

  /** Prints what a run with these settings would need, found without training. */
  StepMemory plan(AgeGenderSettings settings) {
    try (var source = open(settings, console)) {
      var plan = memory(settings, source);
      plan.print(console, MEMORY);
      return plan;
    }
  }

  private StepMemory memory(AgeGenderSettings settings, AgeSource source) {
    return StepMemory.of(TrainingLoop.plan(device -> new AgeGenderTrainer(settings, source, device, recomputing), settings.course()));
  }

  private TrainingLoop<AgeBatch, AgeGenderNet> loop(AgeGenderSettings settings, AgeSource source, Device device) {
    return new TrainingLoop<>(new AgeGenderTrainer(settings, source, device, recomputing), settings.course(), device, console);
  }

  /** A new run in a folder that does not exist yet. */
  AgeGenderOutcome begin(AgeGenderSettings settings, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    try (var source = open(settings, console)) {
      return begin(settings, source, out, arguments);
    }
  }

  private AgeGenderOutcome begin(AgeGenderSettings settings, AgeSource source, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    long began = System.nanoTime();
    try (var device = Device.open(deviceName, threads); var loop = loop(settings, source, device)) {
      var plan = new RunRecord.Plan(settings.seed(), settings.preset(), settings.toMap(), arguments);
      try (var run = RunFolder.create(out, RunRecord.of("age-gender", plan, source.contentHash()))) {
        return train(new Job(settings, source, device, loop, run), began);
      }
    }
  }

  /** Goes on with a run that was stopped; {@code data} is where its data lie now, or null for the same place. */
  AgeGenderOutcome resume(Path folder, String data) {
    var settings = settings(folder);
    if (data != null) {
      settings = settings.withData(data);
    }
    try (var source = open(settings, console)) {
      return resume(folder, settings, source);
    }
  }

  private AgeGenderOutcome resume(Path folder, AgeGenderSettings settings, AgeSource source) {
    long began = System.nanoTime();
    try (var run = RunFolder.resume(folder)) {
      run.record().requireData(source.contentHash(), settings.data(), folder);
      try (var device = Device.open(deviceName, threads); var loop = loop(settings, source, device)) {
        return train(new Job(settings, source, device, loop, run), began);
      }
    }
  }

  /** The options that a run was begun with. */
  static AgeGenderSettings settings(Path folder) {
    var record = RunFolder.read(folder);
    record.requireTask("age-gender", folder);
    return AgeGenderSettings.fromMap(record.options());
  }

  /**
   * One cell of a table: takes the result of a finished run, goes on with one that was stopped, or begins it.
   *
   * @return the outcome, without a test when interrupted
   * @throws MienException when the folder holds a run with other options
   */
  AgeGenderOutcome cell(AgeGenderSettings settings, AgeSource source, Path folder, List<String> arguments) {
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
      return new ObjectMapper().readValue(result.toFile(), AgeGenderOutcome.class);
    } catch (IOException e) {
      throw new FormatException(result + " is damaged: remove it, and the run is scored again", e);
    }
  }

  private record Job(AgeGenderSettings settings, AgeSource source, Device device, TrainingLoop<AgeBatch, AgeGenderNet> loop, RunFolder run) {}

  private AgeGenderOutcome train(Job job, long began) {
    console.note("run " + job.run.path() + ": " + job.settings.model() + ", tasks " + job.settings.heads().tasks().name().toLowerCase(Locale.ROOT)
        + ", device " + job.device.name() + " with " + job.device.threads() + " threads");
    if (deviceName.equals("cpu")) {
      memory(job.settings, job.source).check(console, MEMORY);
    }
    var ended = job.loop.run(job.run, checkpointSeconds);
    if (!ended.complete()) {
      return new AgeGenderOutcome(job.run.path().toString(), seconds(began), ended.imagesPerSecond(), true, null, null);
    }
    return finish(job, ended, began);
  }

  /** The one look at the test split, with the weights of the best validation epoch. */
  private AgeGenderOutcome finish(Job job, TrainingLoop.Ended ended, long began) {
    try (var predictor = AgeGenderPredictor.load(List.of(job.run.path()), job.device)) {
      var predictions = AgeGenderEvaluator.predict(predictor.ensemble(), job.source, job.source.indices(Split.TEST), n -> { });
      var metrics = AgeGenderEvaluator.metrics(predictor.ensemble(), predictions);
      var outcome = new AgeGenderOutcome(job.run.path().toString(), seconds(began), ended.imagesPerSecond(), null,
          AgeGenderOutcome.Test.of("test", metrics), null);
      job.run.write(RESULT, outcome);
      new AgeGenderReports(predictor, job.source, job.device).write(job.run, predictions, metrics, outcome);
      AgeGenderReports.print(console, "test split", outcome.test());
      console.print("report: " + job.run.file(AgeGenderReports.FILE));
      return outcome;
    }
  }

  /** Opens the data set of the settings, with progress. */
  static AgeSource open(AgeGenderSettings settings, Console console) {
    return AgeData.open(settings.data(), Backbones.attributes(settings.model(), Rng.seed(0)).inputSide(), settings.maxBroken(), console);
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
