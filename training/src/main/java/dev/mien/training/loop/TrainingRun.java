package dev.mien.training.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.nn.Module;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.command.Console;
import dev.mien.training.data.TrainingData;
import dev.mien.training.run.RunFolder;
import dev.mien.training.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One training from data to report: checks everything before it writes anything, trains, looks at the test split once.
 *
 * @param <S> what decides its numbers
 * @param <D> what it learns from
 * @param <B> a batch
 * @param <N> the network whose weights are kept
 * @param <O> what {@code result.json} holds
 */
public abstract class TrainingRun<S extends RunSettings<S>, D extends TrainingData, B, N extends Module, O> {
  /** The outcome in the run's folder. */
  public static final String RESULT = "result.json";

  private final Desk desk;
  private final Kind<O> kind;

  /**
   * Where runs go on; nothing here changes their numbers.
   *
   * @param device name of the device, with so many threads
   * @param checkpointSeconds at least how often a run is saved
   * @param recomputing whether training recomputes blocks in backward to save memory
   */
  public record Desk(Console console, String device, int threads, double checkpointSeconds, boolean recomputing) {}

  /**
   * What a task's runs share.
   *
   * @param task name, as in {@code mien train TASK}
   * @param words what a step's memory is made of, and what is done when it is too much
   * @param outcome of a run
   */
  public record Kind<O>(String task, StepMemory.Words words, Class<O> outcome) {}

  /** A run whose training is complete; {@code began} as {@link System#nanoTime} tells. */
  public record Trained<S, D>(S settings, D data, Device device, RunFolder run, double imagesPerSecond, long began) {
    /** Since the run began or went on. */
    public double seconds() {
      return TrainingRun.seconds(began);
    }

    /** The run's folder, for an outcome. */
    public String folder() {
      return run.path().toString();
    }
  }

  protected TrainingRun(Desk desk, Kind<O> kind) {
    this.desk = desk;
    this.kind = kind;
  }

  /** Opens the data set of the settings, with progress. */
  protected abstract D open(S settings);

  /** The settings of such a map; see {@link RunSettings#toMap}. */
  protected abstract S settings(Map<String, Object> options);

  protected abstract TrainingTask<B, N> task(S settings, D data, Device device, boolean recomputing);

  /** What is trained, in a few words. */
  protected abstract String words(S settings);

  /** The outcome of a run that was stopped. */
  protected abstract O stopped(String folder, double seconds, double imagesPerSecond);

  /** The one look at the test split, with the weights of the best validation epoch; writes {@link #RESULT} and the report. */
  protected abstract O finish(Trained<S, D> trained);

  protected final Console console() {
    return desk.console;
  }

  /** Name of the task. */
  final String task() {
    return kind.task;
  }

  /** Prints what a run with these settings would need, found without training. */
  final StepMemory plan(S settings) {
    try (var data = open(settings)) {
      var plan = memory(settings, data);
      plan.print(desk.console, kind.words);
      return plan;
    }
  }

  private StepMemory memory(S settings, D data) {
    return StepMemory.of(TrainingLoop.plan(device -> task(settings, data, device, desk.recomputing), settings.course()));
  }

  private TrainingLoop<B, N> loop(S settings, D data, Device device) {
    return new TrainingLoop<>(task(settings, data, device, desk.recomputing), settings.course(), device, desk.console);
  }

  private Device device() {
    return Device.open(desk.device, desk.threads);
  }

  /** A new run in a folder that does not exist yet. */
  final O begin(S settings, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    try (var data = open(settings)) {
      return begin(settings, data, out, arguments);
    }
  }

  private O begin(S settings, D data, Path out, List<String> arguments) {
    RunFolder.requireFree(out);
    long began = System.nanoTime();
    try (var device = device(); var loop = loop(settings, data, device)) {
      var plan = new RunRecord.Plan(settings.seed(), settings.preset(), settings.toMap(), arguments);
      try (var run = RunFolder.create(out, RunRecord.of(kind.task, plan, data.contentHash()))) {
        return train(loop, new Trained<>(settings, data, device, run, 0, began));
      }
    }
  }

  /** Goes on with a run that was stopped; {@code place} is where its data lie now, or null for the same place. */
  final O resume(Path folder, String place) {
    var settings = settings(folder);
    if (place != null) {
      settings = settings.withData(place);
    }
    try (var data = open(settings)) {
      return resume(folder, settings, data);
    }
  }

  private O resume(Path folder, S settings, D data) {
    long began = System.nanoTime();
    try (var run = RunFolder.resume(folder)) {
      run.record().requireData(data.contentHash(), settings.data(), folder);
      try (var device = device(); var loop = loop(settings, data, device)) {
        return train(loop, new Trained<>(settings, data, device, run, 0, began));
      }
    }
  }

  /** The settings that a run was begun with. */
  final S settings(Path folder) {
    var record = RunFolder.read(folder);
    record.requireTask(kind.task, folder);
    return settings(record.options());
  }

  /**
   * One cell of a table: takes the result of a finished run, goes on with one that was stopped, or begins it.
   *
   * @return the outcome, without a test when interrupted
   * @throws MienException when the folder holds a run with other options
   */
  public final O cell(S settings, D data, Path folder, List<String> arguments) {
    if (!RunFolder.isRun(folder)) {
      return begin(settings, data, folder, arguments);
    }
    if (!settings(folder).withData(settings.data()).equals(settings)) {
      throw new MienException(folder + " holds a run with other options; give another folder with --out");
    }
    var result = folder.resolve(RESULT);
    if (!Files.exists(result)) {
      return resume(folder, settings, data);
    }
    try {
      return new ObjectMapper().readValue(result.toFile(), kind.outcome);
    } catch (IOException e) {
      throw new FormatException(result + " is damaged: remove it, and the run is scored again", e);
    }
  }

  private O train(TrainingLoop<B, N> loop, Trained<S, D> job) {
    desk.console.note("run " + job.folder() + ": " + words(job.settings) + ", device " + job.device.name() + " with " + job.device.threads() + " threads");
    if (desk.device.equals("cpu")) {
      memory(job.settings, job.data).check(desk.console, kind.words);
    }
    var ended = loop.run(job.run, desk.checkpointSeconds);
    return ended.complete() ? finish(new Trained<>(job.settings, job.data, job.device, job.run, ended.imagesPerSecond(), job.began))
        : stopped(job.folder(), job.seconds(), ended.imagesPerSecond());
  }

  /** Seconds since this moment, as {@link System#nanoTime} tells it. */
  public static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
