package dev.mien.training.loop;

import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import java.nio.file.Path;
import java.util.List;

/**
 * Base of the commands that train: a run is begun, gone on with, or planned. A subclass declares its preset, the options that override it
 * and, as the last, {@link RunOptions}.
 */
public abstract class TrainCommand extends MienCommand {
  protected abstract RunOptions runOptions();

  /** Begins a run in this folder, or in one of its own where it is null. */
  protected abstract Object begin(Console console, Path folder);

  /** Goes on with a run. */
  protected abstract Object resume(Console console, Path run);

  /** Prints what a run would need: the one that stands in this folder or, where it is null, one of the options. */
  protected abstract Object plan(Console console, Path run);

  /** Options that were given and would change the numbers of a run that is resumed; a preset is looked for by itself. */
  protected abstract List<String> givenBesideData();

  @Override
  protected final Object execute(Console console) {
    var o = runOptions();
    if (!(o.checkpointSeconds >= 0)) {
      reject("--checkpoint-seconds must be 0 or more, got " + o.checkpointSeconds);
    }
    if (o.plan) {
      if (!deviceName().equals("cpu")) {
        reject("--plan knows the device cpu, not " + deviceName());
      }
      return plan(console, o.resume);
    }
    if (o.resume == null) {
      return begin(console, o.out);
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
    return resume(console, o.resume);
  }
}
