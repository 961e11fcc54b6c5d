package dev.mien.training.agegender;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.agegender.AgeGenderPlan.Injection;
import dev.mien.training.age.AgeSettings.Augment;
import dev.mien.training.agegender.AgeGenderSettings.Heads;
import dev.mien.training.agegender.AgeGenderSettings.Loss;
import dev.mien.training.agegender.AgeGenderSettings.Tasks;
import dev.mien.training.loop.Recipe;
import dev.mien.training.loop.Recipe.Optimizer;
import dev.mien.training.loop.Recipe.Schedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The preset table: the one place where the figures of a run come from. Every value can be overridden on the command line. */
public final class AgeGenderPresets {
  private static final long SEED = 2026;
  private static final Heads HEADS = new Heads(Tasks.JOINT, "decade", true, Injection.GRADIENT, 0);
  private static final Loss LOSS = new Loss(1, 3, 0.1, false, false, 0);
  private static final Loss WITH_RACE = new Loss(1, 3, 0.1, false, false, 1);
  private static final Map<String, AgeGenderSettings> TABLE = new LinkedHashMap<>();

  static {
    // Seconds: tests.
    add("smoke", "synthetic:300", "resnet-tiny", 2, 32, new Recipe(Optimizer.ADAMW, 2e-3, 0.01, Schedule.COSINE, 0, 5, 0), Augment.FLIP, LOSS);
    // Minutes on two cores; the default.
    add("tiny", "synthetic", "attention-tiny", 24, 64, new Recipe(Optimizer.ADAMW, 3e-3, 0.05, Schedule.COSINE, 1, 5, 0.99), Augment.FLIP, LOSS);
    // For comparing networks, at most five minutes a run.
    add("ablation", "synthetic", "attention-tiny", 16, 64, new Recipe(Optimizer.ADAMW, 3e-3, 0.05, Schedule.COSINE, 1, 5, 0.99), Augment.FLIP, LOSS);
    // From random initialisation on a few thousand real faces, at most an hour on two cores.
    add("small", "synthetic", "resnet-mini,resnet-mini", 46, 32, new Recipe(Optimizer.ADAMW, 1.5e-3, 0.5, Schedule.COSINE, 2, 5, 0.998), Augment.STRONG,
        WITH_RACE);
    // Attention-56 at 224 pixels; not run on the project's own machines.
    add("paper", "synthetic", "attention56", 100, 64, new Recipe(Optimizer.SGD, 0.05, 1e-4, Schedule.COSINE, 0, 5, 0), Augment.PAPER, LOSS);
  }

  private AgeGenderPresets() {}

  private static void add(String name, String data, String model, int epochs, int batch, Recipe recipe, Augment augment, Loss loss) {
    TABLE.put(name, new AgeGenderSettings(data, name, model, HEADS, loss, epochs, batch, 1, SEED, recipe, augment, -1));
  }

  public static Set<String> names() {
    return TABLE.keySet();
  }

  /**
   * @throws MienException when there is no such preset; the message lists them
   */
  public static AgeGenderSettings named(String name) {
    var preset = TABLE.get(name);
    if (preset == null) {
      throw new MienException("no preset named '" + name + "'; there are " + String.join(", ", TABLE.keySet()));
    }
    return preset;
  }
}
