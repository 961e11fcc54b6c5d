package dev.mien.training.face;

import dev.mien.engine.tensor.MienException;
import dev.mien.training.face.FaceSettings.Augment;
import dev.mien.training.face.FaceSettings.Head;
import dev.mien.training.loop.Recipe;
import dev.mien.training.loop.Recipe.Optimizer;
import dev.mien.training.loop.Recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The preset table: the one place where the figures of a run come from. Every value can be overridden on the command line. */
public final class FacePresets {
  private static final long SEED = 2026;
  private static final Map<String, FaceSettings> TABLE = new LinkedHashMap<>();

  static {
    // Seconds: tests.
    add("smoke", "synthetic:24", "ir-tiny", new Head("adaface", 16, 0, true, 0), 2, 32, new Recipe(Optimizer.SGD, 0.05, 5e-4, Schedule.COSINE, 0, 5, 0),
        Augment.FLIP);
    // Minutes on two cores; the default.
    add("tiny", "synthetic", "ir-tiny", new Head("adaface", 32, 0, true, 0), 20, 64, new Recipe(Optimizer.SGD, 0.1, 5e-4, Schedule.COSINE, 1, 5, 0.99),
        Augment.ADAFACE);
    // For comparing heads, at most five minutes a run.
    add("ablation", "synthetic", "ir-tiny", new Head("adaface", 32, 0, true, 0), 12, 64,
        new Recipe(Optimizer.SGD, 0.1, 5e-4, Schedule.COSINE, 1, 5, 0.99), Augment.ADAFACE);
    // From random initialisation on a few thousand real faces, at most an hour on two cores.
    add("small", "synthetic", "ir-small", new Head("adaface", 32, 0, true, 0), 60, 64,
        new Recipe(Optimizer.SGD, 0.1, 5e-4, Schedule.COSINE, 2, 5, 0.998), Augment.STRONG);
    // The paper's recipe; not run on the project's own machines.
    add("paper", "synthetic", "ir18", new Head("adaface", 64, 0, false, 0), 26, 512, new Recipe(Optimizer.SGD, 0.1, 5e-4, Schedule.STEPS, 0, 0, 0),
        Augment.ADAFACE);
  }

  private FacePresets() {}

  private static void add(String name, String data, String model, Head head, int epochs, int batch, Recipe recipe, Augment augment) {
    TABLE.put(name, new FaceSettings(data, name, model, head, epochs, batch, 1, SEED, recipe, augment));
  }

  public static Set<String> names() {
    return TABLE.keySet();
  }

  /**
   * @throws MienException when there is no such preset; the message lists them
   */
  public static FaceSettings named(String name) {
    var preset = TABLE.get(name);
    if (preset == null) {
      throw new MienException("no preset named '" + name + "'; there are " + String.join(", ", TABLE.keySet()));
    }
    return preset;
  }
}
