package dev.mien.training.age;

import dev.mien.engine.tensor.MienException;
import dev.mien.training.age.AgeSettings.Augment;
import dev.mien.training.loop.Recipe;
import dev.mien.training.loop.Recipe.Optimizer;
import dev.mien.training.loop.Recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The preset table: the one place where the figures of a run come from. Every value can be overridden on the command line. */
public final class AgePresets {
  private static final long SEED = 2026;
  private static final Map<String, AgeSettings> TABLE = new LinkedHashMap<>();

  static {
    // At most 150 GFLOP in all: tests, and devices that are slow.
    add("smoke", "synthetic:400", "resnet-tiny", 32, 2, 32, new Recipe(Optimizer.ADAMW, 2e-3, 0.01, Schedule.COSINE, 0, 5, 0),
        Augment.FLIP);
    // Minutes on two cores; the default.
    add("tiny", "synthetic", "resnet-tiny", 48, 12, 64, new Recipe(Optimizer.ADAMW, 3e-3, 0.05, Schedule.COSINE, 1, 5, 0.99),
        Augment.FLIP);
    // A row of the paper's Table 1 at 64 px, at most five minutes.
    add("ablation", "synthetic", "resnet-tiny", 64, 12, 64, new Recipe(Optimizer.ADAMW, 3e-3, 0.05, Schedule.COSINE, 1, 5, 0.99),
        Augment.PAPER);
    // From random initialisation on a few thousand real faces, at most forty minutes on two cores.
    add("small", "synthetic", "resnet-small", 80, 60, 64, new Recipe(Optimizer.ADAMW, 2e-3, 0.05, Schedule.COSINE, 2, 5, 0.998),
        Augment.STRONG);
    // The paper's recipe; not run on the project's own machines.
    add("paper", "synthetic", "resnet50", 224, 100, 64, new Recipe(Optimizer.SGD, 1e-3, 1e-4, Schedule.STEP15, 0, 5, 0), Augment.PAPER);
  }

  private AgePresets() {}

  private static void add(String name, String data, String model, int sizePx, int epochs, int batch, Recipe recipe, Augment augment) {
    TABLE.put(name, new AgeSettings(data, name, model, "amr", sizePx, epochs, batch, 1, SEED, recipe, augment, -1));
  }

  public static Set<String> names() {
    return TABLE.keySet();
  }

  /**
   * @throws MienException when there is no such preset; the message lists them
   */
  public static AgeSettings named(String name) {
    var preset = TABLE.get(name);
    if (preset == null) {
      throw new MienException("no preset named '" + name + "'; there are " + String.join(", ", TABLE.keySet()));
    }
    return preset;
  }
}
