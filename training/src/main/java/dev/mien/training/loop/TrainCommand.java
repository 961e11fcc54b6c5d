package dev.mien.training.loop;

import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.run.RunFolder;
import java.util.List;

/**
 * Base of the commands that train: a run is begun, gone on with, or planned. A subclass declares its preset, the options that override it
 * and, as the last, {@link RunOptions}.
 *
 * @param <S> what decides the numbers of a run
 */
public abstract class TrainCommand<S extends RunSettings<S>> extends MienCommand {
  protected abstract RunOptions runOptions();

  /** The runs of this task. */
  protected abstract TrainingRun<S, ?, ?, ?, ?> run(TrainingRun.Desk desk);

  /** The preset with what was given in place of its values. */
  protected abstract S settings();

  /** The data set as given, or null. */
  protected abstract String data();

  /** Options that were given and would change the numbers of a run that is resumed; a preset is looked for by itself. */
  protected abstract List<String> givenBesideData();

  @Override
  protected final Object execute(Console console) {
    var o = runOptions();
    if (!(o.checkpointSeconds >= 0)) {
      reject("--checkpoint-seconds must be 0 or more, got " + o.checkpointSeconds);
    }
    if (o.plan && !deviceName().equals("cpu")) {
      reject("--plan knows the device cpu, not " + deviceName());
    }
    var run = run(new TrainingRun.Desk(console, deviceName(), threads(), o.checkpointSeconds, o.checkpointing));
    if (o.plan) {
      return run.plan(o.resume == null ? settings() : run.settings(o.resume));
    }
    if (o.resume == null) {
      var settings = settings();
      return run.begin(settings, o.out != null ? o.out : RunFolder.defaultPath(run.task(), settings.seed()), givenArguments());
    }
    var given = givenBesideData();
    if (isGiven("--preset")) {
      given.add("--preset");
    }
    if (o.out != null) {
      given.add("--out");
    }
    if (!given.isEmpty()) {
      reject("a resumed run keeps its options, so leave out " + String.join(", ", given));
    }
    return run.resume(o.resume, data());
  }
}
