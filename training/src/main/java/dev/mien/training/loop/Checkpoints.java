package dev.mien.training.loop;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.io.CheckpointStore;
import dev.mien.engine.tensor.Stateful;
import dev.mien.training.command.Console;
import java.nio.file.Path;

/** The checkpoints of a run: saved by the clock, and taken back when the run goes on. */
final class Checkpoints {
  private final CheckpointStore store;
  private final Stateful[] parts;
  private final Console console;
  private final double everySeconds;
  private long lastSave = System.nanoTime();

  Checkpoints(Path folder, Stateful[] parts, Console console, double everySeconds) {
    this.store = CheckpointStore.open(folder);
    this.parts = parts;
    this.console = console;
    this.everySeconds = everySeconds;
  }

  /** Takes the newest back; false when there is none. */
  boolean restore() {
    var saved = store.loadNewest(console::warn);
    saved.ifPresent(s -> Checkpoint.restore(s.state(), parts));
    return saved.isPresent();
  }

  void save(long step) {
    store.save(step, parts);
    lastSave = System.nanoTime();
  }

  /** Whether the last is so old that it is time for another. */
  boolean due() {
    return (System.nanoTime() - lastSave) / 1e9 >= everySeconds;
  }
}
